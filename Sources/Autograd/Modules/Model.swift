import Tensors

/// A model: its graph and the first values of its parameters, in the graph's order.
public struct Model: Sendable {
  public let graph: ModuleGraph
  public let values: [Tensor]

  public init(graph: ModuleGraph, values: [Tensor]) {
    precondition(graph.parameters.count == values.count)
    self.graph = graph
    self.values = values
  }
}
