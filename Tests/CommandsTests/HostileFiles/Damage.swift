import Foundation
import Tensors
import TestSupport
import Testing

/// Something that is done to a good directory, and what the one error must say.
struct Damage: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let expected: String
  let apply: @Sendable (CopiedFolder) throws -> Void

  init(_ description: String, _ expected: String, _ apply: @escaping @Sendable (CopiedFolder) throws -> Void) {
    (testDescription, self.expected, self.apply) = (description, expected, apply)
  }

  /// A text in the place of another in one file.
  init(_ file: String, _ old: String, _ new: String, _ expected: String) {
    self.init("\(file): \(new.prefix(60))", expected) { try $0.replace(old, in: file, by: new) }
  }

  /// Other tensors in one .safetensors file.
  init(
    _ description: String, _ expected: String, in file: String,
    _ change: @escaping @Sendable (inout [String: Tensor]) -> Void
  ) {
    self.init(description, expected) { try $0.changeTensors(in: file, change) }
  }

  /// Done to a copy of a good directory, it makes one line fail, which names a path in it; DIR in what is expected
  /// stands for that path.
  func expectRefusal(
    of command: String, _ name: String? = nil, in model: String, after lines: (CopiedFolder) -> [String] = { _ in [] }
  ) throws {
    let folder = try CopiedFolder(of: model)
    try apply(folder)
    let path = name.map { folder.file($0) } ?? folder.path
    try CommandsTests.expectRefusal(
      "\(command) \(path)", expected.replacingOccurrences(of: "DIR", with: path), folder, after: lines(folder))
  }
}

extension CopiedFolder {
  func makeDirectory(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: file(name), withIntermediateDirectories: false)
  }

  func makeLink(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: file(name), withDestinationPath: target)
  }

  func makePipe(_ name: String) throws {
    guard mkfifo(file(name), 0o600) == 0 else { throw NotFound(text: name) }
  }
}
