import Commands
import Debugger
import Foundation
import TestSupport
import Testing

/// A file that is damaged over and over, and the command that reads it.
private struct FuzzedFile {
  let path: String
  let whole: Data
  let command: String
  /// What the command is typed in.
  let interpreter: Interpreter

  init(_ path: String, _ command: String, after lines: [String]) throws {
    (self.path, self.command) = (path, command)
    whole = try Data(contentsOf: URL(filePath: path))
    var interpreter = Interpreter()
    for line in lines { #expect(interpreter.enter(line) == .finished, "\(line)") }
    self.interpreter = interpreter
  }

  /// Everything that should not have happened, and how it went.
  func attempt(_ data: Data, isLong: Bool) -> (outcome: Interpreter.Outcome, faults: [String]) {
    guard (try? data.write(to: URL(filePath: path))) != nil else { return (.failed, ["cannot write \(path)"]) }
    var reader = interpreter
    nonisolated(unsafe) var messages: [Message] = []
    reader.emit = { messages.append($0) }
    let outcome = reader.enter(command)
    var faults = messages.compactMap(FuzzJudge.fault)
    let failures = messages.compactMap { if case .failure(let failure) = $0 { failure } else { nil } }
    if failures.count != (outcome == .failed ? 1 : 0) { faults.append("\(outcome) with \(failures.count) errors") }
    for failure in failures where failure.message.unicodeScalars.contains(where: { $0.value < 0x20 }) {
      faults.append("a message with control characters: \(String(reflecting: failure.message))")
    }
    if outcome == .failed, isLong, reader.session.digest != interpreter.session.digest {
      faults.append("a failed command changed the session: \(failures.map(\.message))")
    }
    // What was read must be fit for use.
    if outcome == .finished, isLong {
      if command.hasPrefix("load") { _ = reader.enter("data tokens 1 2 3") }
      _ = reader.enter("step")
      faults += messages.compactMap(FuzzJudge.fault)
    }
    return (outcome, faults)
  }
}

@Suite("Fuzzing files") struct FileFuzzTests {
  /// Every kind of file that a command reads.
  private func files(in folder: TemporaryFolder, _ copies: [CopiedFolder]) throws -> [FuzzedFile] {
    let (llama, gpt2, shards) = (copies[0], copies[1], copies[2])
    var files: [FuzzedFile] = []
    for copy in [llama, gpt2] {
      let load = "load model \(copy.file("model"))"
      for name in ["config.json", "model.safetensors"] {
        files.append(try FuzzedFile(copy.file("model/" + name), load, after: []))
      }
      for name in ["adapter_config.json", "adapter_model.safetensors"] {
        files.append(
          try FuzzedFile(copy.file("adapter/" + name), "load adapter \(copy.file("adapter"))", after: [load]))
      }
    }
    let load = "load model \(shards.file("model"))"
    // Some damage must hit what does not matter.
    let numbers = (0..<20).map { "\"n\($0)\": \($0)," }.joined()
    try shards.replace(#""metadata": {"#, in: "model/model.safetensors.index.json", by: #""metadata": {"# + numbers)
    for name in ["model.safetensors.index.json", "model-00004-of-00004.safetensors"] {
      files.append(try FuzzedFile(shards.file("model/" + name), load, after: []))
    }
    let tokens = try folder.write("ids.json", #"{"input_ids": [[1, 2, 3], [4, 5], [6]]}"#)
    let model = "model transformer vocab_size=50 hidden_size=4 num_hidden_layers=1 num_attention_heads=1"
    files.append(try FuzzedFile(tokens, "data tokens \(tokens) batch=2", after: [model]))
    let ids = folder.file("ids.safetensors")
    try FileManager.default.copyItem(atPath: shards.file("data.safetensors"), toPath: ids)
    files.append(try FuzzedFile(ids, "data tokens \(ids)", after: [model]))
    let text = try folder.write(
      "a.jsonl", "{\"text\": \"the world\"}\n{\"prompt\": \"how\", \"completion\": \" now\"}\n")
    let tokenizer = try folder.write("tokenizer.json", try Fixtures.text("tokenizers/gpt2.json"))
    let wide = "model transformer vocab_size=600 hidden_size=2 num_hidden_layers=1 num_attention_heads=1"
    files.append(try FuzzedFile(text, "data text \(text) batch=2 tokenizer=\(tokenizer)", after: [wide]))
    return files
  }

  @Test("a damaged file is read or refused, with one line; nothing crashes or hangs, or changes by what fails")
  func damage() throws {
    let plan = FuzzPlan(.lines, standard: 2000)
    let folder = try TemporaryFolder()
    let copies = try ["adapter-patterns", "adapter-dora-gpt2", "llama-sharded"].map {
      try CopiedFolder(of: "models/" + $0)
    }
    let files = try files(in: folder, copies)
    let journal = FuzzJournal()
    // The folders go with their owners.
    defer { withExtendedLifetime((folder, copies)) { journal.close() } }
    var counts: [[Interpreter.Outcome: Int]] = Array(repeating: [:], count: files.count)
    for number in plan.numbers {
      let kind = number % files.count
      let file = files[kind]
      var damage = FileDamage(random: SplitMix64(seed: plan.seed, stream: number))
      let data = damage.damaged(file.whole, isSafetensors: file.path.hasSuffix(".safetensors"))
      let isLong = damage.random.oneIn(4)
      let (outcome, faults) = journal.trying(number, plan, file.path) { file.attempt(data, isLong: isLong) }
      counts[kind][outcome, default: 0] += 1
      for fault in faults {
        Issue.record("\(fault)\n\(plan.reproduction(number)): \(file.command)")
      }
      // Others read the file as it should be.
      try file.whole.write(to: URL(filePath: file.path))
    }
    #expect(journal.slowest.time < FuzzJournal.limit, "\(journal.slowest.description)")
    guard plan.count >= 2000 else { return }
    // The damage must reach what lies behind the first checks, in every kind of file.
    for (file, counts) in zip(files, counts) {
      #expect(counts[.finished, default: 0] > 0 && counts[.failed, default: 0] > 0, "\(file.path) \(counts)")
    }
  }
}
