import Debugger

// What keys and the mouse do to what is shown. Nothing here touches the session.

extension ScreenState {
  /// How far a movement goes.
  public enum Distance: Hashable, Sendable {
    case lines(Int)
    /// Screenfuls of the pane.
    case pages(Int)
    case toStart, toEnd

    /// Where it leads from a place among `count`, if a page has so many lines, and a line so many of them.
    func from(_ place: Int, of count: Int, page: Int, line: Int = 1) -> Int {
      let wanted =
        switch self {
        case .lines(let lines): place + lines * line
        case .pages(let pages): place + pages * max(1, page) * line
        case .toStart: 0
        case .toEnd: count - 1
        }
      return max(0, min(count - 1, wanted))
    }
  }

  /// Gives the keys to another pane; a screen that has no room for it leaves it out.
  public mutating func moveFocus(to next: Focus, in size: Size) {
    guard hasPane(next, in: size) else { return }
    focus = next
    listing.isTyping = false
    markedStep = next == .timeline ? session.step : nil
    if next == .matrices, cell == nil { placeCell(in: size) }
  }

  /// The next pane in the order of the screen that there is room for.
  public mutating func moveFocus(backwards: Bool = false, in size: Size) {
    var next = focus.next(backwards: backwards)
    while !hasPane(next, in: size) { next = next.next(backwards: backwards) }
    moveFocus(to: next, in: size)
  }

  /// Gives the keys back to the prompt if the window has become too small for the pane that had them.
  public mutating func keepFocusVisible(in size: Size) {
    if !hasPane(focus, in: size) { moveFocus(to: .prompt, in: size) }
  }

  private func hasPane(_ focus: Focus, in size: Size) -> Bool {
    let layout = Layout(size, self)
    return switch focus {
    case .prompt, .transcript: true
    case .parameters: layout.parameters != nil
    case .matrices: layout.hook != nil
    case .timeline: layout.timeline != nil
    }
  }

  // MARK: Parameters

  /// Shows another parameter, in the order of the list.
  public mutating func moveSelection(_ distance: Distance, in size: Size) {
    let order = flat.value.parameters
    guard !order.isEmpty else { return }
    let page = Layout(size, self).parameters?.content.rows ?? 1
    guard let place = order.firstIndex(where: { $0 == shownParameter }) else { return select(order[0], in: size) }
    select(order[distance.from(place, of: order.count, page: page)], in: size)
  }

  public mutating func select(_ parameter: Int, in size: Size) {
    guard parameter != shownParameter else { return }
    guard catalog.names.indices.contains(parameter) else { return }
    followSelection(in: size)
    selection.parameter = catalog.names[parameter]
    followSelection(in: size)
  }

  /// Keeps where the list is now, so that it does not jump.
  private mutating func followSelection(in size: Size) {
    if let area = Layout(size, self).parameters { listScroll = ParameterWindow(self, area).first }
  }

  // MARK: Matrices

  /// Shows the next view of the matrices.
  public mutating func changeView() {
    let views = MatrixView.allCases
    view = views[((views.firstIndex(of: view) ?? 0) + 1) % views.count]
  }

  /// Moves the matrices' cursor; the view follows it.
  public mutating func moveCell(across: Distance = .lines(0), down: Distance = .lines(0), in size: Size) {
    let extent = matrices.value.extent
    guard extent.columns > 0, extent.rows > 0, let window = MatrixWindow(self, Layout(size, self)) else { return }
    guard let old = cell else { return placeCell(in: size) }
    if window.isWrapped {
      let place = across.from(old.column, of: extent.columns, page: window.across)
      let lines = (window.columns.count + window.across - 1) / window.across
      cell = Position(column: down.from(place, of: extent.columns, page: lines, line: window.across), row: 0)
      return followCell(in: size)
    }
    cell = Position(
      column: across.from(old.column, of: extent.columns, page: window.columns.count),
      row: down.from(old.row, of: extent.rows, page: window.rows.count))
    followCell(in: size)
  }

  public mutating func moveCell(to position: Position, in size: Size) {
    cell = position
    followCell(in: size)
  }

  /// Moves the visible part of the matrices; the cursor, if there is one, stays in it.
  public mutating func scrollMatrices(across: Int = 0, down: Int = 0, in size: Size) {
    let extent = matrices.value.extent
    guard extent.columns > 0, extent.rows > 0, let window = MatrixWindow(self, Layout(size, self)) else { return }
    if window.isWrapped {
      // There are only lines to go by.
      scroll = Position(
        column: max(0, min(extent.columns - 1, scroll.column + (across + down) * window.across)), row: 0)
    } else {
      scroll.column = max(0, min(extent.columns - 1, scroll.column + across))
      scroll.row = max(0, min(extent.rows - 1, scroll.row + down))
    }
    let kept = cell
    cell = nil
    followCell(in: size)
    guard let kept, let window = MatrixWindow(self, Layout(size, self)) else { return }
    cell = Position(
      column: max(window.columns.lowerBound, min(window.columns.upperBound - 1, kept.column)),
      row: max(window.rows.lowerBound, min(window.rows.upperBound - 1, kept.row)))
  }

  private mutating func placeCell(in size: Size) {
    guard let window = MatrixWindow(self, Layout(size, self)) else { return }
    cell = Position(column: window.columns.lowerBound, row: window.rows.lowerBound)
  }

  /// Keeps where the view is now, so that it does not jump back when the cursor turns round.
  private mutating func followCell(in size: Size) {
    guard let window = MatrixWindow(self, Layout(size, self)) else { return }
    scroll = Position(column: window.columns.lowerBound, row: window.rows.lowerBound)
  }

  // MARK: Timeline and transcript

  /// Moves the mark along the branch.
  public mutating func moveMark(_ distance: Distance) {
    let branch = session.records
    let place = (markedStep ?? session.step) - branch.base
    markedStep = branch.base + distance.from(place, of: branch.end - branch.base + 1, page: 10)
  }

  /// Scrolls the transcript; backwards is up.
  public mutating func scrollTranscript(_ distance: Distance, in size: Size) {
    let page = max(1, Layout(size, self).transcript.rows - 1)
    // More lines than these cannot be wrapped out of it.
    let most = transcript.reduce(0) { $0 + 1 + $1.text.utf8.count / max(1, size.columns / 2) + lineBreaks($1.text) }
    transcriptScroll = most - distance.from(most - transcriptScroll, of: most + 1, page: page)
  }

  private func lineBreaks(_ text: String) -> Int { text.utf8.count { $0 == UInt8(ascii: "\n") } }
}
