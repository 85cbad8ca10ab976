import Tensors

/// Why an adapter cannot be put into a model.
public enum LoraError: DescribedError, Equatable {
  case rankNotPositive(Int)
  case noSuchTarget(String, candidates: [String])
  case noSuchModuleToSave(String, candidates: [String])
  case unsupportedTarget(path: String, kind: String)
  case layersOfPattern
  case badPattern(String)
  case slowPattern(String)
  case longPattern(String)
  case cannotInitialize(path: String, method: String, reason: String)

  public var message: String {
    switch self {
    case .rankNotPositive(let r): "r should be a positive integer, not \(r)"
    case .noSuchTarget(let target, let candidates):
      "Target modules \(target) not found in the base model; its Linear modules are "
        + candidates.prefix(8).joined(separator: ", ") + (candidates.count > 8 ? ", ..." : "")
    case .noSuchModuleToSave(let name, let candidates):
      "modules_to_save: no module's name ends with '\(name)'; there are "
        + candidates.prefix(8).joined(separator: ", ") + (candidates.count > 8 ? ", ..." : "")
    case .unsupportedTarget(let path, let kind):
      "Target module \(kind)() is not supported: \(path) is no Linear"
    case .layersOfPattern:
      "`layers_to_transform` cannot be used when `target_modules` is a str: put the layers into the regular expression"
    case .badPattern(let pattern): "'\(pattern)' is not a regular expression"
    case .longPattern(let pattern):
      "\(quoted(pattern)) is too long a regular expression: at most \(PatternCost.longest) characters, and groups "
        + "\(PatternCost.deepest) deep; or write names with commas between them"
    case .slowPattern(let pattern):
      "'\(pattern)' could take ages to match, in Python too: write at most four * or +, none around another or "
        + "around |, or names with commas between them"
    case .cannotInitialize(let path, let method, let reason): "init_lora_weights \(method) of \(path): \(reason)"
    }
  }
}
