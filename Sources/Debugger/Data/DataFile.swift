import Autograd
import Tensors
import Training

extension DataKind {
  static let load = DataKind(
    name: "load", words: "FILE.safetensors",
    summary:
      "'inputs' or 'input_ids', and 'targets' or 'labels' (-100 is ignored), with the micro-batches on their first "
      + "axis: step, micro-batch, replica. They are used in order and then from the start again", options: []
  ) { request, _ throws(DebuggerError) in
    guard request.words.count == 1, let path = request.words.first, !path.isEmpty else {
      throw DebuggerError(
        request.words.isEmpty
          ? "a file name is missing; write: data load FILE.safetensors"
          : "one file name only (quote it if it has spaces); write: data load FILE.safetensors",
        word: request.words.count > 1 ? 1 : nil)
    }
    let dataset = try Dataset.load(path)
    let rows = dataset.inputs.first?.shape[0] ?? 0
    return (dataset, ["\(dataset.count) micro-batches of \(rows) rows from \(path)"])
  }
}

extension Dataset {
  fileprivate static func load(_ path: String) throws(DebuggerError) -> Dataset {
    let file = try DebuggerError.wrap { () throws(SafetensorsError) in try SafetensorsFile(path: path) }
    let reader = DataReader(path: path, file: file)
    let inputs = try reader.inputs()
    let targets = try reader.targets()
    guard inputs.count == targets.count else {
      throw DebuggerError("\(path): inputs for \(inputs.count) micro-batches, but targets for \(targets.count)")
    }
    guard let input = inputs.first, let target = targets.first else {
      throw DebuggerError("\(path): there is no data in it, not one micro-batch")
    }
    let (batch, own) = (input.shape[0], target.shape[0])
    if case .labels = target, batch != own {
      throw DebuggerError("\(path): Expected input batch_size (\(batch)) to match target batch_size (\(own))")
    }
    guard batch == own || own == 1 else {
      throw DebuggerError(
        "\(path): The size of tensor a (\(batch)) must match the size of tensor b (\(own)) at non-singleton dimension 0: "
          + "the batch sizes of inputs and targets differ")
    }
    return Dataset(words: "load " + path, inputs: inputs, targets: targets)
  }
}

/// The tensors of one data file, checked.
private struct DataReader {
  let path: String
  let file: SafetensorsFile

  func inputs() throws(DebuggerError) -> [ModelInput] {
    if file.entries["inputs"] == nil, file.entries["input_ids"] != nil {
      return .init(tokens: try integers("input_ids", ranks: 3...3))
    }
    return .init(features: try numbers("inputs", instead: "input_ids"))
  }

  func targets() throws(DebuggerError) -> [Target] {
    if file.entries["targets"] == nil, file.entries["labels"] != nil {
      return .init(labels: try integers("labels", ranks: 2...3))
    }
    return .init(values: try numbers("targets", instead: "labels"))
  }

  private func numbers(_ name: String, instead other: String) throws(DebuggerError) -> Tensor {
    guard file.entries[name] != nil else {
      throw DebuggerError(
        "\(path) has neither a tensor '\(name)' nor '\(other)'; it has "
          + (file.names.isEmpty ? "none" : file.names.prefix(8).joined(separator: ", ")))
    }
    if file.isInteger(name) {
      throw DebuggerError("\(path): '\(name)' holds integers; numbers are needed (integers are named '\(other)')")
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

  private func integers(_ name: String, ranks: ClosedRange<Int>) throws(DebuggerError) -> Indices {
    let indices = try DebuggerError.wrap { () throws(SafetensorsError) in try file.indices(name) }
    guard ranks.contains(indices.shape.rank) else {
      let needed =
        ranks.count == 1 ? "[micro-batches, batch, length]" : "[micro-batches, batch] or [micro-batches, batch, length]"
      throw DebuggerError("\(path): '\(name)' is \(indices.shape); \(needed) is needed")
    }
    return indices
  }
}
