import Foundation
import Tensors
import TestSupport
import Testing

@Suite("shards that are damaged or lie")
struct HostileShardTests {
  private static let index = "model.safetensors.index.json"
  private static let last = "model-00004-of-00004.safetensors"
  private static let head = #""lm_head.weight": "model-00004-of-00004.safetensors""#

  private static func index(_ new: String, _ expected: String) -> Damage { Damage(index, head, new, expected) }

  private static let all: [Damage] = [
    Damage("a missing shard", "names \(last), which is not in") { try $0.remove(last) },
    Damage("an empty shard", "DIR/\(last) is not a safetensors file: it has 0 bytes") { try $0.write(last, "") },
    Damage("a shard without its tensor", "\(last) has no 'lm_head.weight'") {
      try $0.changeTensors(in: last) { $0["lm_head.weight"] = nil }
    },
    Damage("a shard that is a directory", "cannot read DIR/\(last): it is a directory") {
      try $0.remove(last)
      try $0.makeDirectory(last)
    },
    Damage("no index", "DIR has neither model.safetensors nor \(index)") { try $0.remove(index) },
    Damage("an index of a list", "\(index) holds a list; a JSON object is needed") { try $0.write(index, "[]") },
    Damage("an index without a map", "\(index) has no 'weight_map'") { try $0.write(index, "{}") },
    Damage("a map that is a list", "'weight_map' is a list; an object is needed") {
      try $0.write(index, #"{"weight_map": []}"#)
    },
    Damage("an empty map", "DIR has no tensor 'model.embed_tokens.weight'") {
      try $0.write(index, #"{"weight_map": {}}"#)
    },
    index(#""lm_head.weight": "../outside.safetensors""#, "'../outside.safetensors' is no .safetensors file beside it"),
    index(#""lm_head.weight": "/etc/passwd""#, "'/etc/passwd' is no .safetensors file beside it"),
    index(#""lm_head.weight": "config.json""#, "'config.json' is no .safetensors file beside it"),
    index(#""lm_head.weight": "..\u0000.safetensors""#, "is no .safetensors file beside it"),
    index(#""lm_head.weight": 4"#, "'weight_map.lm_head.weight' is 4; a text is needed"),
    index(
      #""lm_head.weight": "model-00001-of-00004.safetensors""#,
      "model-00001-of-00004.safetensors has no 'lm_head.weight'"),
    index(#""zzz\u001b[31m": "model-00001-of-00004.safetensors""#, "model-00001-of-00004.safetensors has no 'zzz"),
  ]

  @Test("are refused with one line, and the session stays as it was", arguments: all)
  func refused(damage: Damage) throws {
    try damage.expectRefusal(of: "load model", in: "models/llama-sharded/model")
  }

  @Test("what does no harm is passed over: an index without metadata, a tensor in two shards")
  func harmless() throws {
    let folder = try CopiedFolder(of: "models/llama-sharded/model")
    try folder.replace(#""metadata""#, in: Self.index, by: #""other""#)
    let norm = "model.norm.weight"
    try folder.changeTensors(in: Self.last) { $0[norm] = Tensor(full: Shape(16), value: 7, dtype: .float32) }
    let sitting = Sitting("load model \(folder.path)")
    try #require(sitting.failures.isEmpty, "\(sitting.text)")
    // The index says which of the two counts.
    let graph = try #require(sitting.session.graph)
    let place = try #require(graph.parameter(named: "base_model.model." + norm))
    #expect(sitting.session.value(of: place)?.toArray().contains(7) == false)
  }
}
