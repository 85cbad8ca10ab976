import FoundationEssentials

/// Writes named tensors as one .safetensors file, in the order of their names, all or nothing:
/// the file appears under its name only when it is whole.
public func writeSafetensors(
  _ tensors: [String: Tensor], integers: [String: Indices] = [:], metadata: [String: String] = [:], to path: String
) throws(SafetensorsError) {
  let parts =
    tensors.map { SafetensorsPart(name: $0, type: $1.dtype.safetensorsType, shape: $1.shape, body: .tensor($1)) }
    + integers.map { SafetensorsPart(name: $0, type: .i64, shape: $1.shape, body: .integers($1)) }
  var header: [String: SafetensorsHeaderOutput] = [:]
  if !metadata.isEmpty { header["__metadata__"] = .metadata(metadata) }
  let sorted = parts.sorted { $0.name < $1.name }
  var offset = 0
  for part in sorted {
    let end = offset + part.shape.count * part.type.size
    header[part.name] = .tensor(
      dtype: part.type.rawValue, shape: part.shape.dimensions, offsets: [offset, end])
    offset = end
  }
  do {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var json = try encoder.encode(header)
    // The format asks that the body start at a multiple of eight.
    json.append(contentsOf: [UInt8](repeating: 0x20, count: (8 - json.count % 8) % 8))
    var file = Data(capacity: 8 + json.count + offset)
    withUnsafeBytes(of: UInt64(json.count).littleEndian) { file.append(contentsOf: $0) }
    file.append(json)
    for part in sorted { part.append(to: &file) }
    try writeFile(file, to: path)
  } catch {
    throw .unwritable(path: path, reason: "check that the directory exists and can be written to")
  }
}

private struct SafetensorsPart {
  enum Body {
    case tensor(Tensor)
    case integers(Indices)
  }

  let name: String
  let type: SafetensorsType
  let shape: Shape
  let body: Body

  func append(to file: inout Data) {
    switch body {
    case .tensor(let tensor): file.append(contentsOf: tensor.rawBytes)
    case .integers(let indices):
      for value in indices.values {
        withUnsafeBytes(of: Int64(value).littleEndian) { file.append(contentsOf: $0) }
      }
    }
  }
}

private enum SafetensorsHeaderOutput: Encodable {
  case metadata([String: String])
  case tensor(dtype: String, shape: [Int], offsets: [Int])

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .metadata(let strings): try strings.encode(to: encoder)
    case .tensor(let dtype, let shape, let offsets):
      var container = encoder.container(keyedBy: SafetensorsTensorInfo.CodingKeys.self)
      try container.encode(dtype, forKey: .dtype)
      try container.encode(shape, forKey: .shape)
      try container.encode(offsets, forKey: .dataOffsets)
    }
  }
}
