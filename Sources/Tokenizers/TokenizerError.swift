import Tensors

/// What can be wrong with a tokenizer.json, or with a text that it should encode.
public enum TokenizerError: DescribedError, Equatable {
  case unreadable(path: String, reason: String)
  case notJSON(path: String, reason: String)
  /// `place` is the way to the value, as in `model.vocab`.
  case invalid(path: String, place: String, reason: String)
  case unsupported(path: String, place: String, found: String, supported: String)
  case endlessPattern(String)
  case unknownByte(UInt8, unknownToken: String)

  public var message: String {
    switch self {
    case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
    case .notJSON(let path, let reason): "\(path) is not a tokenizer.json: \(reason)"
    case .invalid(let path, let place, let reason): "\(path): \(place) \(reason)"
    case .unsupported(let path, let place, let found, let supported):
      "\(path): \(place) is \(found), which is not supported; supported: \(supported)"
    case .endlessPattern(let pattern):
      "the tokenizer's pattern \(quoted(pattern)) takes too many steps on this text: simplify the pattern or shorten the text"
    case .unknownByte(let byte, let token):
      "the tokenizer has no token for the byte 0x\(String(byte, radix: 16)), and its unk_token \(quoted(token)) is not in vocab"
    }
  }
}
