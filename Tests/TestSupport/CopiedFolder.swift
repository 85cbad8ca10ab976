import Foundation
import Tensors

/// A copy of a folder of fixtures that a test may damage; it goes with its owner.
public final class CopiedFolder: Sendable {
  private let folder: TemporaryFolder
  public let path: String

  public init(of fixture: String) throws {
    folder = try TemporaryFolder()
    path = folder.file("copy")
    try FileManager.default.copyItem(atPath: Fixtures.path(fixture), toPath: path)
  }

  public struct NotFound: Error {
    public let text: String

    public init(text: String) { self.text = text }
  }

  public func file(_ name: String) -> String { path + "/" + name }

  public func text(_ name: String) throws -> String { try String(contentsOfFile: file(name), encoding: .utf8) }

  public func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }

  public func write(_ name: String, _ data: Data) throws { try data.write(to: URL(filePath: file(name))) }

  public func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: file(name)) }

  /// Puts a text in the place of another one, which must be there.
  public func replace(_ old: String, in name: String, by new: String) throws {
    let before = try text(name)
    guard before.contains(old) else { throw NotFound(text: old) }
    try write(name, before.replacingOccurrences(of: old, with: new))
  }

  /// Writes a .safetensors file again, with other tensors in it.
  public func changeTensors(in name: String, _ change: (inout [String: Tensor]) -> Void) throws {
    let old = try SafetensorsFile(path: file(name))
    var tensors: [String: Tensor] = [:]
    for name in old.names { tensors[name] = try old.tensor(name) }
    change(&tensors)
    try writeSafetensors(tensors, to: file(name))
  }

  /// Writes a .safetensors file with any header, and so many bytes behind it.
  public func writeSafetensors(_ name: String, header: String, body: Int = 0, claiming length: UInt64? = nil) throws {
    var data = Data()
    withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) { data.append(contentsOf: $0) }
    data.append(Data(header.utf8))
    data.append(Data(count: body))
    try write(name, data)
  }

  private func writeSafetensors(_ tensors: [String: Tensor], to path: String) throws {
    try Tensors.writeSafetensors(tensors, to: path)
  }
}
