import Screen

/// What the mouse does: a click goes to what is under it, the wheel scrolls it.
enum MouseActions {
  static func apply(_ mouse: Key.Mouse, to state: inout ScreenState, _ size: Size) {
    let position = Position(column: mouse.column, row: mouse.row)
    switch mouse.action {
    case .press(button: 1): press(at: position, &state, size)
    case .wheelUp: wheel(-1, at: position, mouse.modifiers, &state, size)
    case .wheelDown: wheel(1, at: position, mouse.modifiers, &state, size)
    case .press, .release, .drag: break
    }
  }

  private static func press(at position: Position, _ state: inout ScreenState, _ size: Size) {
    guard state.help == nil else {
      state.help = nil
      return
    }
    guard let found = target(at: position, state, size) else { return }
    state.moveFocus(to: found.focus, in: size)
    switch found {
    case .parameter(let parameter): state.select(parameter, in: size)
    case .cell(let cell): state.moveCell(to: cell, in: size)
    case .step(let step): state.markedStep = step
    case .pane: break
    }
  }

  private static func wheel(
    _ lines: Int, at position: Position, _ modifiers: Key.Modifiers, _ state: inout ScreenState, _ size: Size
  ) {
    if let help = state.help {
      state.help = help.scrolled(by: 3 * lines, in: size) ?? help
      return
    }
    switch target(at: position, state, size)?.focus {
    case .parameters: state.moveSelection(.lines(lines), in: size)
    case .matrices:
      let isSideways = modifiers.contains(.shift)
      state.scrollMatrices(across: isSideways ? lines : 0, down: isSideways ? 0 : lines, in: size)
    case .timeline: if state.focus == .timeline { state.moveMark(.lines(lines)) }
    case .transcript, .prompt: state.scrollTranscript(.lines(3 * lines), in: size)
    case nil: break
    }
  }
}
