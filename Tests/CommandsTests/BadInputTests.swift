import Debugger
import Foundation
import Tensors
import TestSupport
import Testing

@testable import Commands

@Suite("Bad input: one clear error, and the state as it was")
struct BadInputTests {
  /// Types a line into a session with a model, a hook and two steps taken, and one in progress.
  private func check(
    _ line: String, says message: String, alsoWithoutModel: Bool = true,
    _ sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let withModel = [["model linear 6 5", "hook all", "step 2"], ["model linear 6 5", "hook all", "step", "event 9"]]
    for opening in withModel + (alsoWithoutModel ? [[]] : []) {
      let sitting = Sitting()
      for command in opening { sitting.type(command) }
      let before = sitting.session.fingerprint
      #expect(sitting.type(line) == .failed, sourceLocation: sourceLocation)
      #expect(sitting.session.fingerprint == before, sourceLocation: sourceLocation)
      #expect(sitting.failures.count == 1, sourceLocation: sourceLocation)
      guard !opening.isEmpty, let failure = sitting.failures.first else { continue }
      #expect(failure.message.contains(message), "\(failure.message)", sourceLocation: sourceLocation)
    }
  }

  @Test(
    "commands and their words",
    arguments: [
      ("undo 2", "'2' is one word too many; write: undo"), ("quit now", "one word too many"),
      ("show lr rank", "one word too many"), ("finish 3", "one word too many"),
      ("stpe", "unknown command 'stpe'; did you mean 'step'?"),
      ("frobnicate", "unknown command 'frobnicate'; 'help' lists all"),
      ("step two", "step needs a whole number, not 'two'"), ("step 0", "step must be from 1 to"),
      ("step -3", "step must be from 1 to"), ("step 99999999999999999999", "step needs a whole number"),
      ("set rank 0", "r must be at least 1, not 0"), ("rank 0", "r must be at least 1, not 0"),
      ("rank 1e3", "r needs a whole number"), ("set", "set what?"), ("set lr", "lr needs a value"),
      ("set lr fast", "lr needs a number, not 'fast'"),
      ("set dtype int8", "dtype is float32 or float64 or bfloat16 or float16, not 'int8'"),
      ("model", "model needs a kind"), ("model transformr 1", "no model 'transformr'"),
      ("model linear 16", "takes two sizes"), ("model linear 0 5", "at least 1"),
      ("model linear 4 x", "neither a size"),
      ("model linear 100000000000 3", "too large"), ("model linear 16000000 16000000", "memory"),
      ("hook", "hook what?"), ("hook 0.lora_X", "did you mean '0.lora_A'?"),
      ("hook 0.lora_A at tnesor", "did you mean 'tensor'?"), ("hook 0.lora_A capture=some", "capture"),
      ("hook 0.base_layer", "cannot register a hook on a tensor that doesn't require gradient"),
      ("unhook 7", "no hook '7'; there are 1"), ("print", "an expression is needed"),
      ("expect 3", "expect needs a comparison"),
      ("print hook(0.lora_A", "')' is missing"), ("select nothing", "no parameter 'nothing'"),
      ("info weather", "no info about 'weather'"), ("export out.txt", "must end so"),
      ("say \"unclosed", "the quote is not closed"), ("loss l1", "no loss 'l1'"), ("data imagenet", "no data"),
      ("data regression batch=-1", "batch must be from 0"), ("help stpe", "did you mean 'step'?"),
      ("set target_modules (.*)*(.*)*y", "could take ages"), ("set rank_pattern .*.*.*.*.*y=4", "could take ages"),
      ("data regression batch=0 batches=1000000000", "too much to draw; use fewer"),
      ("data regression batch=1000000 batches=100", "as in: data regression batch=1 batches=2"),
      ("set rank_pattern 0=1e15", "whole numbers from 1 to 65536"), ("set rank_pattern 0=65537", "from 1 to 65536"),
      ("branch -9223372036854775808", "letters, digits"), ("compare -9223372036854775808", "no branch"),
    ])
  func words(line: String, message: String) throws { try check(line, says: message) }

  @Test(
    "what gdb's and PyTorch's users type out of habit",
    arguments: [
      ("bt", "unknown command 'bt'; here it is: info step"),
      ("x/4f 0.lora_B", "unknown command 'x'; here it is: print"),
      ("list", "info model"), ("whatis 0.lora_B", "info params"),
      ("condition 1 loss > 2", "break 0.lora_B if loss > 2"),
      ("!ls", "no shell in here"), ("reverse-next", "here it is: back"),
      ("optimizer.step()", "unknown command 'optimizer.step()'; here it is: step"),
      ("loss.backward()", "event goes through backward()"), ("torch.manual_seed(0)", "set seed N"),
      ("model.named_parameters()", "info params"), ("print(loss)", "did you mean 'print'?"),
      ("torch.nn.utils.clip_grad_norm_(p, 1.0)", "set max_grad_norm X"),
      ("set lr = 0.1", "a setting takes no '='; write: set lr X"), ("set lr=0.1", "write: set lr X"),
      ("lr = 0.1", "write: set lr X"), ("set var lr = 3", "set NAME VALUE for a setting"),
      ("hook all post_accumulate", "write: hook all at post_accumulate"), ("hook at tensor all", "hook what?"),
      ("break clip_norm", "write: break at clip_norm"), ("tbreak loss if loss > 1", "write: tbreak at loss"),
      ("print momentum", "it is a setting: show momentum"), ("info registers", "there are params, hooks"),
      ("set bf16 on", "no setting 'bf16'; here it is: set dtype bfloat16"),
      ("set batch_size 4", "data regression batch=N"),
      ("loss mae", "no loss 'mae'; did you mean 'mse'?"),
    ])
  func habits(line: String, message: String) throws { try check(line, says: message) }

  @Test("gdb's short names step, and do not begin a new session")
  func shortNames() {
    let sitting = Sitting("model linear 6 5", "n", "next 2", "si")
    #expect(sitting.session.step == 3 && sitting.session.isInsideStep)
    sitting.type("rsi")
    #expect(!sitting.session.isInsideStep && sitting.failures.isEmpty)
    sitting.type("info b")
    #expect(sitting.text.contains("NaN or inf"))
  }

  @Test("a habit speaks of commands and settings that exist", arguments: Habit.gdb + Habit.pytorch + Habit.trainer)
  func habitsHold(habit: Habit) throws {
    for part in habit.here.split(separator: #/[;,:] /#) where part.hasPrefix("set ") {
      let name = try #require(part.split(separator: " ").dropFirst().first)
      #expect(throws: Never.self) { try Setting.find(String(name)) }
    }
    let sitting = Sitting()
    let pages = ["help gdb", "help pytorch"].map { Sitting($0).text }.joined()
    #expect(pages.contains(habit.typed[0]))
    let isFound = habit.typed.contains { Habit.behind($0 + "()")?.here == habit.here }
    #expect(
      isFound || sitting.type("set \(habit.typed[0]) 1") == .failed && sitting.failures[0].message.hasSuffix(habit.here)
    )
  }

  @Test(
    "regular expressions that people write are not taken for slow ones",
    arguments: [
      #".*\.(q|v)_proj"#, #"(?:model\.)?layers\.\d+\..*(q_proj|v_proj)$"#,
      #"^(?!.*visual)(?=.*layers).*\.(q|k|v)_proj"#, #"model\.layers\.([0-9]|1[0-9])\.mlp\.(up|down)_proj"#,
      #".*?self_attn\.\w{1,2}proj"#,
    ])
  func usualPatterns(pattern: String) {
    let sitting = Sitting("model transformer")
    #expect(sitting.type("set target_modules \(pattern)") == .finished, "\(sitting.text)")
  }

  @Test(
    "regular expressions that would take ages are refused, however they are written",
    arguments: ["(.+)+y", "(.|.)*y", "([(].*)*y", "(.*[)])*y", ".*.*.*.*.*y", ".{1,9}{1,9}y", "(?x)(.*)  *y"])
  func slowPatterns(pattern: String) {
    let sitting = Sitting("model transformer")
    #expect(sitting.type("set target_modules '\(pattern)'") == .failed)
    #expect(sitting.text.contains("could take ages"), "\(sitting.text)")
  }

  @Test("a line of 10 MB")
  func longLine() throws {
    try check("say " + String(repeating: "x", count: 10_000_000), says: "the limit is 65536")
  }

  @Test("an error that repeats a long word is cut in the middle: what to do stays in sight")
  func longWord() throws {
    let word = String(repeating: "x", count: 5000)
    for line in ["set lr \(word)", "print \(word)", "hook \(word)", "set target_modules (\(word)"] {
      let sitting = Sitting("model linear 6 5")
      sitting.type(line)
      let message = try #require(sitting.failures.first).message
      #expect(message.count < 1000 && message.contains("xxx ... xxx"), "\(message)")
    }
    let sitting = Sitting("model linear 6 5", "info \(word)")
    #expect(sitting.text.contains("there are params, hooks"))
  }

  @Test("a rank above both dimensions is allowed, as in PEFT, with a warning")
  func largeRank() {
    let sitting = Sitting("model linear 6 5")
    #expect(sitting.type("set r 7") == .finished)
    #expect(sitting.text.hasPrefix("warning: r 7 is larger than both dimensions"))
    #expect(sitting.type("set r 6") == .finished && sitting.messages.isEmpty)
  }

  @Test("files that are not there, not readable, or something else")
  func files() throws {
    let folder = try TemporaryFolder()
    for command in ["load weights", "data load", "source"] {
      try check("\(command) \(folder.file("missing"))", says: "no such file")
      try check("\(command) \(folder.path)", says: "it is a directory")
    }
    try check("source \(try folder.write("binary.session", Data([0xFF, 0xFE, 0])))", says: "is not UTF-8 text")
    try check("export \(folder.file("no/such/folder/out.safetensors"))", says: "no/such/folder")
  }

  /// A safetensors file as its parts say, true or not.
  private func safetensors(_ header: String, length: UInt64? = nil, data: [Float] = []) -> Data {
    var bytes = withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) { Data($0) }
    bytes.append(Data(header.utf8))
    for value in data { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) } }
    return bytes
  }

  @Test("truncated and lying safetensors files")
  func lyingFiles() throws {
    let folder = try TemporaryFolder()
    let good = #"{"inputs":{"dtype":"F32","shape":[1,2,6],"data_offsets":[0,48]}}"#
    let whole = safetensors(good, data: Array(repeating: 1, count: 12))
    let cases: [(String, Data)] = [
      ("empty", Data()), ("seven bytes", Data(repeating: 1, count: 7)),
      ("cut in the header", whole.prefix(30)), ("cut in the data", whole.prefix(whole.count - 5)),
      ("a header longer than the file", safetensors(good, length: 1 << 40)),
      ("a header of 2^63", safetensors(good, length: 1 << 63)),
      ("no JSON", safetensors("{\"inputs\":")), ("not an object", safetensors("[1,2]")),
      ("offsets beyond the end", safetensors(good.replacing("48", with: "4800"), data: Array(repeating: 1, count: 12))),
      (
        "a shape that is larger",
        safetensors(good.replacing("[1,2,6]", with: "[9,9,9]"), data: Array(repeating: 1, count: 12))
      ),
      (
        "a negative size",
        safetensors(good.replacing("[1,2,6]", with: "[-1,2,6]"), data: Array(repeating: 1, count: 12))
      ),
      (
        "an overflowing shape",
        safetensors(
          good.replacing("[1,2,6]", with: "[4611686018427387904,4,1]"), data: Array(repeating: 1, count: 12))
      ),
      ("an unknown dtype", safetensors(good.replacing("F32", with: "F31"), data: Array(repeating: 1, count: 12))),
    ]
    for (name, data) in cases {
      let path = try folder.write("bad.safetensors", data)
      for command in ["load weights", "data load"] {
        let sitting = Sitting("model linear 6 5", "step")
        let before = sitting.session.fingerprint
        #expect(sitting.type("\(command) \(path)") == .failed, "\(name)")
        #expect(sitting.session.fingerprint == before, "\(name)")
        #expect(sitting.failures.count == 1 && sitting.failures[0].message.contains("bad.safetensors"), "\(name)")
      }
    }
  }

  @Test("data that is NaN, infinite, of another shape, or not there")
  func badData() throws {
    let folder = try TemporaryFolder()
    func write(_ inputs: Tensor, _ targets: Tensor) throws -> String {
      let path = folder.file("data.safetensors")
      try writeSafetensors(["inputs": inputs, "targets": targets], metadata: [:], to: path)
      return path
    }
    func ones(_ shape: Shape) -> Tensor { Tensor(full: shape, value: 1, dtype: .float32) }
    var values = Array(repeating: 1.0, count: 12)
    for (bad, text) in [(Double.nan, "nan"), (.infinity, "inf")] {
      values[8] = bad
      let inputs = Tensor(values, shape: [1, 2, 6], dtype: .float32)
      try check("data load \(try write(inputs, ones([1, 2, 5])))", says: "'inputs' holds \(text) at [0, 1, 2]")
    }
    try check(
      "data load \(try write(ones([1, 2, 7]), ones([1, 2, 5])))", says: "Linear 6x5 takes [batch, 6]",
      alsoWithoutModel: false)
    try check(
      "data load \(try write(ones([1, 2, 6]), ones([1, 2, 4])))", says: "mse needs targets", alsoWithoutModel: false)
    try check(
      "data load \(try write(ones([1, 2, 6]), ones([1, 3, 5])))",
      says: "The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 0")
    try check("data load \(try write(ones([2, 6]), ones([2, 5])))", says: "[micro-batches, batch, features] is needed")
    try check("data load \(try write(ones([0, 2, 6]), ones([0, 2, 5])))", says: "there is no data in it")
    let path = folder.file("other.safetensors")
    try writeSafetensors(["x": ones([1])], metadata: [:], to: path)
    try check("data load \(path)", says: "has neither a tensor 'inputs' nor 'input_ids'")
  }

  @Test("weights that are NaN, of another shape, or nobody's")
  func badWeights() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("weights.safetensors")
    func write(_ name: String, _ tensor: Tensor) throws {
      try writeSafetensors([name: tensor], metadata: [:], to: path)
    }
    let name = "base_model.model.0.lora_B.default.weight"
    try write(name, Tensor(full: [5, 8], value: .nan, dtype: .float32))
    try check("load weights \(path)", says: "holds nan at [0, 0]")
    try write(name, Tensor(full: [5, 7], value: 1, dtype: .float32))
    try check("load weights \(path)", says: "is [5, 7], the model has [5, 8]")
    try write("base_model.model.0.lora_C.default.weight", Tensor(full: [5, 8], value: 1, dtype: .float32))
    try check("load weights \(path)", says: "did you mean '\(name.replacing("lora_B", with: "lora_A"))'")
  }

  @Test("scripts that source each other stop at a limit")
  func endlessSource() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("self.session", "source \(folder.file("self.session"))")
    try check("source \(path)", says: "deep")
  }
}
