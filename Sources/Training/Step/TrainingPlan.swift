import Autograd
import Tensors

/// Everything a step reads and none of it changes: model, data, loss, hooks, optimizer.
public final class TrainingPlan: Sendable {
  public let graph: ModuleGraph
  /// The graph as passes read it.
  let model: HookedGraph
  public let dataset: Dataset
  public let loss: any Loss
  public let hooks: HookTable
  public let settings: TrainingSettings
  let optimizer: any Optimizer
  let schedule: any Schedule
  /// The parameters that are trained, by index in the graph.
  public let trainable: [Int]
  /// The learning rate of each trainable parameter before any schedule.
  let baseLRs: [Double]
  /// For each trainable parameter the hook whose gradient is compared with the update by default:
  /// the first one registered on it. (hook index, site index)
  let defaultHooks: [(hook: Int, site: Int)?]

  public init(
    graph: ModuleGraph, dataset: Dataset, loss: any Loss, hooks: [Hook], settings: TrainingSettings
  ) throws(TrainingError) {
    self.graph = graph
    self.dataset = dataset
    self.loss = loss
    let table = HookTable(hooks, graph: graph)
    self.hooks = table
    model = HookedGraph(graph, hooks: table.backward, checkpointing: settings.checkpointing)
    self.settings = settings
    guard let kind = OptimizerKind.named(settings.optimizer) else {
      throw .badOptimizer("unknown optimizer '\(settings.optimizer)'")
    }
    optimizer = try kind.make(settings.optimizerSettings)
    schedule = settings.schedule
    let trainable = graph.parameters.indices.filter { graph.parameters[$0].requiresGrad }
    self.trainable = trainable
    baseLRs = trainable.map { settings.baseLR(ofParameter: graph.parameters[$0].name) }
    defaultHooks = trainable.map { parameter in
      for (index, hook) in hooks.enumerated() {
        if let site = hook.sites.firstIndex(of: .parameter(parameter)) { return (index, site) }
      }
      return nil
    }
  }
}
