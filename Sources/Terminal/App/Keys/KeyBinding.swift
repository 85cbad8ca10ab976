import Screen

/// Where a key has a meaning. The keys of one place are listed together in the help.
enum KeyPlace: String, Sendable, CaseIterable {
  case everywhere = "everywhere"
  case prompt = "at the prompt"
  case film = "on an empty line while a session is played"
  case emptyPrompt = "on an empty line"
  case panes = "in every pane but the prompt"
  case parameters = "parameters"
  case matrices = "hook and effective gradient"
  case timeline = "timeline"
  case transcript = "transcript"
  case filter = "while a filter is typed"

  /// The places whose keys count, while the focus is somewhere.
  static func active(_ state: ScreenState, promptIsFree: Bool) -> [KeyPlace] {
    if state.listing.isTyping { return [.filter, .everywhere] }
    return switch state.focus {
    case .prompt: (promptIsFree ? onEmptyLine(state) : []) + [.prompt, .everywhere]
    case .parameters: [.parameters, .panes, .everywhere]
    case .matrices: [.matrices, .panes, .everywhere]
    case .timeline: [.timeline, .panes, .everywhere]
    case .transcript: [.transcript, .panes, .everywhere]
    }
  }
}

extension KeyPlace {
  /// Those whose keys would be typed if there were a line.
  static func onEmptyLine(_ state: ScreenState) -> [KeyPlace] {
    state.filmTakesKeys ? [.film, .emptyPrompt] : [.emptyPrompt]
  }
}

/// What a key asks of the application; what it does to the screen alone is done already.
enum KeyEffect: Hashable, Sendable {
  /// Bytes for the line editor.
  case feed([UInt8])
  case paste([UInt8])
  /// A command to run, as if it had been typed.
  case command(String)
  case interrupt, suspend, redraw
  case toggleMouse, toggleFrameCost
  case film(FilmControl.Action)
}

/// Keys that do one thing.
struct KeyBinding: Sendable {
  typealias Action = @Sendable (inout ScreenState, _ key: Key, _ size: Size) -> KeyEffect?

  let keys: [Key]
  /// How they are called in the help.
  let label: String
  let place: KeyPlace
  let help: String
  let action: Action

  init(_ label: String, _ keys: [Key], _ place: KeyPlace, _ help: String, _ action: @escaping Action) {
    (self.label, self.keys, self.place, self.help, self.action) = (label, keys, place, help, action)
  }

  /// The same for what needs neither key nor size and asks nothing of the application.
  init(
    _ label: String, _ keys: [Key], _ place: KeyPlace, _ help: String,
    doing action: @escaping @Sendable (inout ScreenState) -> Void
  ) {
    self.init(label, keys, place, help) { state, _, _ in
      action(&state)
      return nil
    }
  }

  /// The same for what only asks something of the application.
  init(_ label: String, _ keys: [Key], _ place: KeyPlace, _ help: String, _ effect: KeyEffect) {
    self.init(label, keys, place, help) { _, _, _ in effect }
  }

  /// The binding that a key means; nil if it has no meaning there.
  static func find(_ key: Key, _ places: [KeyPlace]) -> KeyBinding? {
    for place in places {
      if let found = all.first(where: { $0.place == place && $0.keys.contains(key) }) { return found }
    }
    return nil
  }

  /// All of them as the help shows them.
  static var overlay: HelpOverlay {
    var rows: [HelpOverlay.Row] = []
    for place in KeyPlace.allCases {
      rows.append(HelpOverlay.Row(text: place.rawValue))
      rows += all.filter { $0.place == place }.map { HelpOverlay.Row(keys: $0.label, text: $0.help) }
    }
    return HelpOverlay(rows)
  }
}
