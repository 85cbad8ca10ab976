import Tensors
import Training

/// Every observation of the given steps, keyed `STEP/QUANTITY/PARAM`, as `export FILE.safetensors` writes them.
public func observations(_ records: some Sequence<StepRecord>) -> [String: Tensor] {
  var all: [String: Tensor] = [:]
  func number(_ value: Double) -> Tensor { Tensor([value], shape: .scalar, dtype: .float64) }
  for record in records {
    let graph = record.plan.graph
    all["\(record.step)/loss"] = record.loss.map(number)
    for parameter in record.parameters {
      let name = graph.parameters[parameter.parameter].name
      all["\(record.step)/grad/\(name)"] = parameter.grad
      all["\(record.step)/before/\(name)"] = parameter.before
      all["\(record.step)/after/\(name)"] = parameter.after
      all["\(record.step)/effective/\(name)"] = parameter.effective
      all["\(record.step)/lr/\(name)"] = number(parameter.lr)
    }
    for (hook, readings) in zip(record.hooks, record.readings) {
      for reading in readings {
        let key = "\(record.step)/hook.\(hook.id)/\(graph.name(of: reading.site))"
        guard hook.placement.targets == .modules else {
          all[key] = reading.value
          continue
        }
        all[key + ".grad_output"] = reading.value
        all[key + ".grad_input"] = reading.gradInput
      }
    }
  }
  return all
}
