/// How a model is made in PyTorch: lines of Python that leave it in `base`.
public struct TorchSource: Sendable {
  /// The names it needs, by the module they are imported from.
  public var imports: [String: [String]] = [:]
  /// Classes that PyTorch does not have.
  public var definitions: [String] = []
  public let lines: [String]
  /// Whether `torch.manual_seed` before it leads to the same numbers as here.
  public var drawsTheSame = false
  /// Whether its weights come with it, from files.
  public var bringsWeights = false
}

/// A string literal of Python.
public func python(_ text: String) -> String {
  var out = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": out += "\\\""
    case "\\": out += "\\\\"
    case _ where scalar.value < 0x20: out += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
    default: out.unicodeScalars.append(scalar)
    }
  }
  return out + "\""
}
