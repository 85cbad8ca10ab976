import Autograd
import Debugger
import TestSupport
import Testing
import Tokenizers
import Training

@Suite("Text through a tokenizer")
struct TextDataTests {
  private let path: String
  private let tokenizer: Tokenizer
  private let folder: TemporaryFolder
  private let model: String

  init() throws {
    folder = try TemporaryFolder()
    path = try folder.write("gpt2.json", try Fixtures.text("tokenizers/gpt2.json"))
    tokenizer = try Tokenizer(path: path)
    model =
      "model transformer vocab_size=\(tokenizer.vocabularySize) hidden_size=4 num_hidden_layers=1 "
      + "num_attention_heads=1 intermediate_size=4"
  }

  private func sitting(_ words: String) -> Sitting { Sitting(model, "data text \(words) tokenizer=\(path)") }

  /// Ids and labels of every row, which must be a micro-batch each.
  private func rows(_ words: String) throws -> [(ids: [Int], labels: [Int])] {
    let sitting = sitting(words)
    let dataset = try #require(sitting.session.configuration.dataset, "\(sitting.text)")
    return try zip(dataset.inputs, dataset.targets).map { input, target in
      guard case .tokens(let ids) = input, case .labels(let labels) = target, ids.shape[0] == 1 else {
        throw CopiedFolder.NotFound(text: "one row of tokens")
      }
      return (ids.values, labels.values)
    }
  }

  private func ids(_ text: String) throws -> [Int] { try tokenizer.encode(text, addSpecialTokens: true) }

  @Test("a text is its ids, which are the labels too")
  func text() throws {
    let rows = try rows("'the world of words'")
    #expect(rows.map(\.ids) == [try ids("the world of words")] && rows.map(\.labels) == rows.map(\.ids))
  }

  @Test("of a prompt and its completion only the completion counts")
  func prompt() throws {
    let row = try #require(try rows("'the people' ' said so'").first)
    let prompt = try ids("the people").count
    #expect(row.ids == (try ids("the people said so")))
    #expect(row.labels == Array(repeating: -100, count: prompt) + row.ids.dropFirst(prompt))
  }

  @Test("a .txt file is one text, a .jsonl file a row a line, a .json file a row an object")
  func files() throws {
    let text = try folder.write("a.txt", "the world\nof words\n")
    #expect(try rows("'\(text)'").map(\.ids) == [try ids("the world\nof words\n")])
    let items = [#"{"text": "the world"}"#, #"{"prompt": "how", "completion": " now", "text": "no"}"#]
    let lines = try folder.write("a.jsonl", items.joined(separator: "\n\n") + "\n")
    let list = try folder.write("a.json", "[" + items.joined(separator: ",") + "]")
    for path in [lines, list] {
      let rows = try rows("'\(path)'")
      #expect(rows.map(\.ids) == [try ids("the world"), try ids("how now")])
      let prompt = try ids("how").count
      #expect(rows.last?.labels.prefix(prompt).allSatisfy { $0 == -100 } == true)
      #expect(rows.first?.labels == rows.first?.ids)
    }
  }

  @Test("a long text is cut into whole rows, and what is left over is told")
  func cutting() throws {
    let all = try ids("the world of words that we all know")
    let sitting = sitting("'the world of words that we all know' length=3")
    let count = try #require(sitting.session.configuration.dataset).inputs.count
    #expect(count == all.count / 3)
    if all.count % 3 > 0 { #expect(sitting.text.contains("the last \(all.count % 3) tokens make no whole row")) }
    #expect(try rows("'the world of words that we all know' length=3").flatMap(\.ids) == Array(all.prefix(count * 3)))
  }

  @Test("files without a text in them are refused by name and place")
  func refused() throws {
    let files: [(name: String, text: String, message: String)] = [
      ("a.jsonl", "{\"text\": \"x\"}\n{\"txt\": 1}\n", "a.jsonl: line 2 has neither \"text\" nor \"prompt\""),
      ("a.jsonl", "{\"text\": \"x\"}\n{\"text\": \n", "a.jsonl: line 2 is not JSON"),
      ("a.jsonl", String(repeating: "[", count: 100_000), "a.jsonl: line 1 has lists or objects more than 32 deep"),
      ("a.jsonl", "\n\n", "a.jsonl has no text in it"),
      ("a.json", "[]", "a.json has no text in it"),
      ("a.json", "{}", "a.json is no list of objects"),
      ("a.json", "[{\"text\": \"x\"}, 3]", "a.json: entry 2 has neither"),
      ("a.json", "[{\"text\": NaN}]", "a.json is not JSON"),
      ("a.txt", "", "there is no text in it"),
    ]
    for file in files {
      let path = try folder.write(file.name, file.text)
      let sitting = sitting("'\(path)'")
      #expect(sitting.failures.first?.message.contains(file.message) == true, "\(sitting.text)")
    }
    var sitting = sitting("nowhere.jsonl")
    #expect(sitting.failures.first?.message == "cannot read nowhere.jsonl: no such file")
    sitting = self.sitting("a b c")
    #expect(sitting.failures.first?.message.contains("put quotes around a text of several words") == true)
    sitting = self.sitting("'\(folder.path)'")
    #expect(sitting.failures.first?.message == "cannot read \(folder.path): it is a directory")
  }

  @Test("no tokenizer, one that is not there, and one of another model")
  func tokenizers() throws {
    var sitting = Sitting(model, "data text hello")
    #expect(sitting.failures.first?.message.contains("has no tokenizer; name one") == true, "\(sitting.text)")
    sitting = Sitting(model, "data text hello tokenizer=\(folder.path)")
    #expect(sitting.failures.first?.message.contains("there is no \(folder.path)/tokenizer.json") == true)
    let broken = try folder.write("tokenizer.json", "{}")
    sitting = Sitting(model, "data text hello tokenizer=\(folder.path)")
    #expect(sitting.failures.first?.message.contains(broken) == true, "\(sitting.text)")
    let small = "model transformer vocab_size=9 hidden_size=4 num_hidden_layers=1 num_attention_heads=1"
    sitting = Sitting(small, "data text hello tokenizer=\(path)")
    #expect(sitting.failures.first?.message.contains("they do not belong together") == true, "\(sitting.text)")
    sitting = Sitting("model linear 3 2", "data text hello tokenizer=\(path)")
    #expect(sitting.failures.first?.message.contains("takes numbers, not token ids") == true, "\(sitting.text)")
  }

  @Test("a model's own directory has its tokenizer")
  func ownTokenizer() throws {
    let copy = try CopiedFolder(of: "models/adapter-dora-gpt2/model")
    defer { withExtendedLifetime(copy) {} }
    let sitting = Sitting("load model '\(copy.path)'", "data text hello")
    #expect(sitting.failures.first?.message.contains("there is no \(copy.path)/tokenizer.json") == true)
    try copy.write("tokenizer.json", try Fixtures.text("tokenizers/gpt2.json"))
    sitting.type("data text hello")
    #expect(sitting.failures.first?.message.contains("they do not belong together") == true, "\(sitting.text)")
  }
}
