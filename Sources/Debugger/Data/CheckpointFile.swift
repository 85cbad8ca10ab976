import Autograd
import Tensors
import Training

// A checkpoint is what `torch.save` of model, optimizer, scheduler and scaler would keep, in one .safetensors file.

extension Session {
  /// `save weights FILE`: every parameter under its state-dict name.
  public func saveWeights(_ path: String) throws(DebuggerError) -> String {
    guard let graph, let state else { throw Session.noModel }
    try refuseMerged()
    var tensors: [String: Tensor] = [:]
    for (parameter, value) in zip(graph.parameters, state.parameters) { tensors[parameter.name] = value }
    try write(tensors, path)
    return "\(tensors.count) tensors written to \(path)"
  }

  /// `save checkpoint FILE`: parameters, .grad, optimizer, scheduler and scaler, as they are between two steps.
  public func saveCheckpoint(_ path: String) throws(DebuggerError) -> String {
    guard let graph, let state else { throw Session.noModel }
    guard !isInsideStep else { throw DebuggerError("a step is in progress; finish it first (finish), then save") }
    try refuseMerged()
    var tensors = ["step": number(state.step), "batches_used": number(state.batchesUsed)]
    tensors["scheduler_steps"] = number(state.schedulerSteps)
    if let scaler = state.scaler {
      tensors["scaler.scale"] = Tensor([scaler.scale], shape: .scalar, dtype: .float64)
      tensors["scaler.good_steps"] = number(scaler.goodSteps)
    }
    for (index, parameter) in graph.parameters.enumerated() {
      tensors["model/" + parameter.name] = state.parameters[index]
      tensors["grad/" + parameter.name] = state.gradients[index]
      let own = state.optimizer[index]
      for (place, buffer) in own.buffers.enumerated() { tensors["optimizer.\(place)/" + parameter.name] = buffer }
      if own.steps > 0 { tensors["optimizer.steps/" + parameter.name] = number(own.steps) }
    }
    try write(tensors, path)
    return "checkpoint of step \(state.step) written to \(path)"
  }

  /// `load checkpoint FILE`: training goes on as it would have where the checkpoint was saved.
  public mutating func loadCheckpoint(_ path: String) throws(DebuggerError) -> [String] {
    guard let graph, let old = state else { throw Session.noModel }
    guard !isInsideStep else { throw DebuggerError("a step is in progress; finish it first (finish), then load") }
    try refuseMerged()
    let file = try DebuggerError.wrap { () throws(SafetensorsError) in try SafetensorsFile(path: path) }
    let reader = CheckpointReader(path: path, file: file, dtype: configuration.dtype)
    var loaded = TrainingState(parameters: old.parameters)
    loaded.step = try reader.count("step")
    loaded.batchesUsed = try reader.count("batches_used")
    loaded.schedulerSteps = try reader.count("scheduler_steps")
    if file.entries["scaler.scale"] != nil {
      let scale = try reader.number("scaler.scale")
      guard scale.isFinite, scale > 0 else { throw DebuggerError("\(path): 'scaler.scale' is \(scale)") }
      loaded.scaler = LossScaler(scale: scale, goodSteps: try reader.count("scaler.good_steps"))
    }
    for (index, parameter) in graph.parameters.enumerated() {
      guard let value = try reader.tensor("model/" + parameter.name, parameter.shape) else {
        throw DebuggerError("\(path) has no '\(parameter.name)': it is a checkpoint of another model")
      }
      loaded.parameters[index] = value
      loaded.gradients[index] = try reader.tensor("grad/" + parameter.name, parameter.shape)
      while let buffer = try reader.tensor(
        "optimizer.\(loaded.optimizer[index].buffers.count)/" + parameter.name, parameter.shape)
      {
        loaded.optimizer[index].buffers.append(buffer)
      }
      let steps = "optimizer.steps/" + parameter.name
      if file.entries[steps] != nil { loaded.optimizer[index].steps = try reader.count(steps) }
    }
    resume(loaded)
    return [
      "training goes on after step \(loaded.step) of \(path); what was observed before is gone (undo brings it back)"
    ]
  }

  func refuseMerged() throws(DebuggerError) {
    guard unmergedWeights.isEmpty else {
      throw DebuggerError("the adapter is merged into the base weights; write first: set merged off")
    }
  }

  private func number(_ value: Int) -> Tensor { Tensor([Double(value)], shape: .scalar, dtype: .float64) }

  func write(
    _ tensors: [String: Tensor], integers: [String: Indices] = [:], _ path: String
  ) throws(DebuggerError) {
    try DebuggerError.wrap { () throws(SafetensorsError) in
      try writeSafetensors(tensors, integers: integers, metadata: ["format": "pt"], to: path)
    }
  }
}

/// The parts of one checkpoint, checked.
private struct CheckpointReader {
  let path: String
  let file: SafetensorsFile
  let dtype: DType

  func number(_ name: String) throws(DebuggerError) -> Double {
    guard file.entries[name] != nil else {
      throw DebuggerError("\(path) is not a checkpoint: it has no '\(name)' (weights alone: load weights \(path))")
    }
    let tensor = try DebuggerError.wrap { () throws(SafetensorsError) in try file.tensor(name) }
    guard tensor.count == 1 else { throw DebuggerError("\(path): '\(name)' is \(tensor.shape), not one number") }
    return tensor[0]
  }

  func count(_ name: String) throws(DebuggerError) -> Int {
    let value = try number(name)
    guard let count = Int(exactly: value), count >= 0 else {
      throw DebuggerError("\(path): '\(name)' is \(value), a count is needed")
    }
    return count
  }

  /// Nil if there is none of that name.
  func tensor(_ name: String, _ shape: Shape) throws(DebuggerError) -> Tensor? {
    guard file.entries[name] != nil else { return nil }
    let tensor = try DebuggerError.wrap { () throws(SafetensorsError) in try file.tensor(name) }
    try tensor.requireShape(shape, "\(path): '\(name)'")
    guard tensor.dtype == dtype else {
      throw DebuggerError("\(path) is \(tensor.dtype.rawValue); write first: set dtype \(tensor.dtype.rawValue)")
    }
    return tensor
  }
}
