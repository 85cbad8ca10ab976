import Commands
import Debugger
import Foundation
import TestSupport
import Testing

/// A session to try inputs on: how it begins, and the words that mean something in it.
struct FuzzWorld {
  let interpreter: Interpreter
  let grammar: LineGrammar
  /// Files that are written: gone at the beginning of each sitting.
  let outputs: [String]

  private init(_ number: Int, _ folder: TemporaryFolder, others: [String]) {
    var interpreter = Interpreter()
    for line in FuzzWorld.openings[number].split(separator: ";") {
      #expect(interpreter.enter(String(line)) == .finished, "\(line)")
    }
    self.interpreter = interpreter
    // What fits this session, so that loading can succeed; without a model there is nothing to save.
    let own = ["save weights", "save checkpoint", "export"].enumerated().map { kind, command in
      let file = folder.file("\(number)-\(kind).safetensors")
      var writer = interpreter
      _ = writer.enter("\(command) \(file)")
      return file
    }
    outputs = ["out.safetensors", "out2.safetensors", "out.session"].map(folder.file)
    grammar = LineGrammar(FuzzWords(interpreter.session, files: own + outputs + others))
  }

  /// Small models of every kind, in every kind of situation.
  static let openings = [
    "",
    "model linear 3 2; hook all; step 2",
    "model linear 2 3; set r 2; set lr 0.1; hook all capture=all; step 3; back 2; set lr 0.2; step; watch loss",
    "model linear 3 2 bias=off; set target_modules none; hook all at step_pre; set optimizer adamw; step",
    "model linear 3 2; set r 1; step; set merged on; display lr",
    "model linear 2 2; set use_dora on; set dtype bfloat16; set r 2; hook all at module; step; event 4",
    "model linear 2 2; set loss_scale 4; set replicas 2; set max_grad_norm 0.1; hook all scale=2; step 2; event 9",
    "model linear 2 2; set lr 1e30; set r 1; disable 0; step 4; set adapters off",
    "model mlp 2 3 2 tanh; set r 2; hook all at post_accumulate; set accumulation 2; step; event 20; break at loss",
    "model mlp 2 2 2 shared=on; set r 1; loss cross_entropy; set zero_grad off; set clip_value 0.1; hook all; step 2",
    "model transformer vocab_size=5 hidden_size=4 num_hidden_layers=1 num_attention_heads=2 intermediate_size=4;"
      + "set r 1; set target_modules q_proj,v_proj; data tokens batch=1 length=3 batches=2; hook all; step; event 12",
    "model transformer vocab_size=4 hidden_size=2 num_hidden_layers=1 num_attention_heads=1 intermediate_size=2"
      + " tie_word_embeddings=on; set target_modules none; set dtype float16; data tokens batch=1 length=2 batches=1; step",
  ]

  /// Sessions in all situations, with files that can be read: what `save` wrote, and what nobody should have.
  static func all(in folder: TemporaryFolder) throws -> [FuzzWorld] {
    try folder.write("plain.session", "model linear 2 2\nhook all\nstep\npause\nprint c(0.lora_B)\n")
    try folder.write("bad.session", "lr 0.3\nstep\nprint hook(\n")
    try folder.write("self.session", "source \(folder.file("self.session"))\n")
    try folder.write("other.safetensors", "{}")
    let names = ["plain.session", "bad.session", "self.session", "other.safetensors", "missing.safetensors", "no/x"]
    let others = names.map(folder.file) + [folder.path]
    return openings.indices.map { FuzzWorld($0, folder, others: others) }
  }
}
