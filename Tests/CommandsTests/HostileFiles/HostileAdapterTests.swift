import Foundation
import Tensors
import TestSupport
import Testing

@Suite("adapters that are damaged or lie")
struct HostileAdapterTests {
  private static let config = "adapter/adapter_config.json"
  private static let weights = "adapter/adapter_model.safetensors"
  private static let query = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight"

  private static let rank = #""r": 2"#
  private static let ranks = #""layers.1.self_attn.v_proj": 1"#
  private static let targets = "\"target_modules\": [\n    \"q_proj\",\n    \"v_proj\"\n  ]"

  private static let configs: [Damage] = [
    Damage(config, rank, #""r": 3"#, "v_proj.lora_A.weight' is [2, 8], the model has [3, 8]"),
    Damage(config, rank, #""r": 0"#, "'r' is 0; it must be from 1 to 65536"),
    Damage(config, rank, #""r": -1"#, "'r' is -1; it must be from 1 to 65536"),
    Damage(config, rank, #""r": "2""#, #"'r' is "2"; a whole number is needed"#),
    Damage(config, rank, #""r": 1099511627776"#, "'r' is 1099511627776; it must be from 1 to 65536"),
    Damage(config, rank, #""r": 1e400"#, "'r'"),
    Damage(config, ranks, #""layers.1.self_attn.v_proj": 2"#, "v_proj.lora_A.weight' is [1, 8], the model has [2, 8]"),
    Damage(
      config, ranks, #""layers.1.self_attn.v_proj": 1.5"#,
      "'rank_pattern.layers.1.self_attn.v_proj' is 1.5; a rank is needed"),
    Damage(config, ranks, #""(": 1"#, "'rank_pattern' cannot be used: '(' is not a regular expression"),
    Damage(config, ranks, #""(a*)*b": 1"#, "'rank_pattern' cannot be used: '(a*)*b' could take ages to match"),
    Damage(
      config, #""rank_pattern": {"#, #""rank_pattern": [], "x": {"#, "'rank_pattern' is a list; an object is needed"),
    Damage(config, #""lora_alpha": 4"#, #""lora_alpha": "4""#, #"'lora_alpha' is "4"; a number is needed"#),
    Damage(config, #""lora_dropout": 0.0"#, #""lora_dropout": 2"#, "'lora_dropout' must be from 0 to 1"),
    Damage(config, #""peft_type": "LORA""#, #""peft_type": "IA3""#, "'peft_type' is IA3; lorascope knows LORA alone"),
    Damage(config, #""peft_type": "LORA""#, #""peft_kind": "LORA""#, "has no 'peft_type': it is no adapter's config"),
    Damage(
      config, targets, #""target_modules": "q_proj|(v_proj""#,
      "'target_modules' cannot be used: 'q_proj|(v_proj' is not a regular expression"),
    Damage(
      config, targets, #""target_modules": "(.*.*)*x""#, "'target_modules' cannot be used: '(.*.*)*x' could take ages"),
    Damage(config, targets, #""target_modules": "(x+x+)+y""#, "could take ages"),
    Damage(config, targets, #""target_modules": "(a|a)*$""#, "could take ages"),
    Damage(
      config, targets, #""target_modules": ""# + String(repeating: "(", count: 100_000) + "\"",
      "'target_modules' cannot be used"),
    Damage(
      config, targets,
      #""target_modules": ""# + String(repeating: "(", count: 20_000) + "x" + String(repeating: ")", count: 20_000)
        + "\"", "'target_modules' cannot be used"),
    Damage(
      config, targets, #""target_modules": ""# + String(repeating: "x?", count: 20_000) + "\"",
      "'target_modules' cannot be used"),
    Damage(
      config, targets, #""target_modules": ""# + String(repeating: "[", count: 20_000) + "\"",
      "'target_modules' cannot be used"
    ),
    Damage(config, targets, #""target_modules": ["zzz"]"#, "Target modules {'zzz'} not found in the base model"),
    Damage(config, targets, #""target_modules": ["embed_tokens"]"#, "Embedding() is not supported"),
    Damage(config, targets, #""target_modules": [3]"#, "'target_modules' has 3 in it; texts are needed"),
    Damage(config, targets, #""target_modules": 3"#, "'target_modules' is 3; a list of texts is needed"),
    Damage(
      config, #""layers_to_transform": null"#, #""layers_to_transform": [7]"#,
      "Target modules {'q_proj', 'v_proj'} not found"),
    Damage("layers of a regular expression", "`layers_to_transform` cannot be used when `target_modules` is a str") {
      try $0.replace(targets, in: config, by: #""target_modules": ".*q_proj""#)
      try $0.replace(#""layers_to_transform": null"#, in: config, by: #""layers_to_transform": [0]"#)
    },
    Damage(config, rank, #""r": 2, "r": 4"#, "adapter_config.json has 'r' twice"),
    Damage(
      config, #""layers_to_transform": null"#, #""layers_to_transform": "all""#,
      "'layers_to_transform' needs numbers of layers"
    ),
    Damage(
      config, #""exclude_modules": null"#, #""exclude_modules": "(.*)*x""#,
      "'exclude_modules' cannot be used: '(.*)*x' could take ages"),
    Damage(config, #""bias": "none""#, #""bias": "zzz""#, #"'bias' is "zzz"; it is none, all or lora_only"#),
    Damage(config, #""bias": "none""#, #""bias": true"#, "'bias' is true; a text is needed"),
    Damage(config, #""init_lora_weights": true"#, #""init_lora_weights": "zzz""#, #"'init_lora_weights' is "zzz""#),
    Damage(config, #""init_lora_weights": true"#, #""init_lora_weights": [1]"#, "'init_lora_weights' is a list"),
    Damage(
      config, #""modules_to_save": null"#, #""modules_to_save": ["zzz"]"#,
      "modules_to_save: no module's name ends with 'zzz'"),
    Damage(config, #""use_dora": false"#, #""use_dora": 1"#, "'use_dora' is 1; true or false is needed"),
    Damage(
      config, #""lora_bias": false"#, #""lora_bias": true"#, "'lora_bias' is set, which lorascope does not support"),
    Damage(config, #""layer_replication": null"#, #""layer_replication": [[0, 4]]"#, "'layer_replication' is set"),
    Damage(
      config, #""trainable_token_indices": null"#, #""trainable_token_indices": [1]"#,
      "'trainable_token_indices' is set"),
    Damage(config, #""target_parameters": null"#, #""target_parameters": ["x"]"#, "'target_parameters' is set"),
    Damage(config, #""use_qalora": false"#, #""use_qalora": true"#, "'use_qalora' is set"),
    Damage("no config", "cannot read DIR/adapter_config.json: no such file") { try $0.remove(config) },
    Damage("half a config", "DIR/adapter_config.json is not JSON: it is damaged") {
      try $0.write(config, String($0.text(config).prefix(300)))
    },
    Damage("a deep config", "DIR/adapter_config.json has lists or objects more than 32 deep") {
      try $0.write(
        config, #"{"r":"# + String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000) + "}")
    },
    Damage("a config that is a list", "DIR/adapter_config.json holds a list; a JSON object is needed") {
      try $0.write(config, "[1]")
    },
  ]

  private static let files: [Damage] = [
    Damage("no weights", "cannot read DIR/adapter_model.safetensors: no such file") { try $0.remove(weights) },
    Damage("a pickle", "DIR has its weights in adapter_model.bin only, a pickle") {
      try $0.remove(weights)
      try $0.write("adapter/adapter_model.bin", "x")
    },
    Damage("empty weights", "DIR/adapter_model.safetensors is not a safetensors file: it has 0 bytes") {
      try $0.write(weights, "")
    },
    Damage("a pipe", "DIR/adapter_model.safetensors is not a safetensors file: it has 0 bytes") {
      try $0.remove(weights)
      try $0.makePipe(weights)
    },
    Damage("no tensor at all", "holds no tensors", in: weights) { $0 = [:] },
    Damage("another's names", "'zzz.lora_A.weight' has no place in this model", in: weights) {
      $0["zzz.lora_A.weight"] = $0[query]
    },
    Damage("a magnitude without DoRA", "lora_magnitude_vector' has no place in this model", in: weights) {
      $0["base_model.model.model.layers.0.self_attn.q_proj.lora_magnitude_vector"] = Tensor(
        full: Shape(16), value: 1, dtype: .float32)
    },
    Damage("a transposed matrix", "q_proj.lora_A.weight' is [8, 4], the model has [4, 8]", in: weights) {
      $0[query] = Tensor(full: Shape(8, 4), value: 1, dtype: .float32)
    },
    Damage("not a number", "q_proj.lora_A.weight' holds nan at [0, 0]", in: weights) {
      $0[query] = Tensor(full: Shape(4, 8), value: .nan, dtype: .float32)
    },
    Damage(
      "beyond float32", "q_proj.lora_A.weight' holds 1e+300 at [0, 0], which is too large for float32", in: weights
    ) {
      $0[query] = Tensor(full: Shape(4, 8), value: 1e300, dtype: .float64)
    },
    Damage("whole numbers", "'\(query)' has dtype I32; F32, F64, BF16 or F16 is needed") {
      try $0.writeSafetensors(
        weights, header: #"{"\#(query)":{"dtype":"I32","shape":[4,8],"data_offsets":[0,128]}}"#, body: 128)
    },
    Damage("names with signals for a terminal", #"a tensor's name is '\u{1B}[31mred\u{07}', which no model has"#) {
      try $0.writeSafetensors(
        weights, header: #"{"\u001b[31mred\u0007":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, body: 4)
    },
    Damage("a name of a million letters", "xxx...', which no model has") {
      let name = String(repeating: "x", count: 1_000_000)
      try $0.writeSafetensors(
        weights, header: #"{"\#(name)":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, body: 4)
    },
  ]

  @Test("are refused with one line, and the session stays as it was", arguments: configs + files)
  func refused(damage: Damage) throws {
    try damage.expectRefusal(of: "load adapter", "adapter", in: "models/adapter-patterns") {
      ["load model \($0.file("model"))"]
    }
  }

  @Test("what an adapter's file lacks begins afresh, with a warning that names it")
  func lacking() throws {
    let folder = try CopiedFolder(of: "models/adapter-dora-gpt2")
    let lost = "base_model.model.transformer.h.0.attn.c_attn.lora_magnitude_vector"
    try folder.changeTensors(in: Self.weights) { $0[lost] = nil }
    let sitting = Sitting("load model \(folder.file("model"))", "load adapter \(folder.file("adapter"))")
    #expect(sitting.failures.isEmpty)
    #expect(sitting.text.contains("lacks 1 tensor of the adapter, which begins afresh: \(lost)"), "\(sitting.text)")
  }

  @Test("without a model, and on a model it was not made for")
  func elsewhere() throws {
    let folder = try CopiedFolder(of: "models/adapter-patterns")
    let sitting = Sitting("load adapter \(folder.file("adapter"))")
    #expect(sitting.failures.map(\.message) == ["no model yet; write first: load model DIR"])
    try expectRefusal(
      "load adapter \(folder.file("adapter"))", "Target modules {'q_proj', 'v_proj'} not found", folder,
      after: ["load model \(Fixtures.path("models/adapter-dora-gpt2/model"))"])
  }
}
