import Training

extension Session {
  /// Takes a step and keeps nothing of it but where it led: no hook fires that is not registered, nothing is
  /// compared, the timeline does not know of it. This is what observing is measured against.
  public mutating func stepUnobserved() throws(DebuggerError) {
    let plan = try readyPlan()
    guard let state else { throw Session.noModel }
    var machine = StepMachine(plan, state, keepsRecord: false)
    try DebuggerError.wrap { () throws(TrainingError) in
      while try machine.next() != nil {}
    }
    self.state = machine.state
  }
}
