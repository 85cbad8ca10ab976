import Screen

// Every key that the application answers. To add one, add a line: dispatch and help read this table.
// In a pane no letter has a meaning that a command begins with: who types one there gets the prompt, with all of it.

extension KeyBinding {
  static let all: [KeyBinding] =
    shownEverywhere + askingTheApplication + ofTheFilm + ofThePrompt + ofEveryPane + ofParameters + ofMatrices
    + ofTimeline
    + ofTranscript + ofFilter

  private static let shownEverywhere: [KeyBinding] = [
    KeyBinding("F1", [.function(1, [])], .everywhere, "this help") { $0.help = overlay },
    KeyBinding("F2", [.function(2, [])], .everywhere, "numbers, heat map, histogram") { $0.changeView() },
    KeyBinding("F3", [.function(3, [])], .everywhere, "effective gradient, or e - c h") {
      $0.showsDifference.toggle()
    },
    KeyBinding("F4", [.function(4, [])], .everywhere, "sort parameters: by model, by |log c|") {
      sort(&$0)
    },
    KeyBinding("F5", [.function(5, [])], .everywhere, "filter the parameters by name") { state, _, size in
      startFilter(&state, size)
    },
    KeyBinding("F6", [.function(6, [])], .everywhere, "next pane") { state, _, size in
      state.moveFocus(in: size)
      return nil
    },
    KeyBinding("Shift-F6", [.function(6, .shift)], .everywhere, "previous pane") { state, _, size in
      state.moveFocus(backwards: true, in: size)
      return nil
    },
    KeyBinding("F7", [.function(7, [])], .everywhere, "the next of several hooks on the parameter") {
      $0.showNextHook()
    },
    KeyBinding(
      "Shift-arrows", arrows(.shift), .everywhere, "previous or next parameter"
    ) { state, key, size in
      state.moveSelection(.lines(key.pointsBack ? -1 : 1), in: size)
      return nil
    },
    KeyBinding("Ctrl-arrows", arrows(.control), .everywhere, "scroll both matrices") { state, key, size in
      let (across, down) = key.step
      state.scrollMatrices(across: across, down: down, in: size)
      return nil
    },
  ]

  private static let askingTheApplication: [KeyBinding] = [
    KeyBinding("F9", [.function(9, [])], .everywhere, "mouse; without it the terminal selects text", .toggleMouse),
    KeyBinding("F12", [.function(12, [])], .everywhere, "what a frame costs, in the title", .toggleFrameCost),
    KeyBinding("Ctrl-C", [.interrupt], .everywhere, "stop what runs, empty the line", .interrupt),
    KeyBinding("Ctrl-L", [.redraw], .everywhere, "paint everything again", .redraw),
    KeyBinding("Ctrl-Z", [.suspend], .everywhere, "leave for the shell; fg comes back", .suspend),
  ]

  private static let ofTheFilm: [KeyBinding] = [
    KeyBinding("Enter", [.enter], .film, "go on; while it plays, hurry to the next pause", .film(.goOn)),
    KeyBinding("space", [" "], .film, "pause, or play", .film(.toggle)),
    KeyBinding("n Right", ["n", .arrow(.right, [])], .film, "play one command", .film(.move(1))),
    KeyBinding("Left", [.arrow(.left, [])], .film, "take one command back", .film(.move(-1))),
    KeyBinding("Home", [.home], .film, "back to the beginning", .film(.seek(0))),
    KeyBinding("End", [.end], .film, "to the end", .film(.seek(Int.max))),
    KeyBinding("+ =", ["+", "="], .film, "faster", .film(.faster)),
    KeyBinding("-", ["-"], .film, "slower", .film(.slower)),
    KeyBinding("Esc", [.escape], .film, "the prompt; 'replay' goes on with it", .film(.leave)),
  ]

  private static let ofThePrompt: [KeyBinding] = [
    KeyBinding("PgUp PgDn", [.pageUp, .pageDown], .prompt, "scroll the transcript") { state, key, size in
      state.scrollTranscript(key.distance, in: size)
      return nil
    },
    KeyBinding("?", ["?"], .emptyPrompt, "this help") { $0.help = overlay },
    KeyBinding("/", ["/"], .emptyPrompt, "filter the parameters by name") { state, _, size in
      startFilter(&state, size)
    },
  ]

  private static let ofEveryPane: [KeyBinding] = [
    KeyBinding("?", ["?"], .panes, "this help") { $0.help = overlay },
    KeyBinding("Esc", [.escape], .panes, "back to the prompt; so does typing a command") { state, _, size in
      state.moveFocus(to: .prompt, in: size)
      return nil
    },
    KeyBinding("Tab", [.tab], .panes, "next pane") { state, _, size in
      state.moveFocus(in: size)
      return nil
    },
  ]

  private static let ofParameters: [KeyBinding] = [
    KeyBinding(
      "arrows PgUp PgDn Home End", vertical, .parameters, "show another parameter"
    ) { state, key, size in
      state.moveSelection(key.distance, in: size)
      return nil
    },
    KeyBinding("Enter", [.enter], .parameters, "go to its matrices") { state, _, size in
      state.moveFocus(to: .matrices, in: size)
      return nil
    },
    KeyBinding("/", ["/"], .parameters, "filter by name") { state, _, size in startFilter(&state, size) },
    KeyBinding("o", ["o"], .parameters, "order: by model, by |log c|, how far c is from 1") { sort(&$0) },
  ]

  private static let ofMatrices: [KeyBinding] = [
    KeyBinding("arrows", arrows([]), .matrices, "move the cursor; the view follows") { state, key, size in
      let (across, down) = key.step
      state.moveCell(across: .lines(across), down: .lines(down), in: size)
      return nil
    },
    KeyBinding("PgUp PgDn", [.pageUp, .pageDown], .matrices, "a screenful up or down") { state, key, size in
      state.moveCell(down: key.distance, in: size)
      return nil
    },
    KeyBinding("Home End", [.home, .end], .matrices, "the row's first or last column") { state, key, size in
      state.moveCell(across: key.distance, in: size)
      return nil
    },
    KeyBinding("v", ["v"], .matrices, "numbers, heat map, histogram") { $0.changeView() },
    KeyBinding("#", ["#"], .matrices, "the next of several hooks on it and its module") { $0.showNextHook() },
    KeyBinding("-", ["-"], .matrices, "effective gradient, or e - c h") {
      $0.showsDifference.toggle()
    },
  ]

  private static let ofTimeline: [KeyBinding] = [
    KeyBinding(
      "arrows PgUp PgDn Home End",
      [.arrow(.left, []), .arrow(.right, []), .pageUp, .pageDown, .home, .end], .timeline,
      "move the mark along the steps"
    ) { state, key, _ in
      state.moveMark(key.distance)
      return nil
    },
    KeyBinding("Enter", [.enter], .timeline, "go to the marked step") { state, _, _ in
      state.markedStep.map { .command("goto \($0)") }
    },
  ]

  private static let ofTranscript: [KeyBinding] = [
    KeyBinding("arrows PgUp PgDn Home End", vertical, .transcript, "scroll") { state, key, size in
      state.scrollTranscript(key.distance, in: size)
      return nil
    }
  ]

  private static let ofFilter: [KeyBinding] = [
    KeyBinding("Enter", [.enter], .filter, "keep it") { $0.listing.isTyping = false },
    KeyBinding("Esc", [.escape], .filter, "show all again") {
      $0.listing.filter = ""
      $0.listing.isTyping = false
    },
    KeyBinding("Backspace", [.backspace], .filter, "take the last character back") {
      _ = $0.listing.filter.popLast()
    },
    KeyBinding("Up Down", [.arrow(.up, []), .arrow(.down, [])], .filter, "show another parameter") {
      state, key, size in
      state.moveSelection(key.distance, in: size)
      return nil
    },
  ]

  private static let vertical: [Key] = [.arrow(.up, []), .arrow(.down, []), .pageUp, .pageDown, .home, .end]

  private static func arrows(_ modifiers: Key.Modifiers) -> [Key] {
    [Key.Direction.up, .down, .left, .right].map { .arrow($0, modifiers) }
  }

  private static func sort(_ state: inout ScreenState) {
    state.listing.order = state.listing.order == .model ? .departure : .model
  }

  private static func startFilter(_ state: inout ScreenState, _ size: Size) -> KeyEffect? {
    state.moveFocus(to: .parameters, in: size)
    state.listing.isTyping = state.focus == .parameters
    return nil
  }
}

extension Key: ExpressibleByExtendedGraphemeClusterLiteral {
  public init(extendedGraphemeClusterLiteral value: Character) { self = .character(value) }
}

extension Key {
  /// How far it goes in a list.
  fileprivate var distance: ScreenState.Distance {
    switch self {
    case .pageUp: .pages(-1)
    case .pageDown: .pages(1)
    case .home: .toStart
    case .end: .toEnd
    default: .lines(pointsBack ? -1 : 1)
    }
  }

  /// Up or left.
  fileprivate var pointsBack: Bool {
    if case .arrow(let direction, _) = self { direction == .up || direction == .left } else { false }
  }

  /// Columns and rows that an arrow goes.
  fileprivate var step: (across: Int, down: Int) {
    guard case .arrow(let direction, _) = self else { return (0, 0) }
    return switch direction {
    case .up: (0, -1)
    case .down: (0, 1)
    case .left: (-1, 0)
    case .right: (1, 0)
    }
  }
}
