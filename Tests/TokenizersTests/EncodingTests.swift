import Foundation
import TestSupport
import Testing

@testable import Tokenizers

@Suite("encoding")
struct EncodingTests {
  @Test("merges go by rank, then from the left")
  func merges() throws {
    #expect(try SmallTokenizer.ids("hello") == [258, 111])
    #expect(try SmallTokenizer.ids("hellll") == [258, 257])
    #expect(try SmallTokenizer.ids("lll") == [257, 108])
  }

  @Test("merges are written as a line or as a pair, after the line of merges.txt that tells its version")
  func spellings() throws {
    let pairs: [Any] = [["h", "e"], ["l", "l"], ["he", "ll"]]
    #expect(try SmallTokenizer.ids("hello", ["model.merges": pairs]) == [258, 111])
    #expect(try SmallTokenizer.ids("hello", ["model.merges": ["#version: 0.2", "h e", "l l", "he ll"]]) == [258, 111])
  }

  @Test("with ignore_merges a word that is a token is never built from merges")
  func ignoresMerges() throws {
    let noMerges = [String]()
    #expect(
      try SmallTokenizer.ids("hell hello", ["model.merges": noMerges]) == [
        104, 101, 108, 108, 32, 104, 101, 108, 108, 111,
      ])
    #expect(
      try SmallTokenizer.ids("hell hello", ["model.merges": noMerges, "model.ignore_merges": true])
        == [258, 32, 104, 101, 108, 108, 111])
  }

  /// The numbers are the tokenizers package's.
  @Test("what the vocabulary lacks becomes the unknown token, one or many, or nothing")
  func unknown() throws {
    let words: [String: Any] = [
      "model.vocab": ["a": 0, "b": 1, "<unk>": 2], "model.merges": [String](), "model.unk_token": "<unk>",
    ]
    #expect(try SmallTokenizer.ids("azzb zz", words) == [0, 2, 2, 1, 2, 2, 2])
    #expect(try SmallTokenizer.ids("azzb zz", words.merging(["model.fuse_unk": true]) { $1 }) == [0, 2, 1, 2])
    #expect(try SmallTokenizer.ids("azzb zz", words.merging(["model.unk_token": NSNull()]) { $1 }) == [0, 1])
    let missing = words.merging(["model.unk_token": "<q>"]) { $1 }
    #expect(try SmallTokenizer.ids("ab", missing) == [0, 1])
    #expect(throws: TokenizerError.unknownByte(0x7A, unknownToken: "<q>")) { try SmallTokenizer.ids("az", missing) }
  }

  @Test("added tokens that differ only in their normal form are different tokens")
  func normalForms() throws {
    let tokens = ["\u{E9}\u{2026}", "e\u{301}\u{2026}", "\u{212B}"].map { SmallTokenizer.added($0) }
    let changes: [String: Any] = ["added_tokens": tokens]
    #expect(try SmallTokenizer.ids("\u{E9}\u{2026}e\u{301}\u{2026}\u{212B}", changes) == [259, 260, 261])
    #expect(try SmallTokenizer.ids("\u{C5}", changes) == [0xC3, 0x85])
    let tokenizer = try SmallTokenizer.tokenizer(changes)
    #expect(
      Array(tokenizer.decode([260, 259, 261]).utf8) == Array("e\u{301}\u{2026}\u{E9}\u{2026}\u{212B}".utf8))
    #expect(tokenizer.vocabularySize == 262)
  }

  @Test("so are keys of the vocabulary, though Swift's strings take them for equal")
  func keysInNormalForms() throws {
    let texts = ["e\u{301}", "\u{1E17}", "\u{113}\u{301}"]
    let keys = zip(texts, 300...).map { "\"\($0)\":\($1)," }.joined()
    let tokens = texts.map { #"{"id":0,"content":"\#($0)","normalized":false}"# }.joined(separator: ",")
    let added = String(decoding: try SmallTokenizer.bytes(), as: UTF8.self)
      .replacing(#""vocab":{"#, with: #""vocab":{\#(keys)"#)
      .replacing(#""added_tokens":["#, with: #""added_tokens":[\#(tokens)"#)
    let tokenizer = try Tokenizer(Array(added.utf8), path: "keys.json")
    #expect(try tokenizer.encode("e\u{301}\u{1E17}\u{113}\u{301}", addSpecialTokens: false) == [300, 301, 302])
  }

  @Test("a template puts its special tokens around the text, if they are asked for")
  func template() throws {
    let begin: [String: Any] = ["SpecialToken": ["id": "<s>", "type_id": 0]]
    let text: [String: Any] = ["Sequence": ["id": "A", "type_id": 0]]
    let changes: [String: Any] = [
      "post_processor": [
        "type": "TemplateProcessing", "single": [begin, text, begin], "pair": [Any](),
        "special_tokens": ["<s>": ["id": "<s>", "ids": [7, 8], "tokens": ["a", "b"]]],
      ] as [String: Any]
    ]
    let tokenizer = try SmallTokenizer.tokenizer(changes)
    #expect(try tokenizer.encode("he", addSpecialTokens: true) == [7, 8, 256, 7, 8])
    #expect(try tokenizer.encode("", addSpecialTokens: true) == [7, 8, 7, 8])
    #expect(try tokenizer.encode("he", addSpecialTokens: false) == [256])
  }

  @Test("ids are shown as their text, and what is no character as U+FFFD")
  func decoding() throws {
    let tokenizer = try SmallTokenizer.tokenizer()
    #expect(tokenizer.decode([258, 111, 32, 0xE2, 0x82, 0xAC]) == "hello \u{20AC}")
    #expect(tokenizer.decode([0xE2, 0x82, 33]) == "\u{FFFD}!")
    #expect(tokenizer.decode([-1, 1_000_000, 1 << 40, 33]) == "!")
  }

  @Test("a long text without any place to split it is one word")
  func longWord() throws {
    let changes: [String: Any] = ["pre_tokenizer": SmallTokenizer.byteLevel.merging(["use_regex": false]) { $1 }]
    #expect(
      try SmallTokenizer.ids(String(repeating: "he", count: 20_000), changes) == [Int](repeating: 256, count: 20_000))
  }

  @Test("one tokenizer encodes in several tasks at once")
  func concurrency() async throws {
    let tokenizer = try Tokenizer(path: Fixtures.path("tokenizers/qwen2.json"))
    let texts = (0..<40).map { "the \($0) e\u{301} <|im_start|>\n\n it's " + String(repeating: "state ", count: $0) }
    let alone = try texts.map { text in try tokenizer.encode(text, addSpecialTokens: true) }
    let together = try await withThrowingTaskGroup(of: (Int, [Int]).self) { group in
      for (index, text) in texts.enumerated() {
        group.addTask { (index, try tokenizer.encode(text, addSpecialTokens: true)) }
      }
      return try await group.reduce(into: [Int: [Int]]()) { $0[$1.0] = $1.1 }
    }
    #expect(texts.indices.map { together[$0] } == alone)
  }
}
