import Autograd
import Tensors
import Training

extension Session {
  /// `save data FILE.safetensors`: the batches as `data load` reads them, the micro-batches on the first axis. Rows of
  /// tokens are filled up to the longest with labels that do not count.
  public func saveData(_ path: String) throws(DebuggerError) -> String {
    guard let dataset = configuration.dataset else {
      throw DebuggerError("there is no data yet; write first: data tokens, data text, data regression or a step")
    }
    var tensors: [String: Tensor] = [:]
    var integers: [String: Indices] = [:]
    let features = dataset.inputs.compactMap { if case .features(let tensor) = $0 { tensor } else { nil } }
    let tokens = dataset.inputs.compactMap { if case .tokens(let ids) = $0 { ids } else { nil } }
    let values = dataset.targets.compactMap { if case .values(let tensor) = $0 { tensor } else { nil } }
    let labels = dataset.targets.compactMap { if case .labels(let labels) = $0 { labels } else { nil } }
    tensors["inputs"] = features.isEmpty ? nil : .stack(features)
    tensors["targets"] = values.isEmpty ? nil : .stack(values)
    integers["input_ids"] = tokens.isEmpty ? nil : stacked(tokens, filledWith: 0)
    integers["labels"] = labels.isEmpty ? nil : stacked(labels, filledWith: TokenRows.ignored)
    try write(tensors, integers: integers, path)
    return "\(dataset.count) micro-batches written to \(path)"
  }

  /// Matrices, or vectors, on a new leading axis, as large as the largest of them.
  private func stacked(_ parts: [Indices], filledWith filler: Int) -> Indices {
    let rank = parts[0].shape.rank
    let sizes = (0..<rank).map { axis in parts.reduce(0) { max($0, $1.shape[axis]) } }
    guard rank == 2 else { return Indices(parts.flatMap(\.values), shape: Shape([parts.count] + sizes)) }
    var all: [Int] = []
    for part in parts {
      for row in 0..<sizes[0] {
        let own = row < part.shape[0] ? part.entry(row).values : []
        all += own + Array(repeating: filler, count: sizes[1] - own.count)
      }
    }
    return Indices(all, shape: Shape([parts.count] + sizes))
  }
}
