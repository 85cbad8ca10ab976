import Synchronization
import Tensors

/// A model's tensors in one .safetensors file or several: `model.safetensors`, or the shards that
/// `model.safetensors.index.json` names. Files are mapped; a number is read when it is needed.
public final class Checkpoint: Sendable {
  public let directory: String
  /// By the name the model asks for.
  private let files: [String: SafetensorsFile]
  /// The name in the file, where it is another one.
  private let storedNames: [String: String]
  /// Tensors in another dtype than the file's, converted once, and what was asked for.
  private let state = Mutex(State())

  private struct State {
    var converted: [String: Tensor] = [:]
    var dtype: DType?
    var used: Set<String> = []
  }

  private static let output = "lm_head.weight"
  private static let single = "model.safetensors"
  private static let index = "model.safetensors.index.json"

  /// `prefix` is what the base model's names begin with; checkpoints of the base model alone leave it out.
  init(directory: String, prefix: String) throws(ModelError) {
    self.directory = directory
    var files: [String: SafetensorsFile] = [:]
    for (name, file) in try Checkpoint.open(directory) { files[name] = file }
    var storedNames: [String: String] = [:]
    if !files.keys.contains(where: { $0.hasPrefix(prefix) }) {
      for name in files.keys where name != Checkpoint.output { storedNames[prefix + name] = name }
      for (name, stored) in storedNames {
        files[name] = files[stored]
        files[stored] = nil
      }
    }
    (self.files, self.storedNames) = (files, storedNames)
  }

  /// Every tensor's name and file.
  private static func open(_ directory: String) throws(ModelError) -> [(name: String, file: SafetensorsFile)] {
    let (one, many) = (directory + "/" + single, directory + "/" + index)
    if fileExists(many), !fileExists(one) { return try openShards(directory, many) }
    guard fileExists(one) else {
      let pickle = ["pytorch_model.bin", "pytorch_model.bin.index.json"].first { fileExists(directory + "/" + $0) }
      throw ModelError(
        pickle.map {
          "\(directory) has its weights in \($0) only, a pickle, which could run anything and is never read; "
            + "in Python: AutoModelForCausalLM.from_pretrained(DIR).save_pretrained(DIR)"
        } ?? "\(directory) has neither \(single) nor \(index)")
    }
    let file = try ModelError.wrap { () throws(SafetensorsError) in try SafetensorsFile(path: one) }
    return file.names.map { ($0, file) }
  }

  private static func openShards(
    _ directory: String, _ index: String
  ) throws(ModelError) -> [(name: String, file: SafetensorsFile)] {
    let json = try ModelError.wrap { () throws(JSONError) in try JSONObject(path: index) }
    guard let map = try ModelError.wrap({ () throws(JSONError) in try json.object("weight_map") }) else {
      throw ModelError("\(index) has no 'weight_map'")
    }
    var shards: [String: SafetensorsFile] = [:]
    var tensors: [(String, SafetensorsFile)] = []
    for name in map.values.keys.sorted() {
      guard let shard = try ModelError.wrap({ () throws(JSONError) in try map.text(name) }) else { continue }
      guard !shard.contains("/"), !shard.contains("\0"), shard.hasSuffix(".safetensors") else {
        throw ModelError("\(index): \(quoted(shard)) is no .safetensors file beside it")
      }
      guard fileExists(directory + "/" + shard) || shards[shard] != nil else {
        throw ModelError("\(index) names \(shard), which is not in \(directory); fetch it, too")
      }
      let file: SafetensorsFile
      if let known = shards[shard] {
        file = known
      } else {
        file = try ModelError.wrap { () throws(SafetensorsError) in try SafetensorsFile(path: directory + "/" + shard) }
        shards[shard] = file
      }
      guard file.entries[name] != nil else { throw ModelError("\(index): \(shard) has no \(quoted(name))") }
      tensors.append((name, file))
    }
    return tensors
  }

  // MARK: Tensors

  func has(_ name: String) -> Bool { files[name] != nil }

  /// The tensor of a name in `dtype`; its dimensions must be `sizes`.
  func value(_ name: String, _ sizes: [Int], _ dtype: DType) throws(ModelError) -> Tensor {
    guard let file = files[name] else {
      // A tied weight may have been saved under its second name alone.
      if name.hasSuffix("embed_tokens.weight") || name.hasSuffix("wte.weight"), files[Checkpoint.output] != nil {
        return try value(Checkpoint.output, sizes, dtype)
      }
      throw ModelError("\(directory) has no tensor '\(name)', which its config.json asks for")
    }
    let stored = storedNames[name] ?? name
    guard let entry = file.entries[stored], entry.shape.dimensions == sizes else {
      throw ModelError(
        "\(file.path): '\(stored)' is \(file.entries[stored]?.shape.description ?? "[]"), config.json says \(sizes)")
    }
    if let known = state.withLock({ state in
      state.used.insert(name)
      if state.dtype != dtype { (state.dtype, state.converted) = (dtype, [:]) }
      return state.converted[name]
    }) {
      return known
    }
    let tensor = try ModelError.wrap { () throws(SafetensorsError) in try file.tensor(stored) }
    if tensor.dtype == dtype { return tensor }
    let converted = tensor.converted(to: dtype)
    state.withLock { $0.converted[name] = converted }
    return converted
  }

  /// Numbers that the model has asked for.
  public var parameterCount: Int {
    let used = state.withLock(\.used)
    return used.reduce(0) { $0 + (files[$1]?.entries[storedNames[$1] ?? $1]?.shape.count ?? 0) }
  }

  /// Of all tensors together, as they lie in the files.
  var bytes: Int { files.keys.reduce(0) { $0 + bytes(of: $1) } }

  func bytes(of name: String) -> Int { files[name]?.byteCount(storedNames[name] ?? name) ?? 0 }

  /// What the numbers would take in another dtype: nothing where they can be used as they lie there.
  public func bytes(convertedTo dtype: DType) -> Int {
    files.reduce(0) { sum, item in
      let name = storedNames[item.key] ?? item.key
      guard let own = item.value.dtype(name), own != dtype else { return sum }
      return sum + item.value.byteCount(name) / own.size * dtype.size
    }
  }

  /// Tensors that the model has not asked for.
  var unused: [String] {
    let used = state.withLock(\.used)
    return files.keys.filter { !used.contains($0) }.sorted()
  }

  /// The floating-point dtypes that the files have.
  public var storedDTypes: [DType] {
    let found = Set(files.compactMap { $0.value.dtype(storedNames[$0.key] ?? $0.key) })
    return DType.allCases.filter(found.contains)
  }
}
