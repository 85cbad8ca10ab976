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
  private let file: MappedFile
  private let bodyStart: Int

  /// As in the safetensors library.
  private static let longestHeader = 100_000_000
  private static let longestName = 400

  public init(path: String) throws(SafetensorsError) {
    let file: MappedFile
    do {
      file = try MappedFile(path: path)
    } catch {
      throw .unreadable(path: path, reason: error.reason)
    }
    let bytes = file.bytes
    guard bytes.count >= 8 else { throw .tooShort(path: path, bytes: bytes.count) }
    let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    guard length <= UInt64(bytes.count - 8) else {
      throw .headerTooLong(path: path, claimed: length, bytes: bytes.count)
    }
    guard length <= SafetensorsFile.longestHeader else {
      throw .badHeader(path: path, reason: "it has \(length) bytes, \(SafetensorsFile.longestHeader) are the most")
    }
    let bodyStart = 8 + Int(length)
    let text = UnsafeRawBufferPointer(rebasing: bytes[8..<bodyStart])
    let header: [String: SafetensorsHeaderItem]
    do {
      header = try JSONDecoder().decode([String: SafetensorsHeaderItem].self, from: Data(text))
    } catch let error as DecodingError {
      throw .badHeader(path: path, reason: SafetensorsHeaderItem.explain(error))
    } catch {
      throw .badHeader(path: path, reason: "not JSON")
    }
    if let name = repeatedKey(text) {
      throw .badHeader(path: path, reason: "\(quoted(name)) is in it twice")
    }
    var entries: [String: Entry] = [:]
    for (name, item) in header {
      guard case .tensor(let tensor) = item else { continue }
      // Names are shown: they must not steer a terminal, nor fill it.
      guard name.utf8.count <= SafetensorsFile.longestName, harmless(name) == name else {
        throw .badHeader(path: path, reason: "a tensor's name is \(quoted(name)), which no model has")
      }
      entries[name] = try tensor.entry(name: name, path: path, bodySize: bytes.count - bodyStart)
    }
    try SafetensorsFile.checkCoverage(entries, path: path, bodySize: bytes.count - bodyStart)
    self.path = path
    self.entries = entries
    self.file = file
    self.bodyStart = bodyStart
  }

  public var names: [String] { entries.keys.sorted() }

  /// Bytes of a tensor in the file.
  public func byteCount(_ name: String) -> Int { entries[name]?.range.count ?? 0 }

  /// The floating-point type a tensor is in.
  public func dtype(_ name: String) -> DType? {
    entries[name].flatMap { SafetensorsType(rawValue: $0.typeName)?.dtype }
  }

  /// Whether a tensor holds integers, such as token ids.
  public func isInteger(_ name: String) -> Bool {
    entries[name].flatMap { SafetensorsType(rawValue: $0.typeName) }?.isInteger ?? false
  }

  /// Smaller tensors are copied: an adapter's file may well be written again while it is in use here.
  private static let smallestMapping = 1 << 20

  /// One floating-point tensor, in its own dtype: a large one is not copied, it lies in the file.
  public func tensor(_ name: String) throws(SafetensorsError) -> Tensor {
    let (entry, type, body) = try locate(name)
    guard let dtype = type.dtype else {
      throw .badTensor(path: path, name: name, reason: "has dtype \(entry.typeName); F32, F64, BF16 or F16 is needed")
    }
    if body.count >= SafetensorsFile.smallestMapping, let start = body.baseAddress,
      Int(bitPattern: start) % dtype.size == 0
    {
      return Tensor(mapping: start, of: file, entry.shape, dtype)
    }
    return type.decode(body, shape: entry.shape, as: dtype)
  }

  /// One tensor of integers.
  public func indices(_ name: String) throws(SafetensorsError) -> Indices {
    let (entry, type, body) = try locate(name)
    guard type.isInteger else {
      throw .badTensor(path: path, name: name, reason: "has dtype \(entry.typeName); integers such as I64 are needed")
    }
    return Indices(
      type.decodeIntegers(body, count: entry.shape.count), shape: entry.shape)
  }

  private func locate(_ name: String) throws(SafetensorsError) -> (Entry, SafetensorsType, UnsafeRawBufferPointer) {
    guard let entry = entries[name], let type = SafetensorsType(rawValue: entry.typeName) else {
      throw .badTensor(path: path, name: name, reason: "is not in the file")
    }
    let range = (bodyStart + entry.range.lowerBound)..<(bodyStart + entry.range.upperBound)
    return (entry, type, UnsafeRawBufferPointer(rebasing: file.bytes[range]))
  }

  /// As the format asks, every byte belongs to one tensor.
  private static func checkCoverage(
    _ entries: [String: Entry], path: String, bodySize: Int
  ) throws(SafetensorsError) {
    var end = 0
    var last = ""
    for (name, entry) in entries.sorted(by: {
      ($0.value.range.lowerBound, $0.key) < ($1.value.range.lowerBound, $1.key)
    })
    where !entry.range.isEmpty {
      guard entry.range.lowerBound >= end else {
        throw .badTensor(path: path, name: name, reason: "overlaps '\(last)' in the file")
      }
      guard entry.range.lowerBound == end else {
        throw .strayBytes(path: path, count: entry.range.lowerBound - end)
      }
      (end, last) = (entry.range.upperBound, name)
    }
    guard end == bodySize else { throw .strayBytes(path: path, count: bodySize - end) }
  }
}
