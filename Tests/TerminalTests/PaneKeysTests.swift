import Commands
import Debugger
import Screen
import Testing

@testable import Terminal

@Suite("Keys and the mouse in the panes")
struct PaneKeysTests {
  private static let size = Size(columns: 120, rows: 40)

  /// A screen as a user has it in front of him, with the keys that were pressed.
  private struct Sitting {
    var state = ScreenState()
    var effects: [KeyEffect] = []
    var promptIsFree = true

    init(_ commands: String...) {
      var interpreter = Interpreter()
      for command in commands { _ = interpreter.enter(command) }
      state.session = interpreter.session
    }

    mutating func type(_ text: String) {
      answer(.bytes(Array(text.utf8)))
    }

    mutating func press(_ keys: Key...) {
      for key in keys { answer(.key(key)) }
    }

    mutating func mouse(_ action: Key.Mouse.Action, _ column: Int, _ row: Int) {
      press(.mouse(Key.Mouse(action: action, column: column, row: row)))
    }

    mutating func answer(_ event: InputEvent) {
      effects += PaneKeys.answer(event, &state, PaneKeysTests.size, promptIsFree: promptIsFree)
    }

    /// Where a text begins on the screen.
    func find(_ text: String) -> Position? {
      let grid = render(state, PaneKeysTests.size)
      for row in 0..<grid.size.rows {
        let line = (0..<grid.size.columns).map { grid[$0, row].glyph }
        for column in line.indices where line[column...].starts(with: text) {
          return Position(column: column, row: row)
        }
      }
      return nil
    }
  }

  private func trained() -> Sitting {
    Sitting("model linear 16 16", "set r 16", "hook all", "step 3")
  }

  @Test("at the prompt everything typed goes to the line editor, escape sequences too")
  func prompt() {
    var sitting = trained()
    sitting.promptIsFree = false
    for text in ["step", "?", "/", "\r", "\u{1B}[A", "\u{1B}", "\u{1B}f"] {
      sitting.type(text)
      #expect(sitting.effects.popLast() == .feed(Array(text.utf8)))
    }
    #expect(sitting.state.focus == .prompt && sitting.state.help == nil && sitting.effects.isEmpty)
  }

  @Test("on an empty line ? opens the help and / the filter, but not as part of what is typed fast")
  func shortcuts() {
    var sitting = trained()
    sitting.type("?x")
    #expect(sitting.effects.popLast() == .feed(Array("?x".utf8)))
    sitting.type("?")
    #expect(sitting.state.help != nil)
    sitting.type("x")
    #expect(sitting.state.help == nil)
    sitting.type("/")
    #expect(sitting.state.listing.isTyping && sitting.state.focus == .parameters)
    #expect(sitting.effects.isEmpty)
  }

  @Test("F6 goes round the panes, Shift-F6 back, Esc to the prompt")
  func focus() {
    var sitting = trained()
    var seen: [Focus] = []
    for _ in 0..<5 {
      sitting.press(.function(6, []))
      seen.append(sitting.state.focus)
    }
    #expect(seen == [.parameters, .matrices, .timeline, .transcript, .prompt])
    sitting.press(.function(6, .shift))
    #expect(sitting.state.focus == .transcript)
    sitting.type("\u{1B}")
    #expect(sitting.state.focus == .prompt && sitting.effects.isEmpty)
  }

  @Test("where the window has become too small for a pane, its keys go to the prompt")
  func shrunk() {
    var state = trained().state
    state.moveFocus(to: .matrices, in: Self.size)
    let small = Size(columns: 20, rows: 5)
    #expect(render(state, small).cursor != nil && render(state, Self.size).cursor == nil)
    let effects = PaneKeys.answer(.bytes(Array("v".utf8)), &state, small, promptIsFree: false)
    #expect(effects == [.feed(Array("v".utf8))] && state.view == .numbers)
  }

  @Test("a character without a meaning in a pane is typed at the prompt, with all that follows it")
  func typingGoesBack() {
    var sitting = trained()
    sitting.press(.function(6, []), .function(6, []))
    // v is the next view; what comes after p is text.
    sitting.type("vpv\r")
    #expect(sitting.state.view == .heat && sitting.state.focus == .prompt)
    #expect(sitting.effects == [.feed(Array("p".utf8)), .feed(Array("v\r".utf8))])
  }

  @Test("no letter that a command begins with has a meaning in a pane")
  func lettersAreForCommands() {
    let first = Set(Command.all.flatMap { [$0.name] + $0.aliases }.compactMap(\.first))
    let panes: Set<KeyPlace> = [.panes, .parameters, .matrices, .timeline, .transcript]
    for binding in KeyBinding.all where panes.contains(binding.place) {
      for case .character(let character) in binding.keys {
        #expect(!first.contains(character), "\(binding.label): \(binding.help)")
      }
    }
  }

  @Test("F7 and # show the next hook, and the choice stays with the parameter")
  func hooks() {
    var sitting = Sitting("model linear 16 16", "hook all", "hook all at step_pre", "step 2")
    #expect(sitting.find("hook 1 tensor") != nil)
    sitting.press(.function(7, []))
    #expect(sitting.find("hook 2 step_pre") != nil)
    sitting.press(.arrow(.up, .shift))
    #expect(sitting.find("0.lora_A  hook 2 step_pre") != nil)
    sitting.press(.function(6, []), .function(6, []))
    sitting.type("#")
    #expect(sitting.find("0.lora_A  hook 1 tensor") != nil)
  }

  @Test("the cursor moves with the arrows, draws the view along, and stops at the edges")
  func cursor() {
    var sitting = trained()
    sitting.press(.function(6, []), .function(6, []))
    #expect(sitting.state.cell == Position(column: 0, row: 0))
    for _ in 0..<30 {
      sitting.type("\u{1B}[B")
      sitting.type("\u{1B}[C")
    }
    #expect(sitting.state.cell == Position(column: 15, row: 15))
    #expect(sitting.find("[15, 15]") != nil)
    #expect(sitting.state.scroll.row > 0 && sitting.state.scroll.column > 0)
    let scroll = sitting.state.scroll
    sitting.type("\u{1B}[A")
    #expect(sitting.state.scroll == scroll, "turning round does not move the view")
    sitting.type("\u{1B}[H")
    #expect(sitting.state.cell == Position(column: 0, row: 14))
  }

  @Test("Ctrl-arrows scroll, and the cursor stays in what is visible")
  func scrolling() {
    var sitting = trained()
    sitting.press(.arrow(.down, .control), .arrow(.right, .control))
    #expect(sitting.state.scroll == Position(column: 1, row: 1) && sitting.state.cell == nil)
    sitting.press(.function(6, []), .function(6, []))
    #expect(sitting.state.cell == Position(column: 1, row: 1))
    sitting.press(.arrow(.down, .control))
    #expect(sitting.state.cell == Position(column: 1, row: 2))
  }

  @Test("a filter shows what it names while it is typed; Enter keeps it, Esc shows all again")
  func filter() {
    var sitting = Sitting("model transformer num_hidden_layers=2", "hook all")
    sitting.press(.function(5, []))
    sitting.type("Q_proj lora_b")
    #expect(sitting.find("/Q_proj lora_b") != nil && sitting.find("2 of 49") != nil)
    sitting.type("\u{1B}[B")
    sitting.type("\u{1B}[B")
    let shown = sitting.state.shownParameter.flatMap { sitting.state.session.graph?.parameters[$0].name }
    #expect(shown?.contains("layers.1.self_attn.q_proj.lora_B") == true)
    sitting.type("\u{7F}\u{7F}")
    #expect(sitting.state.listing.filter == "Q_proj lora")
    sitting.type("\r")
    #expect(!sitting.state.listing.isTyping && sitting.state.listing.filter == "Q_proj lora")
    sitting.type("/")
    sitting.type("\u{1B}")
    #expect(!sitting.state.listing.isTyping && sitting.state.listing.filter.isEmpty)
    #expect(sitting.effects.isEmpty)
  }

  @Test("a paste goes to the prompt, or its first line into the filter")
  func paste() {
    var sitting = trained()
    sitting.press(.function(6, []))
    sitting.answer(.paste(Array("step 2".utf8)))
    #expect(sitting.effects.popLast() == .paste(Array("step 2".utf8)) && sitting.state.focus == .prompt)
    sitting.type("/")
    sitting.answer(.paste(Array("lora_A\nmore".utf8)))
    #expect(sitting.state.listing.filter == "lora_A" && sitting.effects.isEmpty)
  }

  @Test("the mark of the timeline moves within the branch, and Enter goes there")
  func timeline() {
    var sitting = trained()
    sitting.press(.function(6, []), .function(6, []), .function(6, []))
    sitting.type("\u{1B}[C")
    #expect(sitting.state.markedStep == 3)
    sitting.type("\u{1B}[D")
    sitting.type("\r")
    #expect(sitting.effects == [.command("goto 2")])
    sitting.press(.home)
    #expect(sitting.state.markedStep == 0)
  }

  @Test("the help scrolls where it does not fit and closes at any other key, which does nothing else")
  func help() {
    var sitting = trained()
    sitting.press(.function(1, []))
    let rows = sitting.state.help?.rows.count ?? 0
    #expect(rows > 38)
    sitting.press(.pageDown)
    #expect(sitting.state.help?.scroll == rows - 38)
    sitting.press(.arrow(.up, []))
    #expect(sitting.state.help?.scroll == rows - 39)
    sitting.press(.function(2, []))
    #expect(sitting.state.help == nil && sitting.state.view == .numbers)
    sitting.press(.function(1, []), .interrupt)
    #expect(sitting.state.help == nil && sitting.effects == [.interrupt])
  }

  @Test("a click selects, puts the cursor, marks a step, or gives the focus")
  func clicks() throws {
    var sitting = trained()
    let name = try #require(sitting.find("lora_A"))
    sitting.mouse(.press(button: 1), name.column, name.row)
    #expect(sitting.state.focus == .parameters)
    #expect(sitting.state.selection.parameter == "base_model.model.0.lora_A.default.weight")

    let heading = try #require(sitting.find("effective gradient"))
    // The third number in the second row below the name.
    sitting.mouse(.press(button: 1), heading.column + 25, heading.row + 3)
    #expect(sitting.state.focus == .matrices && sitting.state.cell == Position(column: 2, row: 1))

    let branch = try #require(sitting.find("main ├"))
    sitting.mouse(.press(button: 1), branch.column + 6, branch.row)
    #expect(sitting.state.focus == .timeline && sitting.state.markedStep == 1)

    sitting.mouse(.press(button: 1), 2, Self.size.rows - 4)
    #expect(sitting.state.focus == .transcript)
    sitting.mouse(.press(button: 1), 2, Self.size.rows - 1)
    #expect(sitting.state.focus == .prompt)
  }

  @Test("the wheel scrolls what is under it and leaves the focus alone")
  func wheel() throws {
    var sitting = trained()
    let heading = try #require(sitting.find("hook gradient"))
    sitting.mouse(.wheelDown, heading.column + 4, heading.row + 4)
    #expect(sitting.state.scroll.row == 1 && sitting.state.focus == .prompt)
    let shown = try #require(sitting.state.shownParameter)
    sitting.mouse(.wheelUp, 3, 3)
    #expect(sitting.state.shownParameter == shown - 1)
  }
}
