import Debugger
import Testing

@Suite("Settings")
struct SettingTests {
  private func set(_ line: String) throws(DebuggerError) -> Configuration {
    var configuration = Configuration()
    let words = line.split(separator: " ").map(String.init)
    try Setting.find(words[0]).set(&configuration, Array(words.dropFirst()))
    return configuration
  }

  @Test("defaults are PyTorch's, PEFT's and the Trainer's")
  func defaults() {
    let values = Dictionary(uniqueKeysWithValues: Setting.all.map { ($0.name, $0.get(Configuration())) })
    let expected = [
      "r": "8", "lora_alpha": "8", "use_rslora": "off", "target_modules": "all-linear", "dtype": "float32",
      "seed": "0", "threads": "1", "optimizer": "sgd", "momentum": "0", "dampening": "0", "nesterov": "off",
      "weight_decay": "0", "maximize": "off", "loraplus_lr_ratio": "1", "gradient_accumulation_steps": "1",
      "divide_loss": "on", "max_grad_norm": "off", "zero_grad": "on",
    ]
    for (name, value) in expected { #expect(values[name] == value, "\(name)") }
  }

  @Test(
    "aliases and unique beginnings are enough",
    arguments: [
      ("rank 4", "r", "4"), ("alpha 3", "lora_alpha", "3"), ("clip_norm 2", "max_grad_norm", "2"),
      ("accumulation 3", "gradient_accumulation_steps", "3"), ("mom 0.9", "momentum", "0.9"),
      ("max_grad_norm 0", "max_grad_norm", "off"), ("max_grad_norm off", "max_grad_norm", "off"),
      ("target_modules none", "target_modules", "none"), ("lr 1e-3", "lr", "0.001"),
    ])
  func names(line: String, setting: String, value: String) throws {
    #expect(try Setting.find(setting).get(try set(line)) == value)
  }

  @Test(
    "a wrong value is named with what would be right",
    arguments: [
      ("rank 0", "r must be at least 1, not 0; PEFT: `r` should be a positive integer value but the value passed is 0"),
      ("rank two", "r needs a whole number, not 'two'"),
      ("rank 1.5", "r needs a whole number, not '1.5'"), ("rank", "r needs a value: a whole number"),
      ("rank 1 2", "r takes one value"), ("lr x", "lr needs a number, not 'x'"),
      ("lr nan", "lr needs a number, not 'nan'"),
      ("lr -1", "lr must be at least 0, not -1; torch: Invalid learning rate: -1"),
      ("lr inf", "lr needs a number, not 'inf'"),
      ("use_rslora maybe", "use_rslora is on or off, not 'maybe'"),
      ("dtype float23", "dtype is float32 or float64 or bfloat16 or float16, not 'float23'; did you mean 'float32'?"),
      ("seed -1", "seed needs a whole number of at least 0, not '-1'"),
      ("momentun 1", "no setting 'momentun'; did you mean 'momentum'? ('show' lists them)"),
      ("target_modules ,", "target_modules needs names, all-linear, or none"),
    ])
  func mistakes(line: String, message: String) {
    #expect(failure { () throws(DebuggerError) in try set(line) }?.message == message)
  }

  @Test("an ambiguous beginning lists the settings")
  func ambiguous() {
    #expect(
      failure { () throws(DebuggerError) in try Setting.find("m") }?.message.hasPrefix("'m' is ambiguous: ") == true)
  }
}
