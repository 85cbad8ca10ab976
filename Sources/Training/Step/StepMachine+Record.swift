import Tensors

// What a step leaves behind.

extension StepMachine {
  func makeRecord() -> StepRecord {
    let readings = recorder.readings(plan.hooks, gradients: state.gradients)
    let lrsNow = plan.lrs(times: plan.schedule.factor(at: state.schedulerSteps))
    let isReference = plan.settings.snapshot == .reference
    var ledger = ledger
    let parameters = plan.trainable.enumerated().map { place, parameter in
      let hook = plan.defaultHooks[place]
      let after = state.parameters[parameter]
      let made = ParameterRecord(
        parameter: parameter, before: isReference ? after : before[parameter], after: after,
        grad: gradientsUsed[place] ?? state.gradients[parameter],
        lr: lrRead(place, now: lrsNow), lrUsed: lrsUsed[place],
        hook: hook.map { (plan.hooks.hooks[$0.hook].id, readings[$0.hook][$0.site]) },
        isPending: !isWritten(place), isSkipped: isSkipped)
      ledger?.pages[place].close(made, snapshot: plan.settings.snapshot)
      return made
    }
    return StepRecord(
      step: state.step, loss: lossCount == 0 ? nil : losses / Double(lossCount),
      lrUsed: plan.settings.lr * factorUsed, parameters: parameters, readings: readings, clipping: clipping,
      isSkipped: isSkipped, lossScale: lossScaleUsed, ledger: ledger, plan: plan)
  }

  /// The learning rate that somebody divides by.
  private func lrRead(_ place: Int, now: [Double]) -> Double {
    switch plan.settings.lrRead {
    case .used: lrsUsed[place]
    case .current: now[place]
    case .firstGroup: plan.settings.lr * factorUsed
    }
  }
}
