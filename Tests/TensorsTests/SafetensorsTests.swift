import Foundation
import TestSupport
import Testing

@testable import Tensors

@Suite("safetensors files")
struct SafetensorsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A file with the given header and body, its header's length told truly unless another is given.
  private func file(_ header: String, body: Int = 0, claiming length: UInt64? = nil) throws -> String {
    var data = Data()
    withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) { data.append(contentsOf: $0) }
    data.append(Data(header.utf8))
    data.append(Data(count: body))
    return try folder.write("test.safetensors", data)
  }

  @Test("what is written is read back, bit for bit")
  func roundTrip() throws {
    let tensors: [String: Tensor] = [
      "a": Tensor([1, -2.5, .nan, .infinity, 0, 1e-40], shape: Shape(2, 3), dtype: .float32),
      "b.c": Tensor([.pi], shape: .scalar, dtype: .float64),
      "empty": Tensor([], shape: Shape(0, 4), dtype: .float32),
    ]
    let path = folder.file("round.safetensors")
    try writeSafetensors(tensors, metadata: ["format": "pt"], to: path)
    let file = try SafetensorsFile(path: path)
    #expect(file.names == ["a", "b.c", "empty"])
    for (name, tensor) in tensors { #expect(try file.tensor(name).isIdentical(to: tensor)) }
  }

  @Test("16-bit floats are widened exactly")
  func halves() throws {
    let header =
      #"{"b":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]},"h":{"dtype":"F16","shape":[2],"data_offsets":[4,8]}}"#
    var data = Data()
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { data.append(contentsOf: $0) }
    data.append(Data(header.utf8))
    for word: UInt16 in [0x3FC0, 0xC000, 0x3E00, 0x0001] { withUnsafeBytes(of: word) { data.append(contentsOf: $0) } }
    let file = try SafetensorsFile(path: try folder.write("half.safetensors", data))
    #expect(try file.tensor("b").toArray() == [1.5, -2])
    #expect(try file.tensor("h").toArray() == [1.5, 0x1p-24])
  }

  @Test(
    "a file that lies about itself is refused with the reason",
    arguments: [
      (#"{"x":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}"#, 8, "truncated or its header lies"),
      (#"{"x":{"dtype":"F32","shape":[2,3],"data_offsets":[0,16]}}"#, 16, "shape [2, 3] in F32 but 16 bytes"),
      (#"{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "impossible shape"),
      (
        #"{"x":{"dtype":"F32","shape":[4294967295,4294967295,4294967295],"data_offsets":[0,4]}}"#, 4,
        "impossible shape"
      ),
      (#"{"x":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}"#, 4, "impossible shape"),
      (#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4, "impossible data_offsets"),
      (#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#, 4, "impossible data_offsets"),
      (#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, 4, "impossible data_offsets"),
      (#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775807]}}"#, 4, "truncated or its header lies"),
      (#"{"x":{"dtype":"Q4","shape":[1],"data_offsets":[0,4]}}"#, 4, "unknown dtype 'Q4'"),
      (#"{"x":{"shape":[1],"data_offsets":[0,4]}}"#, 4, "'x.dtype' is missing"),
      (#"{"x":{"dtype":"F32","shape":"1","data_offsets":[0,4]}}"#, 4, "'x.shape' has the wrong type"),
      (#"{"x":{"dtype":"F32","shape":[1e99],"data_offsets":[0,4]}}"#, 4, "damaged safetensors header"),
      (
        #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#,
        12, "'y' overlaps 'x'"
      ),
      (#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 12, "8 bytes of its data belong to no tensor"),
      (#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, "4 bytes of its data belong to no tensor"),
      (
        #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
        8,
        "'x' is in it twice"
      ),
      (#"{"\u001b[2J":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4, #"a tensor's name is '\u{1B}[2J'"#),
      (#"{"__metadata__":{"a":1}}"#, 0, "'__metadata__.a' has the wrong type"),
      (String(repeating: #"{"x":"#, count: 100_000), 4, "it is not a JSON object"),
      ("[1, 2]", 4, "header"),
      ("{\"x\"", 4, "it is not a JSON object"),
    ])
  func lies(header: String, body: Int, reason: String) throws {
    let path = try file(header, body: body)
    let error = #expect(throws: SafetensorsError.self) { _ = try SafetensorsFile(path: path) }
    #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains(path) == true)
  }

  @Test("a header length beyond the file is not believed", arguments: [100, 1 << 40, UInt64.max, 1 << 63])
  func longHeader(length: UInt64) throws {
    let path = try file("{}", claiming: length)
    #expect(throws: SafetensorsError.headerTooLong(path: path, claimed: length, bytes: 10)) {
      _ = try SafetensorsFile(path: path)
    }
  }

  @Test("missing, a directory, too short")
  func unreadable() throws {
    let missing = folder.file("none.safetensors")
    #expect(throws: SafetensorsError.unreadable(path: missing, reason: "no such file")) {
      _ = try SafetensorsFile(path: missing)
    }
    #expect(throws: SafetensorsError.unreadable(path: folder.path, reason: "it is a directory")) {
      _ = try SafetensorsFile(path: folder.path)
    }
    let short = try folder.write("short", "abc")
    #expect(throws: SafetensorsError.tooShort(path: short, bytes: 3)) { _ = try SafetensorsFile(path: short) }
  }

  @Test("a pipe that nobody writes to is not waited for")
  func pipe() throws {
    let path = folder.file("pipe")
    try #require(mkfifo(path, 0o600) == 0)
    #expect(throws: SafetensorsError.tooShort(path: path, bytes: 0)) { _ = try SafetensorsFile(path: path) }
  }

  @Test("every truncation of a good file is refused, none crashes")
  func truncations() throws {
    let path = folder.file("whole.safetensors")
    try writeSafetensors(["w": Tensor(full: Shape(3, 2), value: 1, dtype: .float32)], to: path)
    let whole = try Data(contentsOf: URL(filePath: path))
    for length in 0..<whole.count {
      let part = try folder.write("part.safetensors", whole.prefix(length))
      #expect(throws: SafetensorsError.self) { _ = try SafetensorsFile(path: part) }
    }
  }

  @Test("every single changed byte gives a tensor or an error, never a crash")
  func damage() throws {
    let path = folder.file("whole.safetensors")
    try writeSafetensors(["w": Tensor(full: Shape(3, 2), value: 1, dtype: .float32)], to: path)
    let whole = try Data(contentsOf: URL(filePath: path))
    for place in whole.indices {
      for byte: UInt8 in [0, 0x22, 0x2D, 0x39, 0x7F, 0xFF] {
        var damaged = whole
        damaged[place] = byte
        let part = try folder.write("part.safetensors", damaged)
        guard let file = try? SafetensorsFile(path: part) else { continue }
        for name in file.names {
          guard let tensor = try? file.tensor(name) else { continue }
          #expect(tensor.count * 4 <= whole.count)
        }
      }
    }
  }
}
