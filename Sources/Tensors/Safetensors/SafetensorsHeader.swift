import FoundationEssentials

/// One value of the header's JSON object: a tensor's description, or the `__metadata__` strings.
enum SafetensorsHeaderItem: Decodable {
  case tensor(SafetensorsTensorInfo)
  case metadata

  init(from decoder: any Decoder) throws {
    if decoder.codingPath.last?.stringValue == "__metadata__" {
      _ = try [String: String](from: decoder)
      self = .metadata
    } else {
      self = .tensor(try SafetensorsTensorInfo(from: decoder))
    }
  }

  /// Names the tensor and the field at fault.
  static func explain(_ error: DecodingError) -> String {
    func place(_ context: DecodingError.Context, _ last: String? = nil) -> String {
      quoted((context.codingPath.map(\.stringValue) + [last].compactMap { $0 }).joined(separator: "."))
    }
    switch error {
    case .keyNotFound(let key, let context): return "\(place(context, key.stringValue)) is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "\(place(context)) has the wrong type"
    case .dataCorrupted(let context):
      return context.codingPath.isEmpty ? "it is not a JSON object" : "\(place(context)) has a value out of range"
    @unknown default: return "it cannot be decoded"
    }
  }
}

struct SafetensorsTensorInfo: Decodable {
  let dtype: String
  let shape: [Int]
  let dataOffsets: [Int]

  enum CodingKeys: String, CodingKey {
    case dtype, shape
    case dataOffsets = "data_offsets"
  }

  /// Checks what the header says against itself and against the size of the file's body.
  func entry(name: String, path: String, bodySize: Int) throws(SafetensorsError) -> SafetensorsFile.Entry {
    guard let type = SafetensorsType(rawValue: dtype) else {
      throw .badTensor(path: path, name: name, reason: "has the unknown dtype '\(dtype)'")
    }
    guard let shape = Shape(checking: shape) else {
      throw .badTensor(path: path, name: name, reason: "has the impossible shape \(shape)")
    }
    guard dataOffsets.count == 2, dataOffsets[0] >= 0, dataOffsets[0] <= dataOffsets[1] else {
      throw .badTensor(path: path, name: name, reason: "has impossible data_offsets \(dataOffsets)")
    }
    guard dataOffsets[1] <= bodySize else {
      throw .badTensor(
        path: path, name: name,
        reason: "ends at byte \(dataOffsets[1]) of \(bodySize): the file is truncated or its header lies")
    }
    let (needed, overflow) = shape.count.multipliedReportingOverflow(by: type.size)
    let stored = dataOffsets[1] - dataOffsets[0]
    guard !overflow, needed == stored else {
      throw .badTensor(path: path, name: name, reason: "has shape \(shape) in \(dtype) but \(stored) bytes of data")
    }
    return SafetensorsFile.Entry(shape: shape, typeName: dtype, range: dataOffsets[0]..<dataOffsets[1])
  }
}
