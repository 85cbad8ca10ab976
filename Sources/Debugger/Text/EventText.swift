import Autograd
import Training

/// One event of a step in a line.
public func describe(_ event: StepEvent, in graph: ModuleGraph?) -> String {
  func name(_ site: HookSite) -> String { graph.map { NameTable.short($0.name(of: site)) } ?? "?" }
  switch event {
  case .began(let step): return "step \(step) begins"
  case .forward(let module, let output, let microBatch, let isAgain):
    return "forward \(name(.module(module))) -> \(output.shape)" + (isAgain ? " again, for its backward" : "")
      + micro(microBatch)
  case .loss(let value, let microBatch, let replica):
    return "loss \(shortNumber(value))" + micro(microBatch) + (replica == 0 ? "" : "  (replica \(replica))")
  case .backward(let node, _): return "backward \(node)"
  case .hookFired(let id, let site, let placement, let saw):
    return "hook \(id) (\(placement)) on \(name(site)) saw \(saw.shape), norm \(shortNumber(saw.norm))"
  case .accumulated(let parameter, _): return "accumulate .grad of \(name(.parameter(parameter)))"
  case .allReduced(let replicas): return "all-reduce: .grad is the mean over \(replicas) replicas"
  case .unscaled(let scale, let foundInf):
    return "unscale: .grad / \(shortNumber(scale))" + (foundInf ? ", inf or nan found" : "")
  case .clippedNorm(let total, let coefficient):
    return "clip_grad_norm_: total norm \(shortNumber(total)), x \(shortNumber(coefficient))"
  case .clippedValue(let bound): return "clip_grad_value_: to \(shortNumber(bound))"
  case .skipped: return "optimizer.step() skipped: inf or nan among the gradients"
  case .scheduled(let factor): return "scheduler.step(): lr x \(shortNumber(factor)) from now on"
  case .updated(let parameter, let lr, _):
    return "optimizer wrote \(name(.parameter(parameter))), lr \(shortNumber(lr))"
  case .gradientsZeroed: return "zero_grad"
  case .completed(let record): return "step \(record.step) completed"
  }
}

private func micro(_ index: Int) -> String { index == 0 ? "" : "  (micro-batch \(index + 1))" }
