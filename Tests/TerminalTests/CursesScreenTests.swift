import CNcurses
import Debugger
import Screen
import Testing

@testable import Terminal

@MainActor
@Suite("The screen", .serialized)
struct CursesScreenTests {
  private let size = Size(columns: 20, rows: 4)

  private func open(
    terminal: String = "xterm-256color", noColor: String? = nil, asciiOnly: Bool = false
  ) throws -> CursesScreen {
    _ = TerminalLocale.isUTF8
    let screen = try CursesScreen(
      on: .unseen(terminalName: terminal), noColor: noColor, mouse: false, asciiOnly: asciiOnly)
    screen.resize(to: size)
    return screen
  }

  private func grid(_ rows: String..., size: Size? = nil) -> Grid {
    var grid = Grid(size: size ?? self.size)
    for (row, text) in rows.enumerated() {
      var column = 0
      for glyph in text {
        grid[column, row].glyph = glyph
        if glyph.columns == 2 { grid[column + 1, row].glyph = "\0" }
        column += glyph.columns
      }
    }
    return grid
  }

  /// The row as ncurses has it, without the blanks at its end.
  private func shown(_ row: Int32) -> String {
    var buffer = [wchar_t](repeating: 0, count: 256)
    mvwinnwstr(newscr, row, 0, &buffer, 200)
    let scalars = buffer.prefix { $0 != 0 }.compactMap { Unicode.Scalar(UInt32($0)) }
    var text = String(String.UnicodeScalarView(scalars))
    while text.last == " " { text.removeLast() }
    return text
  }

  private struct Look {
    var attributes: attr_t
    var foreground: Int32
    var background: Int32
  }

  private func attributes(column: Int32, row: Int32) -> Look {
    var cell = cchar_t()
    mvwin_wch(newscr, row, column, &cell)
    var (glyph, attributes, short, pair) = ([wchar_t](repeating: 0, count: 8), attr_t(0), Int16(0), Int32(0))
    getcchar(&cell, &glyph, &attributes, &short, &pair)
    var (foreground, background): (Int32, Int32) = (0, 0)
    extended_pair_content(pair, &foreground, &background)
    return Look(attributes: attributes, foreground: foreground, background: background)
  }

  @Test("text of every width stands where the grid has it")
  func text() throws {
    let screen = try open()
    defer { screen.close() }
    screen.paint(grid("plain", "é中x", "e\u{301}│", "👩‍👩‍👧y"))
    #expect(shown(0) == "plain")
    #expect(shown(1) == "é中x")
    #expect(shown(2).unicodeScalars.elementsEqual("e\u{301}│".unicodeScalars))
    #expect(shown(3) == "👩y")
  }

  @Test("the next grid replaces the last, wide glyphs included")
  func change() throws {
    let screen = try open()
    defer { screen.close() }
    screen.paint(grid("中中中", "same"))
    screen.paint(grid("a中b", "same"))
    #expect(shown(0) == "a中b")
    screen.paint(grid("", "same"))
    #expect(shown(0) == "")
    #expect(shown(1) == "same")
  }

  @Test("what does not fit, or cannot be shown, does no harm")
  func defects() throws {
    let screen = try open()
    defer { screen.close() }
    var odd = grid("\u{7}\t\u{1B}x", "12345678901234567890中", size: Size(columns: 30, rows: 9))
    odd[19, 2].glyph = "中"
    odd[5, 3].glyph = "\0"
    odd[0, 3].glyph = "\u{301}"
    odd.cursor = Position(column: 99, row: 99)
    screen.paint(odd)
    #expect(shown(0) == "   x")
    #expect(shown(1) == "12345678901234567890")
    #expect(shown(2) == "")
    var short = grid("abc")
    short.cells = Array(short.cells.prefix(2))
    screen.paint(short)
    #expect(shown(0).hasPrefix("ab"))
  }

  @Test("only ASCII goes to a terminal without UTF-8")
  func ascii() throws {
    let screen = try open(asciiOnly: true)
    defer { screen.close() }
    screen.paint(grid("┌─│█→é中x"))
    #expect(shown(0) == "+-|#>?? x")
  }

  @Test("styles become attributes and colours")
  func styles() throws {
    let screen = try open()
    defer { screen.close() }
    var grid = grid("abc")
    grid[0, 0].style = Style(foreground: .rgb(255, 0, 0), bold: true)
    grid[1, 0].style = Style(background: .rgb(0, 0, 0), reverse: true)
    screen.paint(grid)
    #expect(screen.colorDepth == .palette256)
    let red = attributes(column: 0, row: 0)
    #expect(red.attributes & curses_bold() != 0)
    #expect((red.foreground, red.background) == (196, -1))
    let black = attributes(column: 1, row: 0)
    #expect(black.attributes & curses_reverse() != 0)
    #expect((black.foreground, black.background) == (-1, 16))
    #expect(attributes(column: 2, row: 0).attributes & curses_bold() == 0)
  }

  @Test("more than 255 colour pairs keep their colours")
  func manyPairs() throws {
    let screen = try open()
    defer { screen.close() }
    let wide = Size(columns: 200, rows: 6)
    screen.resize(to: wide)
    var grid = Grid(size: wide)
    for row in 0..<6 {
      for column in 0..<200 {
        grid[column, row].style = Style(
          foreground: .rgb(UInt8(column), 255, 0), background: .rgb(0, UInt8(row * 50), UInt8(column)))
      }
    }
    screen.paint(grid)
    for (column, row) in [(0, 0), (199, 5), (100, 3)] as [(Int32, Int32)] {
      let depth = ColorDepth.palette256
      let found = attributes(column: column, row: row)
      #expect(Int(found.foreground) == depth.index(of: .rgb(UInt8(column), 255, 0)))
      #expect(Int(found.background) == depth.index(of: .rgb(0, UInt8(row * 50), UInt8(column))))
    }
  }

  @Test("NO_COLOR and terminals without colours keep the attributes", arguments: ["xterm-256color", "vt100"])
  func noColor(terminal: String) throws {
    let screen = try open(terminal: terminal, noColor: terminal == "vt100" ? nil : "1")
    defer { screen.close() }
    #expect(screen.colorDepth == .monochrome)
    var grid = grid("a")
    grid[0, 0].style = Style(foreground: .rgb(255, 0, 0), bold: true)
    screen.paint(grid)
    #expect(attributes(column: 0, row: 0).attributes & curses_bold() != 0)
  }

  @Test("a new size takes a new grid")
  func resize() throws {
    let screen = try open()
    defer { screen.close() }
    screen.paint(grid("first"))
    for size in [Size(columns: 1, rows: 1), Size(columns: 60, rows: 30), Size(columns: 5, rows: 2)] {
      screen.resize(to: size)
      #expect(screen.size == size)
      screen.paint(Grid(size: size, fill: Cell(glyph: "x")))
      #expect(shown(Int32(size.rows - 1)) == String(repeating: "x", count: size.columns))
    }
  }

  @Test("closing twice is closing once, and a new screen can start")
  func close() throws {
    let screen = try open()
    screen.close()
    screen.close()
    screen.paint(grid("nobody sees this"))
    screen.redrawEverything()
    let next = try open()
    defer { next.close() }
    next.paint(grid("next"))
    #expect(shown(0) == "next")
  }

  @Test("an unknown terminal is an error")
  func unknown() {
    #expect(throws: TerminalError.cannotStart(name: "nosuch")) { try open(terminal: "nosuch") }
  }

  @Test("notes on waiting are taken out of terminfo's strings")
  func padding() {
    #expect(TerminalKind.withoutPadding(Array("\u{1B}[m$<2/>x$<".utf8)) == Array("\u{1B}[mx$<".utf8))
  }

  @Test("a frame's cost is told only when it is measured")
  func frameCost() throws {
    let screen = try open()
    defer { screen.close() }
    screen.paint(grid("one"))
    #expect(screen.lastFrame == nil)
    screen.measuresFrames = true
    screen.paint(grid("two"))
    let cost = try #require(screen.lastFrame)
    #expect(cost.duration > .zero)
    #expect(FrameCost(duration: .microseconds(1249), bytes: 348).text == "frame 1.2 ms 348 B")
    #expect(FrameCost(duration: .milliseconds(12), bytes: nil).text == "frame 12.0 ms")
    screen.measuresFrames = false
    screen.paint(grid("three"))
    #expect(screen.lastFrame == nil)
  }

  @Test("what a thread has written is read from the system's count")
  func writtenBytes() {
    #expect(WrittenBytes.parse("rchar: 10\nwchar: 348\nsyscr: 1\n") == 348)
    #expect(WrittenBytes.parse("nothing of the kind") == nil)
  }

  @Test("the mouse can be asked for and left alone again while the screen is up")
  func mouse() throws {
    let screen = try open()
    defer { screen.close() }
    #expect(!screen.mouse)
    screen.mouse.toggle()
    screen.paint(grid("with"))
    screen.mouse.toggle()
    screen.paint(grid("without"))
    #expect(shown(0) == "without")
  }
}
