import FoundationEssentials

/// A .safetensors file opened for reading. The header is checked whole before any tensor is made,
/// and nothing is allocated on the word of the file.
public struct SafetensorsFile: Sendable {
  public struct Entry: Sendable, Equatable {
    public let shape: Shape
    /// As written in the file: F32, F64, BF16, F16, I64, ...
    public let typeName: String
    let range: Range<Int>
  }

  public let path: String
  public let entries: [String: Entry]
  private let data: Data
  private let bodyStart: Int

  public init(path: String) throws(SafetensorsError) {
    let data: Data
    do {
      data = try readFile(path)
    } catch {
      throw .unreadable(path: path, reason: error.reason)
    }
    guard data.count >= 8 else { throw .tooShort(path: path, bytes: data.count) }
    let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(data[data.startIndex + $1]) << (8 * UInt64($1)) }
    guard length <= UInt64(data.count - 8) else {
      throw .headerTooLong(path: path, claimed: length, bytes: data.count)
    }
    let bodyStart = 8 + Int(length)
    let header: [String: SafetensorsHeaderItem]
    do {
      header = try JSONDecoder().decode([String: SafetensorsHeaderItem].self, from: data[8..<bodyStart])
    } catch let error as DecodingError {
      throw .badHeader(path: path, reason: SafetensorsHeaderItem.explain(error))
    } catch {
      throw .badHeader(path: path, reason: "not JSON")
    }
    var entries: [String: Entry] = [:]
    for (name, item) in header {
      guard case .tensor(let tensor) = item else { continue }
      entries[name] = try tensor.entry(name: name, path: path, bodySize: data.count - bodyStart)
    }
    try SafetensorsFile.refuseOverlaps(entries, path: path)
    self.path = path
    self.entries = entries
    self.data = data
    self.bodyStart = bodyStart
  }

  public var names: [String] { entries.keys.sorted() }

  /// Whether a tensor holds integers, such as token ids.
  public func isInteger(_ name: String) -> Bool {
    entries[name].flatMap { SafetensorsType(rawValue: $0.typeName) }?.isInteger ?? false
  }

  /// One floating-point tensor, in its own dtype.
  public func tensor(_ name: String) throws(SafetensorsError) -> Tensor {
    let (entry, type, body) = try locate(name)
    guard let dtype = type.dtype else {
      throw .badTensor(path: path, name: name, reason: "has dtype \(entry.typeName); F32, F64, BF16 or F16 is needed")
    }
    return body.withUnsafeBytes { type.decode($0, shape: entry.shape, as: dtype) }
  }

  /// One tensor of integers.
  public func indices(_ name: String) throws(SafetensorsError) -> Indices {
    let (entry, type, body) = try locate(name)
    guard type.isInteger else {
      throw .badTensor(path: path, name: name, reason: "has dtype \(entry.typeName); integers such as I64 are needed")
    }
    return Indices(
      body.withUnsafeBytes { type.decodeIntegers($0, count: entry.shape.count) }, shape: entry.shape)
  }

  private func locate(_ name: String) throws(SafetensorsError) -> (Entry, SafetensorsType, Data) {
    guard let entry = entries[name], let type = SafetensorsType(rawValue: entry.typeName) else {
      throw .badTensor(path: path, name: name, reason: "is not in the file")
    }
    return (entry, type, data[(bodyStart + entry.range.lowerBound)..<(bodyStart + entry.range.upperBound)])
  }

  private static func refuseOverlaps(_ entries: [String: Entry], path: String) throws(SafetensorsError) {
    var end = 0
    var last = ""
    for (name, entry) in entries.sorted(by: {
      ($0.value.range.lowerBound, $0.key) < ($1.value.range.lowerBound, $1.key)
    })
    where !entry.range.isEmpty {
      guard entry.range.lowerBound >= end else {
        throw .badTensor(path: path, name: name, reason: "overlaps '\(last)' in the file")
      }
      (end, last) = (entry.range.upperBound, name)
    }
  }
}
