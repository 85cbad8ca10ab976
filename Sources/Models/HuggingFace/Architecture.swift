import Autograd
import Tensors

/// A language model that a config.json describes: it builds its graph from weights that come from elsewhere.
protocol LanguageModel: Sendable {
  /// What the title line calls it.
  var title: String { get }
  var vocabulary: Int { get }
  /// Tokens in a row, at most.
  var longest: Int { get }
  /// Inputs plus outputs of all its Linears.
  var featureSum: Int { get }
  func build(_ weights: WeightSource, dtype: DType, generator: inout TorchGenerator) throws(ModelError) -> Model
}

/// A kind of checkpoint that `load model` reads. To add one: one file, and a line in `all`.
struct Architecture: Sendable {
  /// The class in transformers, which config.json has under `architectures`.
  let className: String
  /// config.json's `model_type`.
  let modelType: String
  /// What the names of the model without its head begin with.
  let prefix: String
  let read: @Sendable (JSONObject) throws(JSONError) -> any LanguageModel

  static let all: [Architecture] = [.llama, .mistral, .qwen2, .gpt2]

  /// The one a config asks for, by its class and, where none is named, by its type.
  static func find(_ config: JSONObject) throws(ModelError) -> Architecture {
    let (classes, type) = try ModelError.wrap { () throws(JSONError) in
      (try config.texts("architectures") ?? [], try config.text("model_type"))
    }
    if let known = all.first(where: { classes.contains($0.className) }) { return known }
    if classes.isEmpty, let known = all.first(where: { $0.modelType == type }) { return known }
    guard let name = classes.first ?? type else {
      throw ModelError("\(config.path) has neither 'architectures' nor 'model_type': it is no model's config")
    }
    throw ModelError(
      "\(config.path): \(name) is not supported; lorascope reads \(all.map(\.className).joined(separator: ", "))")
  }
}

extension JSONObject {
  private static let largestSize = 1 << 24

  /// A size that must be there.
  func size(_ key: String) throws(JSONError) -> Int {
    guard let size = try count(key, 1...JSONObject.largestSize) else {
      throw JSONError(message: "\(path) has no '\(key)'")
    }
    return size
  }

  /// A size, or what it is without being said.
  func size(_ key: String, default: Int) throws(JSONError) -> Int {
    try count(key, 1...JSONObject.largestSize) ?? `default`
  }

  /// What a norm adds to a mean square, which may not be negative.
  func eps(_ key: String, default: Double) throws(JSONError) -> Double {
    let eps = try number(key) ?? `default`
    guard eps >= 0 else { throw error(key, "is \(eps); it must not be below 0") }
    return eps
  }

  /// An activation under transformers' name.
  func activation(_ key: String, default: String) throws(JSONError) -> Activation {
    let name = try text(key) ?? `default`
    guard let activation = Activation.named(inConfig: name) else {
      throw error(
        key, "is \"\(name)\"; lorascope has \(Activation.all.map(\.name).joined(separator: ", "))")
    }
    return activation
  }
}
