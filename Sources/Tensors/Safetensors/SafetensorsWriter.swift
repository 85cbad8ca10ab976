import FoundationEssentials

/// Writes named tensors as one .safetensors file, in the order of their names, all or nothing:
/// the file appears under its name only when it is whole.
public func writeSafetensors(
  _ tensors: [String: Tensor], metadata: [String: String] = [:], to path: String
) throws(SafetensorsError) {
  var header: [String: SafetensorsHeaderOutput] = [:]
  if !metadata.isEmpty { header["__metadata__"] = .metadata(metadata) }
  let names = tensors.keys.sorted()
  var offset = 0
  for name in names {
    guard let tensor = tensors[name] else { continue }
    let end = offset + tensor.rawBytes.count
    header[name] = .tensor(
      dtype: tensor.dtype.safetensorsType.rawValue, shape: tensor.shape.dimensions, offsets: [offset, end])
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
    for name in names {
      if let tensor = tensors[name] { file.append(contentsOf: tensor.rawBytes) }
    }
    try file.write(to: URL(filePath: path), options: .atomic)
  } catch {
    throw .unwritable(path: path, reason: "check that the directory exists and can be written to")
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
