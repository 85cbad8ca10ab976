import Tensors

extension Setting {
  /// How the engine computes.
  static let engineSettings: [Setting] = [
    .choice(
      "dtype", DType.allCases.map(\.rawValue), "the dtype of parameters and arithmetic",
      get: { $0.dtype.rawValue }, set: { $0.dtype = DType(rawValue: $1) ?? $0.dtype }),
    Setting(
      name: "seed", aliases: [], values: "N", help: "torch.manual_seed before the model is made", choices: [],
      get: { String($0.seed) }
    ) { configuration, words throws(DebuggerError) in
      let word = try one(words, "seed", "a whole number")
      guard let seed = UInt64(word) else {
        throw DebuggerError("seed needs a whole number of at least 0, not '\(word)'", word: 0)
      }
      configuration.seed = seed
    },
    .count("threads", \.training.threads, 1...256, "threads of the kernels"),
  ]
}
