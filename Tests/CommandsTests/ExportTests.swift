import Foundation
import Tensors
import TestSupport
import Testing

@testable import Commands

@Suite("export")
struct ExportTests {
  private let folder: TemporaryFolder
  private static let set = """
    model mlp 4 3 2 tanh; set r 2; set lr 0.5; hook all at tensor; hook 0.lora_B at step_pre; hook 0 at module; step 2
    """

  init() throws { folder = try TemporaryFolder() }

  private func read(_ name: String) throws -> String {
    try String(contentsOfFile: folder.file(name), encoding: .utf8)
  }

  @Test("a table has a row for each step, parameter and hook, and an empty cell where there is no number")
  func csv() throws {
    let sitting = Sitting()
    sitting.type("\(Self.set); export '\(folder.file("a.csv"))'")
    let lines = try read("a.csv").split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines.last == "" && lines.count == 2 + 2 * 5)
    let rows = lines.dropLast().map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    #expect(Set(rows.map(\.count)) == [rows[0].count])
    func column(_ name: String) throws -> [String] {
      let place = try #require(rows[0].firstIndex(of: name))
      return rows.dropFirst().map { $0[place] }
    }
    #expect(try column("hook") == ["1", "1", "2", "1", "1", "1", "1", "2", "1", "1"])
    #expect(try column("param")[2] == "base_model.model.0.lora_B.default.weight")
    // lora_B begins at 0: nothing reaches lora_A in the first step, and 0/0 is no number.
    #expect(try column("c")[0] == "" && column("verdict")[0] == "undefined" && column("hook_norm")[0] == "0")
    let c = try #require(Double(try column("c")[6]))
    #expect(abs(c - 1) < 1e-3)
    #expect(try column("fired").allSatisfy { $0 == "1" })
    #expect(!lines.joined().contains("nan"))
  }

  @Test("the document has the set-up, and the stages of the ledger for every parameter and hook")
  func json() throws {
    let sitting = Sitting()
    sitting.type(
      "\(Self.set); set max_grad_norm 0.01; step; export '\(folder.file("a.json"))'")
    let document = try JSON(text: try read("a.json"))
    #expect(document["setups"].list.map { $0["first_step"].int } == [1, 3])
    #expect(document["setups"][1]["settings"]["max_grad_norm"].string == "0.01")
    #expect(document["setups"][0]["hooks"].list.map { $0["command"].string }.last == "hook 0 at module")
    #expect(document["steps"].list.map { $0["step"].int } == [1, 2, 3])
    let last = document["steps"][2]
    #expect(last["params"].list.count == 5 && last["hooks"][0]["module"].string == "base_model.model.0")
    let row = last["params"][1]
    #expect(row["stages"].list.map { $0["stage"].string } == ["clip_norm"])
    let (c, factor) = (try #require(row["c"].double), try #require(row["stages"][0]["factor"].double))
    #expect(abs(c - factor) < 1e-3 * factor && row["verdict"].string == "scaled")
    #expect(last["params"][2]["stages"].list.isEmpty)
  }

  @Test(
    "what cannot be written is refused in one sentence",
    arguments: [
      ("step; export a.cvs", "did you mean '.csv'?"), ("step; export table", "the name must end so"),
      ("export a.csv", "no step was taken yet"), ("export a.json", "no step was taken yet"),
      ("export a.py", "no step was taken yet"), ("step; export nowhere/a.py", "cannot write nowhere/a.py"),
      ("step; export nowhere/a.csv", "cannot write nowhere/a.csv"),
      ("set optimizer adam; step; set amsgrad on; step; export a.py", "amsgrad was changed at step 2"),
      ("set bias all; set merged on; step; export a.py", "with the adapter merged"),
    ])
  func refused(commands: String, message: String) {
    let sitting = Sitting()
    sitting.type("model linear 4 3")
    sitting.type(commands)
    #expect(sitting.failures.last?.message.contains(message) ?? false, "\(sitting.failures)")
  }

  @Test("a script says only what the session does")
  func script() throws {
    let sitting = Sitting()
    sitting.type("model linear 4 3; hook all; step; export '\(folder.file("a.py"))'")
    let text = try read("a.py")
    for word in [
      "scaler", "clip_", "scheduler", "watching", "for micro", "modules =", "base64", "handles", "skipped", "keep_all",
    ] {
      #expect(!text.contains(word), "\(word)")
    }
  }

  @Test("numbers that are too many for a script are kept in a file beside it")
  func companion() throws {
    let sitting = Sitting()
    sitting.type("model transformer vocab_size=20000 num_hidden_layers=1; data tokens batch=1 length=4 batches=1")
    sitting.type("hook all; step; export '\(folder.file("big.py"))'")
    #expect(sitting.text.contains("big.start.safetensors"))
    let file = try SafetensorsFile(path: folder.file("big.start.safetensors"))
    let name = "base_model.model.model.embed_tokens.weight"
    let graph = try #require(sitting.session.graph)
    let index = try #require(graph.parameters.firstIndex { $0.name == name })
    // What is frozen is now as it was at the start.
    #expect(try file.tensor(name).isIdentical(to: try #require(sitting.session.value(of: index))))
    #expect(file.names.count == graph.parameters.count)
    #expect(try read("big.py").contains("load_file(pathlib.Path(__file__).with_name(\"big.start.safetensors\"))"))
    #expect(try read("big.py").utf8.count < 20_000)
  }

  @Test("a second export takes the first one's place")
  func overwritten() throws {
    let sitting = Sitting()
    sitting.type("model linear 4 3; hook all; step; export '\(folder.file("a.csv"))'")
    let first = try read("a.csv")
    sitting.type("step; export '\(folder.file("a.csv"))'")
    #expect(try read("a.csv").hasPrefix(first) && read("a.csv") != first)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.csv"])
  }
}

@Suite("export screen")
struct ExportScreenTests {
  @Test("it asks for a picture of the session as it is, in the size that is said")
  func asks() throws {
    let folder = try TemporaryFolder()
    let sitting = Sitting("model linear 4 3; hook all; step; select 0.lora_A hook=1")
    sitting.interpreter.drawScreen = { request in
      "\(request.picture) \(request.size.map { "\($0.columns) by \($0.rows)" } ?? "its own") "
        + "step \(request.session.step) \(request.selection.parameter ?? "") \(request.selection.hook ?? 0)"
    }
    sitting.type("export screen '\(folder.file("a.svg"))' 100x30; export screen '\(folder.file("a.txt"))'")
    #expect(sitting.failures.isEmpty)
    #expect(
      try String(contentsOfFile: folder.file("a.svg"), encoding: .utf8)
        == "svg 100 by 30 step 1 base_model.model.0.lora_A.default.weight 1")
    #expect(
      try String(contentsOfFile: folder.file("a.txt"), encoding: .utf8)
        == "text its own step 1 base_model.model.0.lora_A.default.weight 1")
  }

  @Test(
    "what cannot be drawn is refused",
    arguments: [
      ("export screen", "a file name is missing"), ("export screen a.png", ".txt or .svg"),
      ("export screen a.svg 100", "COLUMNSxROWS"), ("export screen a.svg 1000x2", "20 to 400 columns"),
      ("export screen a.svg 100x30 b", "one word too many"),
      ("export screen nowhere/a.svg", "cannot write nowhere/a.svg"),
    ])
  func refused(command: String, message: String) {
    let sitting = Sitting()
    sitting.interpreter.drawScreen = { _ in "" }
    sitting.type(command)
    #expect(sitting.failures.last?.message.contains(message) ?? false, "\(sitting.failures)")
  }

  @Test("without a screen it says so")
  func nobody() {
    let sitting = Sitting()
    sitting.type("export screen a.svg")
    #expect(sitting.failures.last?.message == "there is no screen here to draw")
  }
}
