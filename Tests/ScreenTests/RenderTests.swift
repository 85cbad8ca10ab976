import Debugger
import Testing

@testable import Screen

@Suite("Any screen")
struct RenderTests {
  private let state = Scene(name: "clipped", size: Size(columns: 80, rows: 24)).state

  @Test("every size has a screen, from nothing to large, and the cursor is on it")
  func sizes() {
    var states = [ScreenState(), state]
    var other = state
    other.view = .heat
    other.glyphs = .ascii
    other.scroll = Position(column: 1000, row: 1000)
    other.transcriptScroll = 1000
    other.selection = Selection(parameter: "nobody", hook: 99)
    other.activity = String(repeating: "busy ", count: 30)
    other.candidates = Array(repeating: "candidate", count: 200)
    other.transcript.append(.init("中文中文中文 " + String(repeating: "x", count: 500), .said))
    states.append(other)
    states += ScreenState.MatrixView.allCases.flatMap { view in Focus.allCases.map { unusual(view, $0) } }
    for rows in Array(0...16) + [24, 45, 100] {
      for columns in Array(0...24) + [40, 59, 60, 79, 80, 99, 100, 120, 133, 300] {
        for state in states {
          let grid = render(state, Size(columns: columns, rows: rows))
          #expect(grid.cells.count == columns * rows)
          guard columns > 0, rows > 0 else { continue }
          if let cursor = grid.cursor {
            #expect((0..<columns).contains(cursor.column) && (0..<rows).contains(cursor.row))
          }
        }
      }
    }
  }

  @Test("a narrow help loses no word: texts go on in the next line", arguments: [20, 30, 46, 60, 80, 86, 120])
  func narrowHelp(columns: Int) {
    let rows = [
      HelpOverlay.Row(text: "everywhere"), HelpOverlay.Row(keys: "F1", text: "this help"),
      HelpOverlay.Row(keys: "arrows PgUp PgDn", text: "order: by model, by how far c is from one, or not at all"),
    ]
    let size = Size(columns: columns, rows: 40)
    var state = ScreenState()
    state.help = HelpOverlay(rows)
    let grid = render(state, size)
    let shown = (0..<40).map { row in String((0..<columns).map { grid[$0, row].glyph }) }.joined(separator: " ")
    let words = Set(shown.split { " │─┌┐└┘".contains($0) })
    for word in rows.flatMap({ ($0.keys + " " + $0.text).split(separator: " ") }) {
      #expect(words.contains(word), "\(word)")
    }
    // Scrolling counts the lines that there are.
    let low = Size(columns: columns, rows: 6)
    let end = HelpOverlay(rows).scrolled(by: 100, in: low)
    #expect((end?.scroll ?? 0) == max(0, HelpOverlay(rows).lines(in: low).count - 4))
  }

  /// Places, filters and scroll positions that do not exist.
  private func unusual(_ view: ScreenState.MatrixView, _ focus: Focus) -> ScreenState {
    var other = state
    (other.view, other.focus) = (view, focus)
    other.showsDifference = true
    other.cell = Position(column: 999, row: 999)
    other.scroll = Position(column: -5, row: 999)
    other.markedStep = 999
    other.listing.filter = focus == .matrices ? "nothing has this in its name" : "lora"
    other.listing.isTyping = focus == .parameters
    other.listing.order = .departure
    other.colors = focus == .prompt ? .none : .few
    other.frameCost = "frame 123.4 ms 123456 B"
    if focus == .transcript {
      other.help = HelpOverlay((0..<70).map { HelpOverlay.Row(keys: $0 % 9 == 0 ? "" : "F\($0)", text: "text \($0)") })
      other.help?.scroll = 999
    }
    return other
  }

  @Test("a wide glyph is never cut in half")
  func wideGlyphs() {
    var wide = ScreenState()
    wide.transcript = [.init(String(repeating: "中", count: 100), .said)]
    for columns in 1...30 {
      let grid = render(wide, Size(columns: columns, rows: 12))
      for row in 0..<12 {
        for column in 0..<columns where grid[column, row].glyph.columns == 2 {
          #expect(column + 1 < columns && grid[column + 1, row].glyph == "\0")
        }
      }
    }
  }

  @Test("no control character reaches a cell")
  func controlCharacters() {
    var hostile = ScreenState()
    hostile.transcript = [.init("\u{1B}[2J\u{7}\r\u{9B}x\u{0}", .text)]
    hostile.prompt.text = "\u{1B}c"
    hostile.name = "\u{1B}]0;title\u{7}"
    let grid = render(hostile, Size(columns: 80, rows: 24))
    for cell in grid.cells where cell.glyph != "\0" {
      let scalar = cell.glyph.unicodeScalars.first?.value ?? 0
      #expect(scalar >= 0x20 && !(0x7F...0x9F).contains(scalar))
    }
  }

  @Test("ASCII screens are ASCII")
  func ascii() {
    for scene in Scene.all {
      var plain = scene.state
      plain.glyphs = .ascii
      plain.transcript.removeAll { line in !line.text.allSatisfy(\.isASCII) }
      plain.prompt.text = ""
      for cell in render(plain, scene.size).cells { #expect(cell.glyph.isASCII) }
    }
  }

  @Test("a screen of the same state is the same screen")
  func pure() {
    let size = Size(columns: 120, rows: 40)
    #expect(render(state, size) == render(state, size))
  }

  @Test("equal gradients have equal colours in both panes, and the sign is in the glyph too")
  func sharedScale() throws {
    var state = Scene(
      name: "plain", size: Size(columns: 120, rows: 40),
      commands: ["set target_modules none", "model linear 4 3", "set lr 0.5", "hook all", "step"]
    ).state
    state.view = .heat
    let size = Size(columns: 120, rows: 40)
    let grid = render(state, size)
    let record = try #require(state.session.observed?.parameters.first)
    // The heading's row, then the names' row; the numbers begin below.
    let row = 3
    let panes = (0..<size.columns).filter { grid[$0, row].glyph == "│" }
    try #require(panes.count == 3)
    for column in 0..<4 {
      let (left, right) = (grid[panes[0] + 1 + 2 * column, row], grid[panes[1] + 1 + 2 * column, row])
      #expect(left.style.background == right.style.background && left.glyph == right.glyph)
      let value = record.before[column] - record.after[column]
      let mark = grid[panes[1] + 2 + 2 * column, row].glyph
      if abs(value) > 0.1 * (record.effective.maxMagnitude * record.lr) { #expect(mark == (value > 0 ? "+" : "-")) }
    }
  }

  @Test("without colours a heat map's cells say sign and tenths of the scale, and no colour is asked for")
  func monochrome() throws {
    var plain = state
    plain.view = .heat
    plain.colors = .none
    let size = Size(columns: 120, rows: 40)
    let window = try #require(MatrixWindow(plain, Layout(size, plain)))
    let pair = plain.matrices.value
    let matrix = try #require(pair.hook)
    let grid = render(plain, size)
    for (line, row) in window.rows.enumerated() {
      for (place, column) in window.columns.enumerated() {
        let at = (column: window.hook.body.column + 2 * place, row: window.hook.body.row + line)
        let value = try #require(matrix.value(at: Position(column: column, row: row)))
        #expect(grid[at.column, at.row].glyph == (value > 0 ? "+" : "-"))
        let tenths = min(9, Int(abs(value) / pair.scale * 10))
        #expect(grid[at.column + 1, at.row].glyph == (tenths == 0 ? "." : Character("\(tenths)")))
        #expect(grid[at.column, at.row].style.background == nil)
      }
    }
  }

  @Test("what has the focus is marked by more than a colour", arguments: Focus.allCases)
  func focusMark(focus: Focus) {
    let size = Size(columns: 120, rows: 40)
    var focused = state
    focused.moveFocus(to: focus, in: size)
    let grid = render(focused, size)
    let marks = [
      Focus.parameters: ["▸parameters"], .matrices: ["▸hook gradient", "▸effective gradient"],
      .timeline: ["▸timeline"], .transcript: ["▸transcript"],
    ]
    let text = String(grid.cells.map(\.glyph))
    for (place, words) in marks {
      for word in words { #expect(text.contains(word) == (place == focus), "\(word)") }
    }
    #expect((grid.cursor != nil) == (focus == .prompt))
  }

  @Test("a key press is drawn from what is known: nothing is looked at again while the session stays the same")
  func cached() {
    var looking = state
    let (pair, rows) = (looking.matrices, looking.tree)
    looking.view = .histogram
    looking.cell = Position(column: 1, row: 1)
    looking.scroll.row += 1
    looking.focus = .matrices
    _ = render(looking, Size(columns: 200, rows: 60))
    #expect(looking.matrices === pair && looking.tree === rows)
    looking.moveSelection(.lines(-1), in: Size(columns: 200, rows: 60))
    #expect(looking.matrices !== pair && looking.tree === rows)
  }
}
