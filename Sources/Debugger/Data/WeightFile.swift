import Tensors

extension Session {
  /// `load weights FILE.safetensors`: tensors under PEFT's state-dict names, any subset of them.
  public mutating func loadWeights(_ path: String) throws(DebuggerError) -> [String] {
    guard let graph else { throw Session.noModel }
    let file = try DebuggerError.wrap { () throws(SafetensorsError) in try SafetensorsFile(path: path) }
    guard !file.names.isEmpty else { throw DebuggerError("\(path) holds no tensors") }
    var loaded: [String: Tensor] = [:]
    for name in file.names {
      guard let parameter = graph.parameter(named: name).map({ graph.parameters[$0] }) else {
        throw DebuggerError(
          "\(path): '\(name)' is not a parameter of this model" + didYouMean(name, among: graph.parameters.map(\.name)))
      }
      let tensor = try DebuggerError.wrap { () throws(SafetensorsError) in try file.tensor(name) }
      try tensor.requireShape(parameter.shape, "\(path): '\(name)'")
      try tensor.requireFinite(in: configuration.dtype, "\(path): '\(name)'")
      loaded[parameter.name] = tensor
    }
    let count = loaded.count
    let notes = try configure { changed throws(DebuggerError) in
      changed.weights.merge(loaded) { $1 }
      changed.weightsAreNew = true
    }
    return notes + ["\(count) tensors loaded from \(path)"]
  }
}

extension Tensor {
  func requireShape(_ wanted: Shape, _ name: String) throws(DebuggerError) {
    guard shape == wanted else { throw DebuggerError("\(name) is \(shape), the model has \(wanted)") }
  }

  /// No training can start from NaN or inf, nor from what becomes inf in the dtype that is computed with.
  func requireFinite(in dtype: DType, _ name: String) throws(DebuggerError) {
    guard let place = converted(to: dtype).firstNonFinite else { return }
    throw DebuggerError(
      "\(name) holds \(self[place]) at \(shape.position(place))"
        + (self[place].isFinite ? ", which is too large for \(dtype.rawValue)" : ""))
  }
}
