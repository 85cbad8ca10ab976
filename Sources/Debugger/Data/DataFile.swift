import Tensors
import Training

extension Dataset {
  /// `data load FILE.safetensors`: `inputs` and `targets`, the micro-batches on their first axis.
  public static func load(_ path: String) throws(DebuggerError) -> Dataset {
    let file = try DebuggerError.wrap { () throws(SafetensorsError) in try SafetensorsFile(path: path) }
    func tensor(_ name: String) throws(DebuggerError) -> Tensor {
      guard file.entries[name] != nil else {
        throw DebuggerError(
          "\(path) has no tensor '\(name)'; it needs 'inputs' and 'targets' and has "
            + (file.names.isEmpty ? "none" : file.names.prefix(8).joined(separator: ", ")))
      }
      let tensor = try DebuggerError.wrap { () throws(SafetensorsError) in try file.tensor(name) }
      guard tensor.shape.rank == 3 else {
        throw DebuggerError("\(path): '\(name)' is \(tensor.shape); [micro-batches, batch, features] is needed")
      }
      if let index = tensor.firstNonFinite {
        throw DebuggerError(
          "\(path): '\(name)' holds \(tensor[index]) at \(tensor.shape.position(index)); clean the data first")
      }
      return tensor
    }
    let (inputs, targets) = (try tensor("inputs"), try tensor("targets"))
    guard inputs.shape[0] == targets.shape[0], inputs.shape[1] == targets.shape[1] else {
      throw DebuggerError(
        "\(path): inputs \(inputs.shape) and targets \(targets.shape) differ in their first two sizes")
    }
    guard inputs.shape[0] > 0, inputs.shape[1] > 0 else {
      throw DebuggerError("\(path): there is no data in it, inputs are \(inputs.shape)")
    }
    return Dataset(words: "load " + path, inputs: inputs, targets: targets)
  }
}

extension Shape {
  /// The index of a row-major position, as `[i, j]`.
  public func position(_ index: Int) -> String {
    var (rest, parts): (Int, [Int]) = (index, [])
    for axis in stride(from: rank - 1, through: 0, by: -1) {
      parts.append(rest % max(self[axis], 1))
      rest /= max(self[axis], 1)
    }
    return "[" + parts.reversed().map(String.init).joined(separator: ", ") + "]"
  }
}
