import Foundation
import Tensors

/// The numbers that real torch + peft computed; `make_fixtures.py` beside them wrote them.
public enum Fixtures {
  public static let directory: URL = projectDirectory.appending(path: "Tests/Fixtures")

  public static let projectDirectory = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  public static func path(_ name: String) -> String { directory.appending(path: name).path }

  /// The names in a folder, sorted.
  public static func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path(folder))) ?? []).sorted()
  }

  public static func text(_ name: String) throws -> String {
    try String(contentsOf: directory.appending(path: name), encoding: .utf8)
  }

  public static func json(_ name: String) throws -> JSON {
    JSON(try JSONSerialization.jsonObject(with: Data(contentsOf: directory.appending(path: name))))
  }
}

/// A JSON value to be looked into; what is not there is null.
public struct JSON: @unchecked Sendable {
  // Safe to send: what JSONSerialization makes is never changed.
  private let value: Any?

  public init(_ value: Any?) { self.value = value }

  public init(text: String) throws {
    self.init(try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed))
  }

  public subscript(key: String) -> JSON { JSON((value as? [String: Any])?[key]) }
  public subscript(index: Int) -> JSON {
    guard let list = value as? [Any], list.indices.contains(index) else { return JSON(nil) }
    return JSON(list[index])
  }

  public var isNull: Bool { value == nil || value is NSNull }
  public var keys: [String] { (value as? [String: Any])?.keys.sorted() ?? [] }
  public var list: [JSON] { (value as? [Any])?.map { JSON($0) } ?? [] }
  public var string: String? { value as? String }
  public var strings: [String] { list.compactMap(\.string) }
  public var int: Int? { (value as? NSNumber)?.intValue }
  public var double: Double? { (value as? NSNumber)?.doubleValue }
  public var bool: Bool? { value as? Bool }

  /// All numbers of nested lists, in order.
  public var numbers: [Double] { double.map { [$0] } ?? list.flatMap(\.numbers) }
}
