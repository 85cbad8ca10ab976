import Autograd
import Tensors
import Training

/// The observed step as it can be taken again: what it is taken with, the state it begins with, and its record.
struct ObservedStep {
  let plan: TrainingPlan
  let state: TrainingState
  let record: StepRecord

  /// Whether the optimizer has written every parameter.
  var isOver: Bool { !record.parameters.contains(where: \.isPending) }

  /// Every parameter's value after it, as far as it got.
  var parametersAfter: [Tensor] {
    var after = state.parameters
    for parameter in record.parameters { after[parameter.parameter] = parameter.after }
    return after
  }
}

extension Session {
  /// Whether a step was taken on the model as it is now, so that its parameters and modules are the present ones.
  public func fits(_ record: StepRecord) -> Bool { graph.map { record.plan.graph.hasParts(of: $0) } ?? false }

  /// The observed step's record, if it was.
  public var observedHere: StepRecord? { observed.flatMap { fits($0) ? $0 : nil } }

  func observedStep() throws(DebuggerError) -> ObservedStep {
    guard let observed else { throw DebuggerError("no step was taken yet; write: step") }
    guard fits(observed) else {
      throw DebuggerError("the model has changed since the last step; write: step")
    }
    if isInsideStep, let state { return ObservedStep(plan: observed.plan, state: state, record: observed) }
    guard let machine = try machine(ofStep: observed.step) else {
      throw DebuggerError("step \(observed.step) cannot be taken again")
    }
    return ObservedStep(plan: observed.plan, state: machine.state, record: observed)
  }
}

extension ModuleGraph {
  /// Whether modules and parameters have the same names and shapes, so that a place in one is the same in the other.
  fileprivate func hasParts(of other: ModuleGraph) -> Bool {
    guard modules.count == other.modules.count, parameters.count == other.parameters.count else { return false }
    return zip(parameters, other.parameters).allSatisfy { $0.name == $1.name && $0.shape == $1.shape }
      && zip(modules, other.modules).allSatisfy { $0.path == $1.path }
  }
}
