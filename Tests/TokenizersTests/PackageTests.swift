import Foundation
import TestSupport
import Testing

@testable import Tokenizers

/// Strings with what the tokenizers package made of them: `tokenizer_cases.py` wrote them.
struct PackageCases {
  let tokenizer: Tokenizer
  /// Each one a text, its ids without and with special tokens, and what these are decoded to.
  let cases: [JSON]

  /// What differs, at most a few of it.
  func differences() throws -> [String] {
    var differences: [String] = []
    for item in cases where differences.count < 3 {
      let text = try #require(item[0].string)
      let shown = "'\(text.unicodeScalars.map { $0.escaped(asASCII: true) }.joined())'"
      let plain = item[1].list.compactMap(\.int)
      let special = item[2].list.compactMap(\.int)
      let found = try tokenizer.encode(text, addSpecialTokens: false)
      let decoded = tokenizer.decode(special)
      if found != plain {
        differences.append("\(shown) has \(found), not \(plain)")
      } else if try tokenizer.encode(text, addSpecialTokens: true) != special {
        differences.append("\(shown) has other special tokens than \(special)")
      } else if Array(decoded.utf8) != Array(try #require(item[3].string).utf8) {
        differences.append("\(special) are shown as '\(decoded)'")
      }
    }
    return differences
  }
}

extension PackageCases {
  /// `folder/name.json` and `folder/name.cases.json`.
  init(folder: String, name: String) throws {
    tokenizer = try Tokenizer(path: "\(folder)/\(name).json")
    cases = try JSON(text: String(contentsOfFile: "\(folder)/\(name).cases.json", encoding: .utf8)).list
  }

  /// One entry of settings.json: another tokenizer's file with changes.
  init(settings: [String: Any]) throws {
    let base = try #require(settings["base"] as? String)
    let data = try Data(contentsOf: Fixtures.directory.appending(path: "tokenizers/\(base).json"))
    var file = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    var model = try #require(file["model"] as? [String: Any])
    model["ignore_merges"] = settings["ignore_merges"]
    file["model"] = model
    file.merge(try #require(settings["changes"] as? [String: Any])) { $1 }
    tokenizer = try Tokenizer(Array(JSONSerialization.data(withJSONObject: file)), path: base)
    cases = JSON(settings["cases"]).list
  }
}

@Suite("against the tokenizers package")
struct PackageTests {
  @Test(
    "random strings have the ids that the tokenizers package gives them",
    arguments: ["gpt2", "llama3", "qwen2", "smollm"])
  func keptCases(name: String) throws {
    let cases = try PackageCases(folder: Fixtures.path("tokenizers"), name: name)
    #expect(cases.cases.count >= 150)
    let differences = try cases.differences()
    #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
  }

  @Test("so they have with splits, normal forms and added tokens of all kinds")
  func keptSettings() throws {
    let data = try Data(contentsOf: Fixtures.directory.appending(path: "tokenizers/settings.json"))
    let all = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
    #expect(all.count >= 40)
    for (number, settings) in all.enumerated() {
      let differences = try PackageCases(settings: settings).differences()
      #expect(differences.isEmpty, "\(number): \(differences.joined(separator: "\n"))")
    }
  }

  /// For more strings and other settings: see tokenizer_cases.py.
  @Test(
    "every case in the folder LORASCOPE_TOKENIZER_CASES has the ids that the tokenizers package gives it",
    .enabled(if: ProcessInfo.processInfo.environment["LORASCOPE_TOKENIZER_CASES"] != nil))
  func moreCases() throws {
    let folder = try #require(ProcessInfo.processInfo.environment["LORASCOPE_TOKENIZER_CASES"])
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      .filter { $0.hasSuffix(".cases.json") }.map { String($0.dropLast(".cases.json".count)) }
    #expect(!names.isEmpty)
    for name in names {
      let cases = try PackageCases(folder: folder, name: name)
      #expect(!cases.cases.isEmpty)
      let differences = try cases.differences()
      #expect(differences.isEmpty, "\(name): \(differences.joined(separator: "\n"))")
    }
  }
}
