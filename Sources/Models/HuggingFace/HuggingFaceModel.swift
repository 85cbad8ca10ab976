import Autograd
import Tensors

/// A model from a directory as `save_pretrained` writes it: config.json and .safetensors files.
public struct HuggingFaceModel: ModelDefinition {
  public let directory: String
  public let checkpoint: Checkpoint
  private let model: any LanguageModel
  /// What a reader should know of the config.
  private let configCautions: [String]

  /// Reads the config and the headers of the weights' files; `load` goes on from there.
  public init(directory: String) throws(ModelError) {
    let path = directoryName(directory)
    let file = path + "/config.json"
    guard fileExists(path) else { throw ModelError("cannot read \(path): no such directory") }
    if !fileExists(file), fileExists(path + "/adapter_config.json") {
      throw ModelError("\(path) is an adapter, not a model; write: load adapter \(path)")
    }
    let config = try ModelError.wrap { () throws(JSONError) in try JSONObject(path: file) }
    let architecture = try Architecture.find(config)
    if config.value("quantization_config") != nil {
      throw ModelError("\(file): quantized weights cannot be loaded; model.dequantize() and save it first")
    }
    do throws(JSONError) {
      model = try architecture.read(config)
    } catch {
      throw ModelError(error.message)
    }
    checkpoint = try Checkpoint(directory: path, prefix: architecture.prefix)
    configCautions = try ModelError.wrap { () throws(JSONError) in try HuggingFaceModel.dropouts(config) }
    self.directory = path
  }

  private static func dropouts(_ config: JSONObject) throws(JSONError) -> [String] {
    var found: [String] = []
    for key in ["attention_dropout", "attn_pdrop", "resid_pdrop", "embd_pdrop"] {
      if let p = try config.number(key), p != 0 { found.append("\(key) \(p)") }
    }
    return found.isEmpty
      ? []
      : ["\(found.joined(separator: ", ")) in config.json: the base model runs as after eval(), without its dropout"]
  }

  public var title: String { model.title }
  public var command: String { "load model " + (directory.contains(" ") ? "'\(directory)'" : directory) }
  public var input: ModelInputKind { .tokens(vocabulary: model.vocabulary, longest: model.longest) }
  public var outputFeatures: Int { model.vocabulary }
  /// Its weights lie in files: nothing is allocated for them.
  public var parameterCount: Int? { 0 }
  public var featureSum: Int { model.featureSum }

  public func build(dtype: DType, generator: inout TorchGenerator) throws(ModelError) -> Model {
    try model.build(.stored(checkpoint) { _, _ in }, dtype: dtype, generator: &generator)
  }

  /// Builds it once, so that every tensor's name, shape and numbers are known to be right; `progress` is told bytes
  /// of how many, and stops it by returning false. Returns what the reader should know.
  public func load(
    dtype: DType, progress: @escaping (_ done: Int, _ total: Int) -> Bool
  ) throws(ModelError) -> [String] {
    let total = checkpoint.bytes
    var done = 0
    var generator = TorchGenerator(seed: 0)
    let weights = WeightSource.stored(checkpoint) { name, tensor throws(ModelError) in
      if let index = tensor.firstNonFinite {
        throw ModelError(
          "\(directory): '\(name)' holds \(tensor[index]) at \(tensor.shape.position(index)); no training can start there"
        )
      }
      done += checkpoint.bytes(of: name)
      guard progress(done, total) else { throw ModelError("loading \(directory) was interrupted") }
    }
    let built = try model.build(weights, dtype: dtype, generator: &generator)
    let stray = checkpoint.unused.filter { !HuggingFaceModel.isKnownBuffer($0, built) }
    return configCautions
      + (stray.isEmpty
        ? []
        : [
          "\(stray.count) tensor\(stray.count == 1 ? "" : "s") of \(directory) have no place in the model: "
            + stray.prefix(3).joined(separator: ", ") + (stray.count > 3 ? ", ..." : "")
        ])
  }

  /// What old versions saved beside the parameters, and a tied weight's second copy.
  private static func isKnownBuffer(_ name: String, _ model: Model) -> Bool {
    [".attn.bias", ".attn.masked_bias", ".rotary_emb.inv_freq"].contains(where: name.hasSuffix)
      || model.graph.parameter(named: "base_model.model." + name) != nil
  }
}

extension HuggingFaceModel {
  public var torch: TorchSource {
    TorchSource(
      imports: ["transformers": ["AutoModelForCausalLM"]],
      lines: [
        "base = AutoModelForCausalLM.from_pretrained(",
        "    \(python(directory)), dtype=torch.float32, attn_implementation=\"eager\", use_cache=False)",
      ], bringsWeights: true)
  }
}
