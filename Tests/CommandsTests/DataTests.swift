import Commands
import Autograd
import Debugger
import Foundation
import Tensors
import TestSupport
import Testing
import Training

@Suite("Data that is given: token ids and text")
struct DataTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let model =
    "model transformer vocab_size=50 hidden_size=8 num_hidden_layers=1 num_attention_heads=2 intermediate_size=12"

  /// Ids and labels of every micro-batch, row by row.
  private func rows(_ sitting: Sitting) throws -> [[(ids: [Int], labels: [Int])]] {
    let dataset = try #require(sitting.session.configuration.dataset, "\(sitting.text)")
    return zip(dataset.inputs, dataset.targets).map { input, target in
      guard case .tokens(let ids) = input, case .labels(let labels) = target else { return [] }
      let length = ids.shape[1]
      return (0..<ids.shape[0]).map { row in
        let range = (row * length)..<((row + 1) * length)
        return (Array(ids.values[range]), Array(labels.values[range]))
      }
    }
  }

  private func expect(_ line: String, _ wanted: [[[Int]]], labels: [[[Int]]]? = nil) throws {
    let sitting = Sitting(Self.model, line)
    let found = try rows(sitting)
    #expect(found.map { $0.map(\.ids) } == wanted, "\(line)")
    #expect(found.map { $0.map(\.labels) } == (labels ?? wanted), "\(line)")
  }

  @Test(
    "ids typed, pasted and in files are the same rows",
    arguments: ["1 2 3", "1, 2, 3", "1,2,3", "[1, 2, 3]", "[1,2,3]", "[[1, 2, 3]]", "[[1,2,3]]", "'[1, 2, 3]'"])
  func typed(words: String) throws { try expect("data tokens \(words)", [[[1, 2, 3]]]) }

  @Test("a pasted list of rows is a row each")
  func pastedRows() throws {
    try expect("data tokens [[1, 2], [3, 4]]", [[[1, 2]], [[3, 4]]])
    try expect("data tokens [[1,2],[3,4]] batch=2", [[[1, 2], [3, 4]]])
  }

  @Test(
    "JSON files: a list, rows, input_ids",
    arguments: ["[1, 2, 3]", "[[1, 2, 3]]", #"{"input_ids": [1, 2, 3]}"#, #"{"input_ids": [[1, 2, 3]], "x": 0}"#])
  func json(text: String) throws {
    try expect("data tokens '\(try folder.write("ids.json", text))'", [[[1, 2, 3]]])
  }

  @Test("a row in a .safetensors file is its last axis")
  func safetensors() throws {
    let path = Fixtures.path("models/llama-sharded/data.safetensors")
    let file = try SafetensorsFile(path: path)
    let ids = try file.indices("input_ids")
    let sitting = Sitting(Self.model, "data tokens '\(path)'")
    let found = try rows(sitting)
    #expect(found.count == ids.shape.rows && found.flatMap { $0.flatMap(\.ids) } == ids.values)
  }

  @Test("short rows are filled up behind their ends, where nothing counts; prompts do not count either")
  func padding() throws {
    try expect(
      "data tokens [[1, 2, 3], [4, 5], [6]] batch=2", [[[1, 2, 3], [4, 5, 0]], [[6]]],
      labels: [[[1, 2, 3], [4, 5, -100]], [[6]]])
    try expect(
      "data tokens [[1, 2, 3], [4, 5]] batch=2 prompt=2", [[[1, 2, 3], [4, 5, 0]]],
      labels: [[[-100, -100, 3], [-100, -100, -100]]])
    try expect("data tokens 1 2 3 4 5 6 7 length=3", [[[1, 2, 3]], [[4, 5, 6]]])
    try expect("data tokens [[1, 2, 3, 4], [5, 6]] length=3", [[[1, 2, 3]], [[5, 6]]])
  }

  @Test("rows of unequal length in one batch: the mean over the tokens that count, and its gradient")
  func mean() throws {
    let start = [Self.model, "set dtype float64", "set r 2", "set init_lora_weights false", "set lr 0.01"]
    func step(_ data: String) throws -> (loss: Double, gradients: [[Double]]) {
      let sitting = Sitting()
      for line in start + ["data tokens \(data)", "step"] {
        try #require(sitting.type(line) == .finished, "\(sitting.text)")
      }
      let session = sitting.session
      let record = try #require(session.observed)
      return (try #require(record.loss), try record.parameters.map { try #require($0.grad).toArray() })
    }
    let together = try step("[[7, 3, 9, 1, 4], [8, 2], [5, 6, 11]] batch=3")
    let alone = try [step("7 3 9 1 4"), step("8 2"), step("5 6 11")]
    // Each row's first token is told from nothing: 4, 1 and 2 count.
    let weights = [4.0, 1, 2].map { $0 / 7 }
    let loss = zip(weights, alone).reduce(0) { $0 + $1.0 * $1.1.loss }
    #expect(abs(together.loss - loss) < 1e-13)
    try #require(together.gradients.count == 14)
    for (index, gradient) in together.gradients.enumerated() {
      var wanted = [Double](repeating: 0, count: gradient.count)
      for (weight, row) in zip(weights, alone) {
        for place in wanted.indices { wanted[place] += weight * row.gradients[index][place] }
      }
      #expect(relativeError(gradient, wanted) < 1e-10)
    }
  }
}

extension DataTests {
  /// A line that is refused, the text under the marks, and a part of the message.
  static let refused: [(line: String, marked: String, message: String)] = [
    ("data tokens 1 x 3", "x", "'x' is no token id"),
    ("data tokens 1 2.5", "2.5", "'2.5' is no token id"),
    ("data tokens [1, 2", "2", "']' is missing at the end"),
    ("data tokens [[1, 2], 3]", "3]", "'3' is in no row"),
    ("data tokens [[[1]]]", "[[[1]]]", "'[' is no token id"),
    ("data tokens []", "[]", "there is a row without a token"),
    ("data tokens [[1], []]", "[[1],", "there is a row without a token"),
    ("data tokens nowhere.json", "nowhere.json", "cannot read nowhere.json: no such file"),
    ("data tokens nowhere.safetensors", "nowhere.safetensors", "cannot read nowhere.safetensors: no such file"),
    ("data tokens 1 2 length=0", "length=0", "length must be"),
    ("data tokens 1 2 batch=x", "batch=x", "batch "),
    ("data tokens 1 2 lenght=3", "lenght=3", "no option 'lenght'; did you mean 'length'?"),
    ("data tokens 1 50", "50", "index out of range in self: input_ids has 50, the vocabulary ends at 49"),
    ("data tokens -1 2", "2", "index out of range in self: input_ids has -1"),
    ("data txt a", "txt", "no data 'txt'; did you mean 'text'?"),
  ]

  @Test("what is wrong is marked, and the session stays as it was", arguments: refused)
  func errors(line: String, marked: String, message: String) throws {
    let sitting = Sitting(Self.model, "data tokens 1 2 3")
    let before = sitting.session.fingerprint
    #expect(sitting.type(line) == .failed)
    let failure = try #require(sitting.failures.first, "\(sitting.text)")
    #expect(failure.message.contains(message), "\(failure.message)")
    #expect(String(Array(failure.line)[failure.underline]) == marked, "\(failure.message)")
    #expect(sitting.session.fingerprint == before)
  }

  /// Files that are refused, and a part of the message.
  static let files: [(name: String, text: String, message: String)] = [
    ("a.json", "", "a.json is empty"),
    ("a.json", "[1, 2", "a.json is not JSON"),
    ("a.json", "3", "a.json is no list of token ids"),
    ("a.json", "[[1], [2, null]]", "row 2 has something in it that is no token id"),
    ("a.json", "[[1], 2]", "row 1 has something in it that is no token id"),
    ("a.json", #"[1, "2"]"#, "row 1 has something in it that is no token id"),
    ("a.json", "[1.5]", "row 1 has something in it that is no token id"),
    ("a.json", "[1e400]", "a.json"),
    ("a.json", "[[1], []]", "has a row without a token in it"),
    ("a.json", "[]", "has a row without a token in it"),
    ("a.json", #"{"ids": [1]}"#, "a.json has no 'input_ids'"),
    ("a.json", #"{"input_ids": 1}"#, "a.json is no list of token ids"),
    ("a.json", String(repeating: "[", count: 100_000), "a.json has lists or objects more than 32 deep"),
    ("a.json", "[99999999999999999999]", "row 1 has something in it that is no token id"),
    ("a.json", "[1, 9223372036854775807]", "input_ids has 9223372036854775807, the vocabulary ends at 49"),
    ("a.safetensors", "", "it has 0 bytes"),
  ]

  @Test("a file that is no file of ids is refused by name", arguments: files)
  func file(name: String, text: String, message: String) throws {
    let path = try folder.write(name, text)
    let sitting = Sitting(Self.model, "data tokens 1 2 3")
    let before = sitting.session.fingerprint
    #expect(sitting.type("data tokens '\(path)'") == .failed)
    let failure = try #require(sitting.failures.first, "\(sitting.text)")
    #expect(failure.message.contains(message), "\(failure.message)")
    #expect(sitting.session.fingerprint == before)
  }

  @Test("a few long rows beside many short ones are no reason for gigabytes")
  func filling() throws {
    let long = "[" + Array(repeating: "1", count: 10_000).joined(separator: ",") + "]"
    let path = try folder.write("a.json", "[" + long + String(repeating: ",[1]", count: 20_000) + "]")
    let sitting = Sitting(Self.model, "data tokens '\(path)' batch=30000")
    #expect(sitting.failures.first?.message.contains("use a smaller batch=") == true, "\(sitting.text)")
  }

  @Test("Tab completes what load, save and data take")
  func completion() throws {
    try folder.write("ids.json", "[1]")
    try FileManager.default.createDirectory(atPath: folder.file("inner"), withIntermediateDirectories: false)
    let session = Sitting(Self.model).session
    func offers(_ line: String) -> [String] { complete(line, at: line.count, in: session).candidates.map(\.text) }
    #expect(offers("load ") == ["adapter", "checkpoint", "model", "weights"])
    #expect(offers("save ").contains("adapter"))
    #expect(offers("load model \(folder.path)/i").contains { $0.hasSuffix("inner/") })
    #expect(offers("data to").contains("tokens"))
    #expect(offers("data tokens len").contains { $0.hasPrefix("length=") })
    #expect(offers("data text tok").contains { $0.hasPrefix("tokenizer=") })
    #expect(offers("data tokens \(folder.path)/id").contains { $0.contains("ids.json") })
  }
}
