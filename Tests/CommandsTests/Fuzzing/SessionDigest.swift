import Commands
import Debugger
import Tensors
import Training

extension Session {
  /// All that a failed command must leave as it was, as one number: a text of it, a million times, takes too long.
  var digest: Int {
    var hasher = Hasher()
    digest(into: &hasher)
    return hasher.finalize()
  }

  fileprivate func digest(into hasher: inout Hasher) {
    for setting in Setting.all { hasher.combine(setting.get(configuration)) }
    hasher.combine(configuration.model?.command)
    hasher.combine(configuration.dataset?.words)
    hasher.combine(configuration.loss.words)
    for hook in configuration.hooks { hasher.combine(hook.id) }
    for hook in configuration.hooks { hasher.combine(hook.words) }
    hasher.combine(configuration.nextHook)
    hasher.combine(configuration.weights.count)
    for (name, tensor) in configuration.weights.sorted(by: { $0.key < $1.key }) {
      hasher.combine(name)
      tensor.digest(into: &hasher)
    }
    hasher.combine(step)
    hasher.combine(eventsTaken)
    hasher.combine(isInsideStep)
    hasher.combine(whereabouts)
    hasher.combine(observed?.step)
    hasher.combine(observed?.loss)
    for (index, parameter) in (graph?.parameters ?? []).enumerated() {
      hasher.combine(parameter.name)
      value(of: index)?.digest(into: &hasher)
      gradient(of: index)?.digest(into: &hasher)
    }
    state?.digest(into: &hasher)
    timeline.digest(into: &hasher)
    stopList.digest(into: &hasher)
  }
}

extension Tensor {
  fileprivate func digest(into hasher: inout Hasher) {
    hasher.combine(shape.dimensions)
    hasher.combine(dtype)
    for index in 0..<count { hasher.combine(self[index].bitPattern) }
  }
}

extension TrainingState {
  fileprivate func digest(into hasher: inout Hasher) {
    hasher.combine(batchesUsed)
    hasher.combine(schedulerSteps)
    hasher.combine(scaler?.scale)
    for optimizer in optimizer {
      for buffer in optimizer.buffers { buffer.digest(into: &hasher) }
    }
  }
}

extension Timeline {
  fileprivate func digest(into hasher: inout Hasher) {
    hasher.combine(position)
    for branch in branches {
      hasher.combine(branch.name)
      hasher.combine(branch.base)
      hasher.combine(branch.count)
      hasher.combine(branch.recordsKept)
      hasher.combine(branch.checkpointCount)
      hasher.combine(branch.origin?.step)
    }
  }
}

extension StopList {
  fileprivate func digest(into hasher: inout Hasher) {
    hasher.combine(stopsAtNonFinite)
    for breakpoint in breakpoints {
      hasher.combine(breakpoint.id)
      hasher.combine(breakpoint.words)
      hasher.combine(breakpoint.isEnabled)
      hasher.combine(breakpoint.isTemporary)
      hasher.combine(breakpoint.hits)
    }
    for display in displays {
      hasher.combine(display.id)
      hasher.combine(display.text)
    }
  }
}
