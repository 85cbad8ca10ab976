/// One kind of training step whose time is taken. To add one, add a line to `all`, and to the table in
/// torch_bench.py if torch is to be compared.
struct BenchCase {
  let name: String
  /// The commands that make it.
  let setup: String
  /// Steps of one turn: enough that a turn takes a good part of a second.
  let steps: Int

  static let all = [
    BenchCase(
      name: "linear-16", setup: "model linear 16 16; set r 16; set lora_alpha 16; data regression batch=8", steps: 5000),
    BenchCase(
      name: "mlp-64-128-64",
      setup: "model mlp 64 128 64 relu; set r 4; set lora_alpha 4; data regression batch=32", steps: 2000),
    BenchCase(
      name: "mlp-1024-4096-1024",
      setup: "model mlp 1024 4096 1024 relu; set r 16; set lora_alpha 16; data regression batch=256 batches=4", steps: 8
    ),
    BenchCase(name: "llama-2x256", setup: smallLlama, steps: 10),
    BenchCase(
      name: "smollm-135m",
      setup: "model transformer vocab_size=49152 hidden_size=576 intermediate_size=1536 num_hidden_layers=30 "
        + "num_attention_heads=9 num_key_value_heads=3 tie_word_embeddings=on; set r 8; set lora_alpha 8; "
        + "set target_modules q_proj,v_proj; data tokens batch=1 length=128 batches=4", steps: 1),
    BenchCase(
      name: "dora-64-128-64",
      setup: "model mlp 64 128 64 relu; set r 4; set lora_alpha 4; set use_dora on; data regression batch=32",
      steps: 1000),
    BenchCase(
      name: "accumulation-4",
      setup: "model mlp 64 128 64 relu; set r 4; set lora_alpha 4; set gradient_accumulation_steps 4; "
        + "data regression batch=32", steps: 500),
    BenchCase(
      name: "adamw-clip",
      setup: "model mlp 64 128 64 relu; set r 4; set lora_alpha 4; set optimizer adamw; set max_grad_norm 1; "
        + "data regression batch=32", steps: 2000),
    BenchCase(name: "llama-2x256-bfloat16", setup: "set dtype bfloat16; " + smallLlama, steps: 10),
  ]

  private static let smallLlama =
    "model transformer num_hidden_layers=2 hidden_size=256 intermediate_size=688 vocab_size=1000; set r 8; "
    + "set lora_alpha 8; set target_modules q_proj,k_proj,v_proj,o_proj; data tokens batch=4 length=128 batches=4"
}

/// How a step is taken.
enum BenchMode: String, CaseIterable, Codable {
  /// Forward, backward and the update, of which nothing is kept.
  case bare
  /// What `hook all; step` does: hooks, state before and after, comparisons, the record, the timeline.
  case observed
}
