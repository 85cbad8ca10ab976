import Tensors

/// A forward pass that is pulled one module at a time.
public struct ForwardPass: Sendable {
  public struct Event: Sendable {
    public let module: Int
    public let output: Tensor
  }

  private var run: GraphRun
  public private(set) var tape: Tape

  /// `parameters` in the graph's order; dropout masks follow from `randomSeed`. A language model's output layer is
  /// run on `rows` of its input alone, if there are any and nobody looks at it.
  public init(
    _ model: HookedGraph, parameters: [Tensor], input: ModelInput, keeping rows: [Int]? = nil, randomSeed: UInt64 = 0
  ) {
    tape = Tape(parameters: parameters, requiresGrad: model.requiresGrad)
    tape.randomSeed = randomSeed
    if model.unwatchedOutputLayer != nil { tape.keptRows = rows }
    let value: Tensor
    switch input {
    case .features(let tensor): value = tensor
    case .tokens(let ids):
      tape.tokens = ids
      // Modules around the embedding take the ids; what goes through their borders is only a shape.
      value = Tensor(zeros: ids.shape, dtype: .float32)
    }
    run = GraphRun(model, input: tape.constant(value))
  }

  /// Runs until a module returns; nil when the model has.
  public mutating func next() -> Event? { run.next(on: &tape) }

  /// What it came to: the tape, to be extended by a loss, and what can run checkpointed segments again, if there are
  /// any. The tape is taken out: a copy left here would be copied in full by what is written to the other.
  public mutating func finish() -> (tape: Tape, output: Tape.ValueID, rerun: GraphRun?) {
    var taken = Tape()
    swap(&taken, &tape)
    return (taken, run.output, run.hasSegments ? run : nil)
  }
}
