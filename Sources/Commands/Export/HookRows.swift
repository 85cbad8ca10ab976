import Debugger
import Tensors
import Training

extension StepRecord {
  /// What every hook on a parameter kept, in order of registration; one row without a hook if there is none.
  func readings(of parameter: ParameterRecord) -> [(hook: Hook?, reading: HookReading?)] {
    let site = HookSite.parameter(parameter.parameter)
    let found = hooks.compactMap { hook in
      reading(hook: hook.id, site: site).map { (hook: Hook?.some(hook), reading: HookReading?.some($0)) }
    }
    return found.isEmpty ? [(nil, nil)] : found
  }
}

extension HookReading {
  /// The norm of what was kept; nil if nothing was.
  var keptNorm: Double? { value?.norm }
}
