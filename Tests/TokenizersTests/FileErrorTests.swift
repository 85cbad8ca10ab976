import Foundation
import TestSupport
import Testing

@testable import Tokenizers

@Suite("files that are refused")
struct FileErrorTests {
  private func message(_ changes: [String: Any]) throws -> String {
    try #require(throws: TokenizerError.self) { try SmallTokenizer.tokenizer(changes) }.message
  }

  private static let models = "byte-level BPE, as in GPT-2, Llama 3, Qwen2 and SmolLM"
  private static let steps =
    "ByteLevel, Split, Digits and Sequence of these (ByteLevel among them), as in GPT-2, Llama 3, Qwen2 and SmolLM"

  @Test("other models are named, with what is supported")
  func models() throws {
    for name in ["Unigram", "WordPiece", "WordLevel"] {
      #expect(
        try message(["model.type": name])
          == "small.json: model.type is '\(name)', which is not supported; supported: \(Self.models)")
    }
    #expect(
      try message(["model.byte_fallback": true])
        == "small.json: model.byte_fallback is true, as in Llama 2 and Mistral, which is not supported; supported: \(Self.models)"
    )
    #expect(
      try message(["model.end_of_word_suffix": "</w>"])
        == "small.json: model.end_of_word_suffix is '</w>', which is not supported; supported: null and ''")
    #expect(try message(["model.dropout": 0.1]).hasPrefix("small.json: model.dropout is set, which is not supported"))
    #expect(throws: Never.self) { try SmallTokenizer.tokenizer(["model.end_of_word_suffix": "", "model.dropout": 0]) }
  }

  @Test("so are other steps")
  func steps() throws {
    #expect(
      try message(["pre_tokenizer": SmallTokenizer.sequence(SmallTokenizer.byteLevel, ["type": "Metaspace"])])
        == "small.json: pre_tokenizer.pretokenizers[1].type is 'Metaspace', which is not supported; supported: \(Self.steps)"
    )
    for steps: Any in [NSNull(), SmallTokenizer.split("a")] {
      #expect(
        try message(["pre_tokenizer": steps])
          == "small.json: pre_tokenizer is without ByteLevel, which is not supported; supported: \(Self.steps)")
    }
    #expect(
      try message(["normalizer": ["type": "Sequence", "normalizers": [["type": "Prepend", "prepend": "x"]]]])
        == "small.json: normalizer.normalizers[0].type is 'Prepend', which is not supported; supported: null, NFC, NFD and Sequence of these"
    )
    #expect(
      try message(["post_processor": ["type": "BertProcessing"]]).contains("post_processor.type is 'BertProcessing'"))
    #expect(
      try message(["version": "2.0"])
        == "small.json: version is '2.0', which is not supported; supported: '1.0'")
    #expect(try message(["decoder": ["type": "WordPiece"]]).contains("decoder.type is 'WordPiece'"))
    #expect(
      try message([
        "pre_tokenizer": SmallTokenizer.sequence(SmallTokenizer.split("a", "Swallowed"), SmallTokenizer.byteLevel)
      ])
      .contains("pretokenizers[0].behavior is 'Swallowed'"))
  }

  @Test("a vocabulary, merges or tokens that cannot be are refused at their place")
  func tables() throws {
    #expect(try message(["model.vocab": [String: Int]()]) == "small.json: model.vocab is empty")
    for id: Any in [-1, 4_294_967_296, 1 << 62, 1.5, "7", NSNull()] {
      #expect(
        try message(["model.vocab": ["x": id]])
          == "small.json: model.vocab gives 'x' no id: a whole number from 0 to 4294967295 is needed")
    }
    #expect(
      try message(["model.merges": ["h e", "h q"]])
        == "small.json: model.merges[1] needs the token 'hq', which vocab lacks")
    for merge: Any in ["h", "h e l", ["h"]] {
      #expect(
        try message(["model.merges": [merge]])
          == "small.json: model.merges[0] must name two tokens, as \"a b\" or [\"a\", \"b\"]")
    }
    #expect(try message(["model.merges": 3]) == "small.json: model.merges must be a list, not a number")
    #expect(try message(["model": NSNull()]) == "small.json: model is missing; an object is needed")
    #expect(
      try message(["added_tokens": [["id": 3]]]) == "small.json: added_tokens[0].content is missing; a string is needed"
    )
    #expect(
      try message(["added_tokens": [["id": -3, "content": "x"]]])
        == "small.json: added_tokens[0].id must be an id: a whole number from 0 to 4294967295")
    #expect(
      try message([
        "model.vocab": ["a": 0, "b": 5, "c": 3], "model.merges": [String](),
        "added_tokens": [SmallTokenizer.added("x")],
      ])
        == "small.json: added_tokens[0].content takes the id 3, which vocab gives to 'c'")
    #expect(
      try message(["pre_tokenizer": SmallTokenizer.sequence(SmallTokenizer.split("("), SmallTokenizer.byteLevel)])
        == "small.json: pre_tokenizer.pretokenizers[0].pattern.Regex is not a regular expression: end pattern with unmatched parenthesis"
    )
  }

  @Test("a template holds the text once, and not too much else")
  func templates() throws {
    let text: [String: Any] = ["Sequence": ["id": "A", "type_id": 0]]
    let begin: [String: Any] = ["SpecialToken": ["id": "<s>", "type_id": 0]]
    func template(_ single: [[String: Any]], ids: [Int] = [1]) -> [String: Any] {
      ["type": "TemplateProcessing", "single": single, "special_tokens": ["<s>": ["id": "<s>", "ids": ids]]]
    }
    func refusal(_ processor: [String: Any]) throws -> String { try message(["post_processor": processor]) }
    #expect(
      try refusal(template([begin]))
        == #"small.json: post_processor.single leaves out the text: {"Sequence": {"id": "A"}}"#)
    #expect(
      try refusal(template([text, text]))
        == "small.json: post_processor.single[1].Sequence.id must be 'A', and only once: the text")
    #expect(
      try refusal(template([begin, text], ids: [Int](repeating: 1, count: 1001)))
        == "small.json: post_processor.single puts more than 1000 tokens around each text")
    #expect(
      try refusal(template([["SpecialToken": ["id": "\u{7F}"]]]))
        == "small.json: post_processor.special_tokens.'\\u{7F}' is missing; an object is needed")
    #expect(
      try refusal(["type": "Sequence", "processors": [template([text]), template([text])]])
        == "small.json: post_processor is a Sequence of 2 templates, which is not supported; supported: one TemplateProcessing"
    )
  }

  @Test("what is no file or no JSON is said so")
  func noFile() throws {
    let missing = #expect(throws: TokenizerError.self) { try Tokenizer(path: "/nowhere/tokenizer.json") }
    #expect(missing?.message == "cannot read /nowhere/tokenizer.json: no such file")
    let cut = #expect(throws: TokenizerError.self) { try Tokenizer(Array("{\n\"model\":".utf8), path: "cut.json") }
    #expect(cut?.message == "cut.json is not a tokenizer.json: it ends too early (line 2, byte 10)")
    let binary = #expect(throws: TokenizerError.self) { try Tokenizer([0xFF, 0xFE, 0x7B], path: "binary.json") }
    #expect(binary?.message == "binary.json is not a tokenizer.json: it is not UTF-8")
    let list = #expect(throws: TokenizerError.self) { try Tokenizer(Array("[]".utf8), path: "list.json") }
    #expect(list?.message == "list.json: the whole must be an object, not a list")
  }
}
