/// A graph with its hooks, as forward and backward passes read it. It is shared, not copied: a pass on small
/// matrices would spend more time on copying it than on products.
public final class HookedGraph: Sendable {
  let graph: ModuleGraph
  let hooks: BackwardHooks
  /// Of each parameter.
  let requiresGrad: [Bool]
  /// Ranges of instructions that a forward pass leaves unrecorded and the backward pass runs again
  /// (`torch.utils.checkpoint`, use_reentrant=False); none without checkpointing.
  let segments: [Range<Int>]

  public init(_ graph: ModuleGraph, hooks: BackwardHooks, checkpointing: Bool = false) {
    self.graph = graph
    self.hooks = hooks
    requiresGrad = graph.parameters.map(\.requiresGrad)
    segments = checkpointing ? graph.checkpointSegments : []
  }

  /// Whether torch would put identity nodes around a module.
  func surrounds(_ module: Int) -> Bool {
    !hooks.moduleHooks[module].isEmpty || !hooks.modulePreHooks[module].isEmpty
  }
}
