import Debugger

/// What is at a place on the screen: what a click there is about.
public enum Target: Hashable, Sendable {
  case parameter(Int)
  /// A cell of the matrices, by its column and row in them.
  case cell(Position)
  /// A moment of the branch, by the number of the step before it.
  case step(Int)
  /// Anything else in a pane that can have the focus.
  case pane(Focus)

  /// The pane it is in.
  public var focus: Focus {
    switch self {
    case .parameter: .parameters
    case .cell: .matrices
    case .step: .timeline
    case .pane(let focus): focus
    }
  }
}

/// What a screen shows at a place; nil where nothing answers to the mouse.
public func target(at position: Position, _ state: ScreenState, _ size: Size) -> Target? {
  let layout = Layout(size, state)
  if let area = layout.parameters, area.contains(position) {
    let window = ParameterWindow(state, area)
    let line = position.row - window.area.row
    guard line >= 0, let parameter = window.rows.dropFirst(line).first?.parameter else { return .pane(.parameters) }
    return .parameter(parameter)
  }
  for area in [layout.hook, layout.effective, layout.cellLine].compactMap({ $0 }) where area.contains(position) {
    return MatrixWindow(state, layout)?.cell(at: position, state).map(Target.cell) ?? .pane(.matrices)
  }
  if let area = layout.timeline, area.contains(position) {
    return TimelineMarks(state, area).step(at: position).map(Target.step) ?? .pane(.timeline)
  }
  if layout.transcript.contains(position) { return .pane(.transcript) }
  return layout.prompt.contains(position) ? .pane(.prompt) : nil
}

extension MatrixWindow {
  /// The cell of the matrices at a place; nil where none is shown.
  func cell(at position: Position, _ state: ScreenState) -> Position? {
    guard state.view != .histogram else { return nil }
    for pane in [hook, effective] where pane.body.contains(position) {
      let (line, place) = (position.row - pane.body.row, (position.column - pane.body.column) / cellWidth)
      guard place < across else { return nil }
      let (row, column) = isWrapped ? (0, line * across + place) : (line, place)
      guard row < rows.count, column < columns.count else { return nil }
      return Position(column: columns.lowerBound + column, row: rows.lowerBound + row)
    }
    return nil
  }
}
