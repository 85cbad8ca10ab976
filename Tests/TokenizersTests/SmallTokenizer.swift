import Foundation

@testable import Tokenizers

/// A tokenizer.json with a handful of tokens, and changes to it.
enum SmallTokenizer {
  /// Ids 0...255 are the bytes; 256 is "he", 257 "ll", 258 "hell".
  static var file: [String: Any] {
    [
      "version": "1.0", "truncation": NSNull(), "padding": NSNull(), "normalizer": NSNull(), "post_processor": NSNull(),
      "added_tokens": [[String: Any]](), "pre_tokenizer": byteLevel, "decoder": byteLevel,
      "model": [
        "type": "BPE", "dropout": NSNull(), "unk_token": NSNull(), "continuing_subword_prefix": NSNull(),
        "end_of_word_suffix": NSNull(), "fuse_unk": false, "byte_fallback": false, "ignore_merges": false,
        "vocab": vocabulary, "merges": ["h e", "l l", "he ll"],
      ] as [String: Any],
    ]
  }

  static var byteLevel: [String: Any] {
    [
      "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true,
    ]
  }

  static func split(_ pattern: String, _ behavior: String = "Isolated") -> [String: Any] {
    ["type": "Split", "pattern": ["Regex": pattern], "behavior": behavior, "invert": false]
  }

  static func sequence(_ steps: [String: Any]...) -> [String: Any] { ["type": "Sequence", "pretokenizers": steps] }

  static func added(_ content: String, _ flags: String...) -> [String: Any] {
    var token: [String: Any] = ["id": 259, "content": content]
    for flag in ["single_word", "lstrip", "rstrip", "normalized", "special"] { token[flag] = flags.contains(flag) }
    return token
  }

  static var vocabulary: [String: Int] {
    var ids: [String: Int] = ["he": 256, "ll": 257, "hell": 258]
    for (byte, character) in ByteAlphabet.characters.enumerated() {
      if let scalar = Unicode.Scalar(character) { ids[String(scalar)] = byte }
    }
    return ids
  }

  /// The file with some members replaced; "model.vocab" is a member of a member.
  static func bytes(_ changes: [String: Any] = [:]) throws -> [UInt8] {
    var file = file
    var model = file["model"] as? [String: Any] ?? [:]
    for (name, value) in changes {
      if name.hasPrefix("model.") {
        model[String(name.dropFirst("model.".count))] = value
        file["model"] = model
      } else {
        file[name] = value
      }
    }
    return Array(try JSONSerialization.data(withJSONObject: file))
  }

  static func tokenizer(_ changes: [String: Any] = [:]) throws -> Tokenizer {
    try Tokenizer(bytes(changes), path: "small.json")
  }

  /// The ids of a text without special tokens.
  static func ids(_ text: String, _ changes: [String: Any] = [:]) throws -> [Int] {
    try tokenizer(changes).encode(text, addSpecialTokens: false)
  }
}
