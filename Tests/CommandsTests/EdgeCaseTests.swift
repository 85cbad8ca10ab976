import Commands
import Debugger
import Tensors
import TestSupport
import Testing
import Training

@Suite("Edge cases have PyTorch's outcome, and are said")
struct EdgeCaseTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func comparisons(_ sitting: Sitting) throws -> [Comparison] {
    try #require(sitting.session.records.last).parameters.map(\.comparison)
  }

  private func write(_ tensors: [String: Tensor], _ name: String = "data.safetensors") throws -> String {
    try writeSafetensors(tensors, to: folder.file(name))
    return "'" + folder.file(name) + "'"
  }

  private func ones(_ shape: Shape, _ value: Double = 1) -> Tensor {
    Tensor(full: shape, value: value, dtype: .float32)
  }

  @Test("lr 0: nothing moves, and c is undefined")
  func zeroLR() throws {
    let sitting = Sitting("model linear 6 5", "set target_modules none", "hook all", "set lr 0", "step")
    for comparison in try comparisons(sitting) {
      #expect(comparison.verdict == .undefined && comparison.reason == "lr is 0" && comparison.c == nil)
    }
    #expect(sitting.text.contains("lr is 0"))
    sitting.type("print eff(0.weight)")
    #expect(sitting.failures.first?.message.contains("lr was 0") == true)
  }

  @Test("linear warm-up: lr 0 on the first step, then up; before the optimizer it is one step ahead")
  func warmup() throws {
    for (order, wanted) in [("after", [0, 0.05, 0.1]), ("before", [0.05, 0.1, 0.075])] {
      let sitting = Sitting(
        "model linear 6 5", "hook all", "set lr 0.1", "set scheduler linear", "set warmup_steps 2", "set total_steps 6",
        "set scheduler_order \(order)")
      for lr in wanted {
        sitting.type("step")
        let used = try #require(sitting.session.records.last).lrUsed
        #expect(abs(used - lr) < 1e-15, "\(order)")
        #expect(sitting.text.contains("lr \(shortNumber(lr))"))
      }
    }
  }

  @Test("lr read after the scheduler stepped: c is lr used over lr read")
  func lrRead() throws {
    let sitting = Sitting(
      "model linear 6 5", "set target_modules none", "hook all", "set scheduler step", "set step_size 1",
      "set gamma 0.25", "set lr_read current", "step")
    for comparison in try comparisons(sitting) {
      let c = try #require(comparison.c)
      #expect(comparison.verdict == .scaled && abs(c - 4) < 1e-4)
    }
  }

  @Test("an inf loss without loss scaling ruins the weights, as in PyTorch")
  func infiniteLoss() throws {
    let data = try write(["inputs": ones([1, 2, 6], 1e30), "targets": ones([1, 2, 5])])
    let sitting = Sitting("model linear 6 5", "set target_modules none", "data load \(data)", "hook all", "step")
    #expect(sitting.text.contains("loss inf"))
    let comparison = try #require(try comparisons(sitting).first)
    #expect(comparison.verdict == .different && comparison.reason?.contains("not finite") == true)
    #expect(sitting.session.value(of: 0)?.firstNonFinite != nil)
  }

  @Test("the same under loss scaling skips the step, halves the scale, and says so")
  func skippedStep() throws {
    let data = try write(["inputs": ones([1, 2, 6], 1e30), "targets": ones([1, 2, 5])])
    let sitting = Sitting(
      "model linear 6 5", "set target_modules none", "set optimizer adam", "data load \(data)", "hook all",
      "hook all at step_pre", "set loss_scale 1024", "step")
    let record = try #require(sitting.session.records.last)
    #expect(record.isSkipped && sitting.session.state?.scaler?.scale == 512)
    for parameter in record.parameters {
      #expect(parameter.before.isIdentical(to: parameter.after))
      #expect(parameter.comparison.verdict == .noUpdate)
      #expect(parameter.comparison.reason?.contains("skipped") == true)
      #expect(sitting.session.state?.optimizer[parameter.parameter].steps == 0)
    }
    // optimizer.step() was not called, so its hooks were not either.
    #expect(record.reading(hook: 2, site: .parameter(0))?.timesFired == 0)
    #expect(sitting.text.contains("step was skipped"))
  }

  @Test("a loss scale is in what hooks see and not in the update")
  func lossScale() throws {
    let sitting = Sitting("model linear 6 5", "set target_modules none", "hook all", "set loss_scale 1024", "step")
    for comparison in try comparisons(sitting) {
      let c = try #require(comparison.c)
      #expect(comparison.verdict == .scaled && abs(c * 1024 - 1) < 1e-4)
    }
  }

  @Test("an empty batch: the loss is nan, the gradient 0", arguments: ["regression", "classification"])
  func emptyBatch(kind: String) throws {
    let sitting = Sitting("model mlp 6 5 4", "set target_modules none", "hook all", "data \(kind) batch=0")
    #expect(sitting.text.contains("empty"))
    sitting.type("step")
    #expect(sitting.text.contains("loss nan"))
    for comparison in try comparisons(sitting) {
      #expect(comparison.verdict == .undefined && comparison.reason == "the hook gradient is 0")
    }
    #expect(sitting.session.records.last?.parameters.allSatisfy { $0.before.isIdentical(to: $0.after) } == true)
  }

  @Test("batch sizes that do not match are refused in torch's words")
  func batchMismatch() throws {
    let sitting = Sitting("model linear 6 5")
    let data = try write(["inputs": ones([1, 8, 6]), "targets": ones([1, 4, 5])])
    sitting.type("data load \(data)")
    #expect(
      sitting.failures.first?.message.contains(
        "The size of tensor a (8) must match the size of tensor b (4) at non-singleton dimension 0") == true)
    let columns = try write(["inputs": ones([1, 8, 6]), "targets": ones([1, 8, 3])])
    sitting.type("data load \(columns)")
    #expect(
      sitting.failures.first?.message.contains(
        "The size of tensor a (5) must match the size of tensor b (3) at non-singleton dimension 1") == true)
  }

  @Test("a model in which nothing is trained, merged or disabled, has no backward pass")
  func frozenModel() throws {
    for (setting, remedy) in [("merged on", "set merged off"), ("adapters off", "set adapters on")] {
      let sitting = Sitting("model linear 6 5", "data regression", "hook all", "set \(setting)")
      let before = sitting.session.fingerprint
      sitting.type("step")
      let message = try #require(sitting.failures.first).message
      #expect(message.contains("element 0 of tensors does not require grad and does not have a grad_fn"))
      #expect(message.contains(remedy))
      #expect(sitting.session.fingerprint == before)
      sitting.type(remedy)
      sitting.type("step")
      #expect(sitting.failures.isEmpty)
    }
  }

  @Test("merging adds B A to the base weight, unmerging takes it out again")
  func merging() throws {
    let sitting = Sitting("set dtype float64", "model linear 6 5", "set init_lora_weights false", "step 3")
    func value(_ name: String) throws -> Tensor {
      let graph = try #require(sitting.session.graph)
      let index = try #require(graph.parameters.firstIndex { $0.name.contains(name) })
      return try #require(sitting.session.value(of: index))
    }
    let (base, a, b) = (try value("base_layer.weight"), try value("lora_A"), try value("lora_B"))
    sitting.type("set merged on")
    let merged = try value("base_layer.weight")
    let delta = Tensor.matmul(b, a)
    #expect(relativeError((merged - base).toArray(), delta.toArray()) < 1e-12)
    #expect(delta.norm > 0)
    sitting.type("set merged off")
    #expect(relativeError(try value("base_layer.weight").toArray(), base.toArray()) < 1e-14)
    #expect(try value("lora_A").isIdentical(to: a))
  }

  @Test("labels out of range are torch's error when the loss is computed, ignored ones are not")
  func labels() throws {
    let sitting = Sitting("model mlp 6 5 4", "data classification", "loss cross_entropy", "hook all")
    func load(_ label: Int) throws {
      // Integers cannot be written from here: a whole file by hand.
      let header =
        #"{"inputs":{"dtype":"F32","shape":[1,1,6],"data_offsets":[0,24]},"labels":{"dtype":"I64","shape":[1,1],"data_offsets":[24,32]}}"#
      var bytes: [UInt8] = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
      bytes += Array(header.utf8) + [UInt8](repeating: 0, count: 24)
      bytes += withUnsafeBytes(of: Int64(label).littleEndian) { Array($0) }
      try folder.write("labels.safetensors", .init(bytes))
      sitting.type("data load '\(folder.file("labels.safetensors"))'")
    }
    for label in [4, 1 << 40, -1] {
      try load(label)
      #expect(sitting.failures.isEmpty)
      sitting.type("step")
      #expect(sitting.failures.first?.message.contains("Target \(label) is out of bounds") == true)
      #expect(sitting.session.step == 0)
    }
    sitting.type("loss cross_entropy ignore_index=-1")
    sitting.type("step")
    #expect(sitting.failures.isEmpty && sitting.text.contains("loss nan"))
    try load(3)
    sitting.type("step")
    #expect(sitting.failures.isEmpty && sitting.text.contains("0.lora_B"))
  }

  @Test("token ids beyond the vocabulary, or more than there are positions")
  func tokens() throws {
    let sitting = Sitting("model transformer vocab_size=8 max_position_embeddings=4", "data tokens length=4")
    #expect(sitting.failures.isEmpty)
    sitting.type("data tokens length=5")
    #expect(sitting.failures.first?.message.contains("max_position_embeddings") == true)
    sitting.type("model transformer vocab_size=4 max_position_embeddings=4")
    #expect(sitting.text.contains("no longer fits"))
    sitting.type("data regression")
    #expect(sitting.failures.first?.message.contains("data tokens") == true)
  }

  @Test("a hook on a frozen parameter is refused in torch's words")
  func frozenHook() throws {
    let sitting = Sitting("model transformer", "hook model.norm.weight")
    #expect(
      sitting.failures.first?.message.contains("cannot register a hook on a tensor that doesn't require gradient")
        == true)
  }

  @Test("bfloat16 loses updates, and the verdict says that it is rounding")
  func lostUpdates() throws {
    let sitting = Sitting(
      "set dtype bfloat16", "model linear 16 16", "set target_modules none", "hook all", "set lr 1e-4", "step")
    let record = try #require(sitting.session.records.last)
    let weight = try #require(record.parameters.first)
    let changed = zip(weight.before.toArray(), weight.after.toArray()).count { $0 != $1 }
    #expect(changed < 26, "\(changed) of 256")
    #expect(weight.comparison.verdict == .belowResolution)
  }

  @Test("state dict by reference: before is after, and c is 0")
  func reference() throws {
    let sitting = Sitting("model linear 6 5", "set target_modules none", "hook all", "set snapshot reference", "step")
    for comparison in try comparisons(sitting) { #expect(comparison.c == 0 && comparison.verdict == .noUpdate) }
  }

  @Test("clip_value 0 zeroes the update, max_grad_norm 0 is off")
  func zeroClips() throws {
    let plain = Sitting("model linear 6 5", "set max_grad_norm 0", "hook all", "step")
    #expect(try comparisons(plain).last?.verdict == .match)
    plain.type("set clip_value 0")
    plain.type("step")
    #expect(try comparisons(plain).last?.verdict == .noUpdate)
  }

  @Test("float16 gradients under a loss scale: torch's refusal is told, the step is taken")
  func float16Scaler() throws {
    let sitting = Sitting("set dtype float16", "model linear 6 5", "set loss_scale 1024")
    #expect(sitting.text.contains("Attempting to unscale FP16 gradients"))
    sitting.type("step")
    #expect(sitting.failures.isEmpty)
  }

  @Test(
    "a step taken on other modules is not looked at through the present ones", arguments: ["placements 2", "explain 2"])
  func otherModules(command: String) {
    let sitting = Sitting("model mlp 4 4 4", "set target_modules 0", "hook all", "step", "set target_modules 2")
    #expect(sitting.type(command) == .failed && sitting.text.contains("the model has changed"), "\(sitting.text)")
    sitting.type("step")
    #expect(sitting.type(command) == .finished, "\(sitting.text)")
  }
}
