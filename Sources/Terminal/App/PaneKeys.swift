import Screen

/// The keys that the panes answer; all others belong to readline.
enum PaneKeys {
  /// `page` is how many lines PgUp and PgDn scroll.
  static func apply(_ key: Key, to state: inout ScreenState, page: Int) {
    switch key {
    case .pageUp: state.transcriptScroll += page
    case .pageDown: state.transcriptScroll = max(0, state.transcriptScroll - page)
    case .function(2, _): state.view = state.view == .numbers ? .heat : .numbers
    case .arrow(let direction, let modifiers) where modifiers.contains(.shift):
      select(direction, in: &state)
    case .arrow(let direction, let modifiers) where modifiers.contains(.control):
      scroll(direction, in: &state)
    default: break
    }
  }

  private static func select(_ direction: Key.Direction, in state: inout ScreenState) {
    guard let count = state.session.graph?.parameters.count, let shown = state.shownParameter else { return }
    switch direction {
    case .up, .left: state.selected = max(0, shown - 1)
    case .down, .right: state.selected = min(count - 1, shown + 1)
    }
    state.scroll = Position(column: 0, row: 0)
  }

  private static func scroll(_ direction: Key.Direction, in state: inout ScreenState) {
    guard let index = state.shownParameter, let shape = state.session.graph?.parameters[index].shape else { return }
    let columns = shape.rank == 0 ? 1 : shape[shape.rank - 1]
    let rows = columns == 0 ? 0 : shape.count / columns
    switch direction {
    case .up: state.scroll.row = max(0, state.scroll.row - 1)
    case .down: state.scroll.row = max(0, min(rows - 1, state.scroll.row + 1))
    case .left: state.scroll.column = max(0, state.scroll.column - 1)
    case .right: state.scroll.column = max(0, min(columns - 1, state.scroll.column + 1))
    }
  }
}
