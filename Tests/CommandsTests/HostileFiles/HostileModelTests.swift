import Foundation
import Tensors
import TestSupport
import Testing

@Suite("model directories that are damaged or lie")
struct HostileModelTests {
  private static let config = "config.json"
  private static let weights = "model.safetensors"
  private static let query = "model.layers.0.self_attn.q_proj.weight"

  private static let liesOfConfigs: [Damage] = [
    Damage(
      config, #""hidden_size": 8"#, #""hidden_size": 32"#,
      "'model.embed_tokens.weight' is [50, 8], config.json says [50, 32]"
    ),
    Damage(config, #""vocab_size": 50"#, #""vocab_size": 51"#, "is [50, 8], config.json says [51, 8]"),
    Damage(
      config, #""vocab_size": 50"#, #""vocab_size": "50""#,
      #"config.json: 'vocab_size' is "50"; a whole number is needed"#),
    Damage(config, #""vocab_size": 50"#, #""vocab_size": true"#, "'vocab_size' is true; a whole number is needed"),
    Damage(config, #""vocab_size": 50"#, #""vocab_size": 50.5"#, "'vocab_size' is 50.5; a whole number is needed"),
    Damage(config, #""vocab_size": 50"#, #""vocab_size": -50"#, "'vocab_size' is -50; it must be from 1 to 16777216"),
    Damage(config, #""vocab_size": 50"#, #""vocab_size": null"#, "config.json has no 'vocab_size'"),
    Damage(
      config, #""num_hidden_layers": 2"#, #""num_hidden_layers": 1099511627776"#, "'num_hidden_layers' is 1099511627776"
    ),
    Damage(
      config, #""num_hidden_layers": 2"#, #""num_hidden_layers": 16777216"#,
      "has no tensor 'model.layers.2.self_attn.q_proj.weight'"),
    Damage(
      config, #""num_hidden_layers": 2"#, #""num_hidden_layers": 0"#, "'num_hidden_layers' is 0; it must be from 1"),
    Damage(
      config, #""num_hidden_layers": 2"#, #""num_hidden_layers": 99999999999999999999"#,
      "'num_hidden_layers' is 1e+20; a whole number is needed"),
    Damage(config, #""hidden_size": 8"#, #""hidden_size": 16777216"#, "config.json says [50, 16777216]"),
    Damage(config, #""intermediate_size": 12"#, #""intermediate_size": 16777216"#, "config.json says [16777216, 8]"),
    Damage(config, #""num_attention_heads": 2"#, #""num_attention_heads": 0"#, "'num_attention_heads' is 0"),
    Damage(config, #""num_attention_heads": 2"#, #""num_attention_heads": 3"#, "config.json says [12, 8]"),
    Damage(
      config, #""num_key_value_heads": 1"#, #""num_key_value_heads": 3"#,
      "'num_attention_heads' is 2, no multiple of num_key_value_heads, 3"),
    Damage(config, #""head_dim": 4"#, #""head_dim": 7"#, "'head_dim' is 7: rotary positions turn pairs"),
    Damage(config, #""head_dim": 4"#, #""head_dim": 16777216"#, "config.json says [33554432, 8]"),
    Damage(config, #""hidden_act": "silu""#, #""hidden_act": "zzz""#, #"'hidden_act' is "zzz"; lorascope has "#),
    Damage(config, #""hidden_act": "silu""#, #""hidden_act": ["silu"]"#, "'hidden_act' is a list; a text is needed"),
    Damage(config, #""rms_norm_eps": 1e-05"#, #""rms_norm_eps": -1.0"#, "'rms_norm_eps' is -1"),
    Damage(config, #""rms_norm_eps": 1e-05"#, #""rms_norm_eps": 1e400"#, "'rms_norm_eps'"),
    Damage(config, #""rms_norm_eps": 1e-05"#, #""rms_norm_eps": NaN"#, "config.json is not JSON: it is damaged"),
    Damage(config, #""rope_theta": 10000.0"#, #""rope_theta": 0"#, "'rope_theta' is 0"),
    Damage(
      config, #""rope_type": "default""#, #""rope_type": "zzz""#,
      #"'rope_type' is "zzz"; lorascope has default and llama3"#),
    Damage(config, #""rope_type": "default""#, #""rope_type": "llama3""#, "'rope_parameters.factor' is missing"),
    Damage(config, #""rope_type": "default""#, #""partial_rotary_factor": 0.5"#, "partial_rotary_factor' is 0.5"),
    Damage(
      config, #""rope_parameters": {"#, #""rope_parameters": 3, "x": {"#, "'rope_parameters' is 3; an object is needed"),
    Damage(
      config, #""tie_word_embeddings": false"#, #""tie_word_embeddings": "no""#,
      #"'tie_word_embeddings' is "no"; true or false is needed"#),
    Damage(
      config, #""attention_bias": false"#, #""attention_bias": true"#,
      "has no tensor 'model.layers.0.self_attn.q_proj.bias'"),
    Damage(config, #""LlamaForCausalLM""#, #""GPT2LMHeadModel""#, "config.json has no 'n_embd'"),
    Damage(
      config, #""LlamaForCausalLM""#, #""ZzzForCausalLM""#,
      "ZzzForCausalLM is not supported; lorascope reads LlamaForCausalLM"),
    Damage(config, #""LlamaForCausalLM""#, "3", "'architectures' has 3 in it; texts are needed"),
    Damage(
      config, #""use_cache": false"#, #""quantization_config": {"bits": 4}"#, "quantized weights cannot be loaded"),
    Damage(
      config, #""attention_dropout": 0.0"#, #""attention_dropout": "much""#,
      #"'attention_dropout' is "much"; a number is needed"#),
  ]

  private static let noConfigs: [Damage] = [
    Damage("no config", "cannot read DIR/config.json: no such file") { try $0.remove(config) },
    Damage("an empty config", "DIR/config.json is empty") { try $0.write(config, "") },
    Damage("half a config", "DIR/config.json is not JSON: it is damaged") {
      try $0.write(config, String($0.text(config).prefix(200)))
    },
    Damage("a list", "DIR/config.json holds a list; a JSON object is needed") { try $0.write(config, "[]") },
    Damage("an empty object", "neither 'architectures' nor 'model_type'") { try $0.write(config, "{}") },
    Damage("lists in lists", "DIR/config.json has lists or objects more than 32 deep") {
      try $0.write(
        config, #"{"a":"# + String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000) + "}")
    },
    Damage("objects in objects", "DIR/config.json has lists or objects more than 32 deep") {
      try $0.write(config, String(repeating: #"{"a":"#, count: 100_000) + "1" + String(repeating: "}", count: 100_000))
    },
    Damage("bytes", "DIR/config.json is not JSON: it is damaged") {
      try $0.write(config, Data([0x7B, 0x22, 0xFF, 0xFE, 0x22, 0x3A, 0x31, 0x7D]))
    },
    Damage("a directory", "cannot read DIR/config.json: it is a directory") {
      try $0.remove(config)
      try $0.makeDirectory(config)
    },
    Damage("a link to nothing", "cannot read DIR/config.json: no such file") {
      try $0.remove(config)
      try $0.makeLink(config, to: "nowhere")
    },
    Damage("a link to itself", "cannot read DIR/config.json: too many levels of symbolic links") {
      try $0.remove(config)
      try $0.makeLink(config, to: config)
    },
    Damage("a pipe nobody writes to", "DIR/config.json is empty") {
      try $0.remove(config)
      try $0.makePipe(config)
    },
    Damage("a device without end", "cannot read DIR/config.json: it does not end after 64 MiB") {
      try $0.remove(config)
      try $0.makeLink(config, to: "/dev/zero")
    },
    Damage("a hole of a tebibyte", "cannot read DIR/config.json: it has 1099511627776 bytes; 67108864 are the most") {
      folder in
      guard truncate(folder.file(config), 1 << 40) == 0 else { throw CopiedFolder.NotFound(text: "room for a hole") }
    },
  ]

  private static let damagedWeights: [Damage] = [
    Damage("no weights", "DIR has neither model.safetensors nor model.safetensors.index.json") {
      try $0.remove(weights)
    },
    Damage("a pickle", "DIR has its weights in pytorch_model.bin only, a pickle") {
      try $0.remove(weights)
      try $0.write("pytorch_model.bin", "")
    },
    Damage("empty weights", "DIR/model.safetensors is not a safetensors file: it has 0 bytes") {
      try $0.write(weights, "")
    },
    Damage("half the weights", "ends at byte") {
      try $0.write(weights, Data(contentsOf: URL(filePath: $0.file(weights))).prefix(6000))
    },
    Damage("bytes behind the weights", "4 bytes of its data belong to no tensor") {
      try $0.write(weights, Data(contentsOf: URL(filePath: $0.file(weights))) + Data(count: 4))
    },
    Damage("a header of 2^63 bytes", "it claims a header of 9223372036854775808 bytes") {
      try $0.writeSafetensors(weights, header: "{}", claiming: 1 << 63)
    },
    Damage("a directory for weights", "cannot read DIR/model.safetensors: it is a directory") {
      try $0.remove(weights)
      try $0.makeDirectory(weights)
    },
    Damage("a pipe for weights", "DIR/model.safetensors is not a safetensors file: it has 0 bytes") {
      try $0.remove(weights)
      try $0.makePipe(weights)
    },
    Damage("no norm", "DIR has no tensor 'model.norm.weight', which its config.json asks for", in: weights) {
      $0["model.norm.weight"] = nil
    },
    Damage("no head", "DIR has no tensor 'lm_head.weight'", in: weights) { $0["lm_head.weight"] = nil },
    Damage("a tied head of another shape", "'lm_head.weight' is [50, 4], config.json says [50, 8]") {
      try $0.replace(#""tie_word_embeddings": false"#, in: config, by: #""tie_word_embeddings": true"#)
      try $0.changeTensors(in: weights) { tensors in
        tensors["lm_head.weight"] = Tensor(full: Shape(50, 4), value: 1, dtype: .float32)
      }
    },
    Damage("nothing", "has no tensor 'model.embed_tokens.weight'", in: weights) { $0 = [:] },
    Damage("a column for a vector", "'model.norm.weight' is [8, 1], config.json says [8]", in: weights) { tensors in
      tensors["model.norm.weight"] = Tensor(full: Shape(8, 1), value: 1, dtype: .float32)
    },
    Damage(
      "a transposed matrix", "'model.layers.0.mlp.up_proj.weight' is [8, 12], config.json says [12, 8]", in: weights
    ) {
      tensors in
      tensors["model.layers.0.mlp.up_proj.weight"] = Tensor(full: Shape(8, 12), value: 1, dtype: .float32)
    },
    Damage("not a number", "'model.norm.weight' holds nan at [1]", in: weights) { tensors in
      tensors["model.norm.weight"] = Tensor(
        [1, .nan] + Array(repeating: 1, count: 6), shape: Shape(8), dtype: .float32)
    },
    Damage("infinity", "'\(query)' holds inf at [0, 0]", in: weights) { tensors in
      tensors[query] = Tensor(full: Shape(8, 8), value: .infinity, dtype: .float32)
    },
    Damage("beyond float32", "'model.norm.weight' holds inf at [0]", in: weights) { tensors in
      tensors["model.norm.weight"] = Tensor(full: Shape(8), value: 1e300, dtype: .float64)
    },
    Damage(
      "whole numbers for weights", "tensor 'model.embed_tokens.weight' has dtype I64; F32, F64, BF16 or F16 is needed"
    ) {
      try $0.writeSafetensors(
        weights, header: #"{"model.embed_tokens.weight":{"dtype":"I64","shape":[50,8],"data_offsets":[0,3200]}}"#,
        body: 3200)
    },
    Damage("8-bit weights", "has dtype F8_E4M3; F32, F64, BF16 or F16 is needed") {
      try $0.writeSafetensors(
        weights, header: #"{"model.embed_tokens.weight":{"dtype":"F8_E4M3","shape":[50,8],"data_offsets":[0,400]}}"#,
        body: 400)
    },
    Damage("the directory is no model but an adapter", "is an adapter, not a model; write: load adapter ") {
      try $0.remove(config)
      try $0.write("adapter_config.json", "{}")
    },
  ]

  @Test(
    "are refused with one line, and the session stays as it was", arguments: liesOfConfigs + noConfigs + damagedWeights)
  func refused(damage: Damage) throws {
    try damage.expectRefusal(of: "load model", in: "models/adapter-patterns/model")
  }

  @Test("lists in lists are read to a depth that nothing needs")
  func deep() throws {
    let old = #""use_cache": false"#
    for (levels, message) in [(31, nil), (32, "config.json has lists or objects more than 32 deep in each other")] {
      let folder = try CopiedFolder(of: "models/adapter-patterns/model")
      let list = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
      try folder.replace(old, in: Self.config, by: #""use_cache": \#(list)"#)
      let sitting = Sitting("load model \(folder.path)")
      #expect(
        sitting.failures.first.map { $0.message.hasSuffix(message ?? "nothing") } == (message == nil ? nil : true))
    }
  }

  @Test("what is no directory")
  func noDirectory() throws {
    let folder = try CopiedFolder(of: "models/adapter-patterns/model")
    try expectRefusal(
      "load model \(folder.path)/nowhere", "cannot read \(folder.path)/nowhere: no such directory", folder)
    try expectRefusal("load model \(folder.file("config.json"))", "config.json/config.json: not a directory", folder)
    try expectRefusal("load model ''", "load model DIR", folder)
  }
}
