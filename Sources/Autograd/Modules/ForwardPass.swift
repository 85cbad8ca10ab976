import Tensors

/// A forward pass that is pulled one module at a time.
public struct ForwardPass: Sendable {
  public struct Event: Sendable {
    public let module: Int
    public let output: Shape
  }

  private var run: GraphRun
  public private(set) var tape: Tape

  /// `parameters` in the graph's order. With `checkpointing` the activations inside the graph's segments are
  /// not kept but computed again by the backward pass (`torch.utils.checkpoint`, use_reentrant=False).
  public init(
    _ graph: ModuleGraph, parameters: [Tensor], input: ModelInput, hooks: BackwardHooks, checkpointing: Bool = false,
    randomSeed: UInt64 = 0
  ) {
    tape = Tape(parameters: parameters, requiresGrad: graph.parameters.map(\.requiresGrad))
    tape.randomSeed = randomSeed
    let value: Tensor
    switch input {
    case .features(let tensor): value = tensor
    case .tokens(let ids):
      tape.tokens = ids
      // Modules around the embedding take the ids; what goes through their borders is only a shape.
      value = Tensor(zeros: ids.shape, dtype: .float32)
    }
    run = GraphRun(
      graph, hooks: hooks, segments: checkpointing ? graph.checkpointSegments : [], input: tape.constant(value))
  }

  /// Runs until a module returns; nil when the model has.
  public mutating func next() -> Event? { run.next(on: &tape) }

  public var output: Tape.ValueID { run.output }

  /// What can run checkpointed segments again; nil if there are none.
  public var rerun: GraphRun? { run.hasSegments ? run : nil }

  /// Takes the tape out, to be extended by a loss.
  public consuming func finish() -> Tape { tape }
}
