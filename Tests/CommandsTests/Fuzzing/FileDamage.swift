import Foundation
import TestSupport

/// Damages the bytes of a file, or what its JSON says.
struct FileDamage {
  /// What may stand in the place of a value, or of anything.
  private static let values =
    [
      "null", "true", "false", "-1", "0", "1", "2", "3", "4", "7", "8", "1.5", "-0.0", "1e400", "1e308", "NaN",
      "16777216", "4294967296", "9223372036854775807", "99999999999999999999", #""""#, #""x""#, "[]", "{}", "[1]",
      "[[1]]", #"{"a":1}"#, #""(a*)*""#, #"".*""#, #"".*(q|v)_proj""#, #""all-linear""#, #""none""#, #""q_proj""#,
      #"["v_proj","k_proj"]"#, #""model""#, #""norm""#, #"["lm_head"]"#, #""embed_tokens""#, #""llama3""#, #""gelu""#,
      #""pissa""#, #""olora""#, #""lora_only""#, #""all""#, #""F64""#, #""I64""#, #""BF16""#, #""F8_E4M3""#, #""BOOL""#,
      #""../a.safetensors""#, #""model.safetensors""#, #""\u001b[31m""#, #""\ud800""#, #""(?<a>\\k<a>)""#, #""[""#,
      #""a{2147483648}""#, #""(?i)(?=Q).*""#, #""LlamaForCausalLM""#, #""GPT2LMHeadModel""#, #""Qwen2ForCausalLM""#,
      "\"",
      "{", "}", "]", ",", ":",
    ] + [String(repeating: "[", count: 600), "\"" + String(repeating: "x", count: 3000) + "\""]

  var random: SplitMix64

  /// A file as it might be after an accident, or as somebody wrote it who means harm.
  mutating func damaged(_ data: Data, isSafetensors: Bool) -> Data {
    if random.oneIn(3) { return Data(random.damaged(Array(data))) }
    guard isSafetensors, data.count > 8 else { return json(data) }
    let length = Int(data.prefix(8).enumerated().reduce(0) { $0 | UInt64($1.element) << UInt64(8 * $1.offset) })
    let header = json(data.dropFirst(8).prefix(length))
    var body = Data(data.dropFirst(8 + length))
    if random.oneIn(4) { body = Data(random.damaged(Array(body))) }
    let told = random.oneIn(20) ? random.next() >> UInt64(random.below(64)) : UInt64(header.count)
    return Data((0..<8).map { UInt8(truncatingIfNeeded: told >> UInt64(8 * $0)) }) + header + body
  }

  private mutating func json(_ data: Data) -> Data {
    var tokens = FileDamage.tokens(String(decoding: data, as: UTF8.self))
    for _ in 0...random.below(3) where !tokens.isEmpty {
      let place = random.below(tokens.count)
      switch random.below(8) {
      case 0: tokens.remove(at: place)
      case 1: tokens.insert(random.pick(tokens), at: place)
      case 2: tokens.swapAt(place, random.below(tokens.count))
      case 3: tokens[place] = random.pick(FileDamage.values)
      default:
        // Most damage is to a value, which leaves the rest in order.
        let isValue = { (token: String) in !"{}[],:".contains(token) }
        let values = tokens.indices.filter { isValue(tokens[$0]) && ($0 + 1 == tokens.count || tokens[$0 + 1] != ":") }
        guard !values.isEmpty else { continue }
        tokens[random.pick(values)] = random.oneIn(4) ? random.pick(tokens) : random.pick(FileDamage.values)
      }
    }
    return Data(tokens.joined().utf8)
  }

  /// Strings, words and signs of a JSON text; blanks between them are left out.
  private static func tokens(_ text: String) -> [String] {
    var (tokens, word): ([String], String) = ([], "")
    var (isQuoted, isEscaped) = (false, false)
    for character in text {
      if isQuoted {
        word.append(character)
        if isEscaped {
          isEscaped = false
        } else if character == "\\" {
          isEscaped = true
        } else if character == "\"" {
          isQuoted = false
        }
        continue
      }
      let isSign = "{}[],:".contains(character)
      if isSign || character.isWhitespace {
        if !word.isEmpty { tokens.append(word) }
        word = ""
        if isSign { tokens.append(String(character)) }
        continue
      }
      isQuoted = character == "\""
      word.append(character)
    }
    return word.isEmpty ? tokens : tokens + [word]
  }
}
