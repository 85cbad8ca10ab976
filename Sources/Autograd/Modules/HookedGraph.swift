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
  /// A language model's output layer, if no hook sees what comes out of it.
  let unwatchedOutputLayer: Int?
  /// For each instruction the slots whose values are not read after it; nil if a tape may keep them all: with small
  /// matrices that costs less than letting go of them one by one.
  let lastReads: [[ModuleGraph.Slot]]?

  private static let smallest = 1 << 16

  public init(_ graph: ModuleGraph, hooks: BackwardHooks, checkpointing: Bool = false) {
    self.graph = graph
    self.hooks = hooks
    requiresGrad = graph.parameters.map(\.requiresGrad)
    segments = checkpointing ? graph.checkpointSegments : []
    unwatchedOutputLayer = graph.outputEmbeddings.flatMap { layer in
      let name = graph.modules[layer].path.replacing(".modules_to_save.default", with: "")
      let own = graph.modules.indices.filter { graph.modules[$0].path.hasPrefix(name) }
      return own.contains { !hooks.isEmpty(ofModule: $0) } ? nil : layer
    }
    let isLarge = graph.parameters.contains { $0.shape.count >= HookedGraph.smallest }
    lastReads = isLarge ? LastReads(graph, segments) { !hooks.surrounds($0) }.slots : nil
  }
}
