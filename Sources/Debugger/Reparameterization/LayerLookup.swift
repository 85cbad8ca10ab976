import Autograd
import LoRA
import Tensors
import Training

extension Session {
  /// The adapted Linear of a name: the module's own, or that of anything inside it.
  public func layer(named name: String) throws(DebuggerError) -> LoraLayer {
    guard let model, let names else { throw Session.noModel }
    guard !model.layers.isEmpty else {
      throw DebuggerError("no module has an adapter: target_modules is \(configuration.lora.targetModules)")
    }
    let site: HookSite
    do {
      site = try names.one(name, .modules)
    } catch {
      guard let other = try? names.one(name, .parameters) else { throw error }
      site = other
    }
    let path = model.graph.name(of: site)
    for layer in model.layers {
      let own = model.graph.modules[layer.module].path
      if path == own || path.hasPrefix(own + ".") { return layer }
    }
    let adapted = model.layers.map { NameTable.short(model.graph.modules[$0.module].path) }
    throw DebuggerError(
      "\(NameTable.short(path)) has no adapter; there are \(adapted.prefix(8).joined(separator: ", "))"
        + (adapted.count > 8 ? ", and \(adapted.count - 8) more" : ""))
  }

  /// The observed step: what it was taken with, the state it began with, and its record.
  func observedStep() throws(DebuggerError) -> (plan: TrainingPlan, state: TrainingState, record: StepRecord) {
    guard let observed else { throw DebuggerError("no step was taken yet; write: step") }
    guard let graph, observed.plan.graph.parameters.count == graph.parameters.count else {
      throw DebuggerError("the model has changed since the last step; write: step")
    }
    if isInsideStep, let state { return (observed.plan, state, observed) }
    guard let machine = try machine(ofStep: observed.step) else {
      throw DebuggerError("step \(observed.step) cannot be taken again")
    }
    return (observed.plan, machine.state, observed)
  }
}
