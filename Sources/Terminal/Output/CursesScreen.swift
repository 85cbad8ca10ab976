import CNcurses
import CTerminal
import Glibc
import Debugger
import Screen

/// The terminal's screen: it takes a grid of cells and sends what has changed.
///
/// Keys are not its business: they are read by `EventLoop`, and `getch` is never called.
/// Install a `TerminalGuard` first, so that a crash or a signal cannot leave the screen up.
@MainActor
public final class CursesScreen {
  /// Where the screen is.
  enum Device {
    case terminal
    /// Nowhere, so that tests can read what would be shown.
    case unseen(terminalName: String)
  }

  private let device: Device
  private let screen: OpaquePointer
  private var modes: ScreenModes
  /// Whether the terminal obeys modes at all.
  private let hasModes: Bool
  private let asciiOnly: Bool
  private let hasAlternateScreen: Bool
  private var pen: CursesPen
  private var isOpen = true
  /// What is on the screen, or nil when that is not known.
  private var shown: Grid?
  private var cursorIsVisible: Bool?

  public private(set) var size = Size(columns: 0, rows: 0)

  /// Whether the mouse is reported as keys. That takes selecting text away from the terminal.
  public var mouse: Bool {
    didSet {
      guard isOpen, hasModes, mouse != oldValue else { return }
      if case .terminal = device { ScreenModes.send(modes.turnOff) }
      modes = ScreenModes(mouse: mouse)
      turnOnModes()
      armGuard()
    }
  }

  /// What the last frame cost; nil unless it is measured.
  public private(set) var lastFrame: FrameCost?
  /// Whether frames are measured, which costs a little itself.
  public var measuresFrames = false

  /// Takes over the terminal of standard input and output.
  ///
  /// - Parameters:
  ///   - color: false draws without colours; nil asks NO_COLOR.
  ///   - mouse: whether the mouse is reported as keys.
  public convenience init(color: Bool? = nil, mouse: Bool = false) throws(TerminalError) {
    let noColor = color.map { $0 ? nil : "1" } ?? Environment["NO_COLOR"]
    try self.init(on: .terminal, noColor: noColor, mouse: mouse, asciiOnly: !TerminalLocale.isUTF8)
  }

  init(on device: Device, noColor: String?, mouse: Bool, asciiOnly: Bool) throws(TerminalError) {
    let started: OpaquePointer?
    let name: String
    switch device {
    case .terminal:
      name = try TerminalKind.name()
      started = curses_start(name)
    case .unseen(let terminalName):
      name = terminalName
      started = curses_start_unseen(name)
    }
    guard let started else { throw .cannotStart(name: name) }
    self.device = device
    self.asciiOnly = asciiOnly
    screen = started
    self.mouse = mouse
    hasModes = TerminalKind.isStandard
    modes = hasModes ? ScreenModes(mouse: mouse) : .none
    hasAlternateScreen = TerminalKind.hasAlternateScreen
    pen = CursesPen(noColor: noColor)
    // From here on a crash gives the terminal back.
    armGuard()
    // Ctrl-C, Ctrl-Z and Ctrl-S come as bytes like every other key.
    raw()
    noecho()
    // Otherwise a key waiting to be read would make ncurses leave a refresh half done.
    typeahead(-1)
    leaveok(stdscr, false)
    matchWindowSize()
    turnOnModes()
  }

  /// How many colours are used.
  public var colorDepth: ColorDepth { pen.depth }

  /// Shows the grid, and the cursor where it says; what lies outside the screen is left out.
  ///
  /// A measured frame's cost includes making the grid, which is why it is made here.
  public func paint(_ makeGrid: @autoclosure () -> Grid) {
    guard isOpen else { return }
    guard measuresFrames else {
      lastFrame = nil
      return show(makeGrid())
    }
    let (start, written) = (ContinuousClock.now, WrittenBytes.now())
    show(makeGrid())
    let bytes = WrittenBytes.now().flatMap { after in written.map { after - $0 } }
    lastFrame = FrameCost(duration: ContinuousClock.now - start, bytes: bytes)
  }

  private func show(_ grid: Grid) {
    let rows = min(grid.size.rows, size.rows)
    for row in 0..<max(0, rows) {
      let cells = Self.row(row, of: grid)
      if let shown, shown.size == grid.size, Self.row(row, of: shown) == cells { continue }
      put(cells, row: row)
    }
    shown = grid
    placeCursor(grid.cursor)
    refresh()
  }

  /// Sends everything again, because something else has written on the terminal.
  public func redrawEverything() {
    guard isOpen else { return }
    clearok(curscr, true)
    refresh()
  }

  /// Takes over the window's size after it has changed; paint a new grid next.
  @discardableResult
  public func matchWindowSize() -> Size {
    guard isOpen else { return size }
    var (columns, rows): (Int32, Int32) = (0, 0)
    if case .terminal = device, terminal_window_size(STDOUT_FILENO, &columns, &rows) == 0,
      columns > 0, rows > 0
    {
      resize(to: Size(columns: Int(columns), rows: Int(rows)))
    } else {
      size = Size(columns: Int(COLS), rows: Int(LINES))
    }
    return size
  }

  /// As `matchWindowSize`, for a screen without a window.
  func resize(to newSize: Size) {
    defer { size = Size(columns: Int(COLS), rows: Int(LINES)) }
    guard newSize != Size(columns: Int(COLS), rows: Int(LINES)) else { return }
    // resizeterm() would push a key that nobody reads.
    resize_term(Int32(clamping: newSize.rows), Int32(clamping: newSize.columns))
    // The terminal has moved its text about meanwhile, and ncurses does not know where to.
    clearok(curscr, true)
    erase()
    shown = nil
  }

  /// Stops the program as Ctrl-Z does; returns when it is continued, with the screen restored.
  ///
  /// The window may have another size then: call `matchWindowSize` and paint.
  public func suspend() {
    guard isOpen else { return }
    leave()
    terminal_stop_group()
    enter()
  }

  /// Answers `Signal.continued`: takes the terminal back if somebody changed its modes meanwhile.
  public func resume() {
    guard isOpen else { return }
    if !modesAreOurs { leave() }
    enter()
  }

  /// Gives the terminal back; doing it twice does no harm.
  public func close() {
    guard isOpen else { return }
    leave()
    isOpen = false
    delscreen(screen)
  }

  private static func row(_ row: Int, of grid: Grid) -> ArraySlice<Cell> {
    let start = row * grid.size.columns
    return grid.cells.dropFirst(start).prefix(grid.size.columns)
  }

  private func put(_ cells: ArraySlice<Cell>, row: Int) {
    var covered = 0
    for (column, cell) in cells.prefix(size.columns).enumerated() {
      // The wide glyph before has drawn this column already.
      if cell.glyph == "\0", column < covered { continue }
      var glyph = CursesGlyph(cell.glyph, asciiOnly: asciiOnly)
      if column + glyph.columns > size.columns { glyph = .blank }
      let ink = pen.ink(for: cell.style)
      curses_put(Int32(row), Int32(column), glyph.characters, ink.attributes, ink.pair)
      covered = column + glyph.columns
    }
  }

  private func placeCursor(_ cursor: Position?) {
    let visible = cursor.map { (0..<size.columns).contains($0.column) && (0..<size.rows).contains($0.row) }
    if let cursor, visible == true { move(Int32(cursor.row), Int32(cursor.column)) }
    guard cursorIsVisible != (visible ?? false) else { return }
    curs_set(visible == true ? 1 : 0)
    cursorIsVisible = visible ?? false
  }

  /// Whether the terminal is still as `raw` has set it.
  private var modesAreOurs: Bool {
    guard case .terminal = device else { return true }
    var now = termios()
    return tcgetattr(STDIN_FILENO, &now) == 0 && now.c_lflag & tcflag_t(ICANON | ECHO | ISIG) == 0
  }

  private func leave() {
    if case .terminal = device { ScreenModes.send(modes.turnOff) }
    curs_set(1)
    cursorIsVisible = nil
    endwin()
    // Without an alternate screen the shell's prompt would land in our last line.
    if case .terminal = device, !hasAlternateScreen { ScreenModes.send(Array("\r\n".utf8)) }
    // The screen is down: a crash has nothing to undo.
    terminal_guard_set_reset(nil, 0)
  }

  private func enter() {
    armGuard()
    reset_prog_mode()
    matchWindowSize()
    clearok(curscr, true)
    refresh()
    turnOnModes()
  }

  private func turnOnModes() {
    if case .terminal = device { ScreenModes.send(modes.turnOn) }
  }

  private func armGuard() {
    guard case .terminal = device else { return }
    let bytes = modes.turnOff + TerminalKind.resetBytes
    bytes.withUnsafeBytes { terminal_guard_set_reset($0.baseAddress, $0.count) }
  }
}
