import Debugger
import Screen
import Testing

@Suite("Candidates and hints on the screen")
struct CandidateTests {
  private func rows(_ state: ScreenState, _ columns: Int, _ rows: Int) -> [String] {
    let grid = render(state, Size(columns: columns, rows: rows))
    return (0..<rows).map { row in
      String((0..<columns).map { grid[$0, row].glyph }.filter { $0 != "\0" })
    }
  }

  private func trimmed(_ row: String) -> String {
    String(row.reversed().drop { $0 == " " }.reversed())
  }

  private func typed(_ text: String, hint: String = "") -> ScreenState {
    var state = ScreenState()
    state.prompt = .init(text: text, cursor: 12 + text.columns)
    state.hint = hint
    return state
  }

  @Test("each in a line with what it is, which is cut with an ellipsis")
  func described() {
    var state = typed("set ")
    state.candidates = [Candidate("lr", "0.01  the learning rate"), Candidate("momentum", "0  SGD's momentum, 中文")]
    #expect(
      rows(state, 80, 24).suffix(3).map(trimmed) == [
        "lr        0.01  the learning rate", "momentum  0  SGD's momentum, 中文", "(lorascope) set",
      ])
    #expect(
      rows(state, 24, 6).suffix(3).map(trimmed) == [
        "lr        0.01  the lea…", "momentum  0  SGD's mome…", "(lorascope) set",
      ])
    state.glyphs = .ascii
    #expect(trimmed(rows(state, 24, 6)[3]) == "lr        0.01  the lea~")
  }

  @Test("too many for that are names in columns, and the last place says how many are left out")
  func many() {
    var state = typed("")
    state.candidates = (10..<60).map { Candidate("name\($0)", "what it is") }
    let wide = rows(state, 80, 24)
    #expect(trimmed(wide[22]).hasSuffix("name59") && !wide.joined().contains("what it is"))
    let small = rows(state, 20, 5)
    #expect(small[1].hasPrefix("name10  name11") && small[3].contains("name14  45 more"))
    // With room for all of them they are told about again.
    #expect(rows(state, 80, 60).joined().contains("name59  what it is"))
  }

  @Test("a hint stands dimly behind the line as a comment, or over the line above if it is long")
  func hints() {
    let short = typed("set lr ", hint: "X  (now 1)")
    let grid = render(short, Size(columns: 80, rows: 24))
    #expect(trimmed(rows(short, 80, 24)[23]) == "(lorascope) set lr   # X  (now 1)")
    #expect(grid[21, 23].glyph == "#" && grid[21, 23].style.dim && !grid[12, 23].style.dim)
    #expect(grid.cursor == Position(column: 19, row: 23))
    let long = typed("hook ", hint: String(repeating: "[option] ", count: 12))
    let lines = rows(long, 80, 24)
    #expect(trimmed(lines[23]) == "(lorascope) hook" && lines[22].hasPrefix("# [option] ") && lines[22].hasSuffix("…"))
  }

  @Test("no hint where there is nothing to say, nor on a tiny screen")
  func noHints() {
    #expect(!rows(typed(""), 80, 24).suffix(2).joined().contains("#"))
    #expect(!rows(typed("s", hint: "N"), 59, 13).joined().contains("#"))
  }
}
