import Screen

/// What becomes of a key: the pane that has the focus answers it, or the table of keys, or the line editor.
enum PaneKeys {
  /// - Parameter promptIsFree: the line is empty and readline waits for text, so that single keys may have a meaning.
  /// - Returns: what the application has to do, in order.
  static func answer(
    _ event: InputEvent, _ state: inout ScreenState, _ size: Size, promptIsFree: Bool
  ) -> [KeyEffect] {
    state.keepFocusVisible(in: size)
    switch event {
    case .key(.mouse(let mouse)):
      MouseActions.apply(mouse, to: &state, size)
      return []
    case .key(let key):
      return answer(key, bytes: [], &state, size, promptIsFree: promptIsFree)
    case .paste(let bytes):
      state.help = nil
      if state.listing.isTyping {
        state.listing.filter += PastedText.lines(bytes).first ?? ""
        return []
      }
      state.moveFocus(to: .prompt, in: size)
      return [.paste(bytes)]
    case .bytes(let bytes):
      return answer(bytes, &state, size, promptIsFree: promptIsFree)
    }
  }

  private static func answer(
    _ bytes: [UInt8], _ state: inout ScreenState, _ size: Size, promptIsFree: Bool
  ) -> [KeyEffect] {
    let strokes = PlainKeys.strokes(bytes)
    var effects: [KeyEffect] = []
    var rest = strokes[...]
    // What is typed fast or pasted by an old terminal is text, whatever it begins with; several keys of a film are not.
    let areFilmKeys = state.filmTakesKeys && strokes.allSatisfy { find($0, [.film]) != nil }
    let isFree = promptIsFree && (strokes.count == 1 || areFilmKeys)
    while let stroke = rest.first {
      if state.focus == .prompt, state.help == nil, !isFree || find(stroke, KeyPlace.onEmptyLine(state)) == nil {
        return effects + [.feed(rest.flatMap(\.bytes))]
      }
      rest = rest.dropFirst()
      guard let key = stroke.key else {
        // Control characters and Alt with a letter are the line editor's.
        state.help = nil
        state.moveFocus(to: .prompt, in: size)
        effects.append(.feed(stroke.bytes))
        continue
      }
      effects += answer(key, bytes: stroke.bytes, &state, size, promptIsFree: isFree)
    }
    return effects
  }

  private static func find(_ stroke: PlainKeys.Stroke, _ places: [KeyPlace]) -> KeyBinding? {
    stroke.key.flatMap { KeyBinding.find($0, places) }
  }

  private static func answer(
    _ key: Key, bytes: [UInt8], _ state: inout ScreenState, _ size: Size, promptIsFree: Bool
  ) -> [KeyEffect] {
    if let help = state.help {
      state.help = scrolled(help, key, size)
      // A key that ends or stops something does so in any case.
      guard key == .interrupt || key == .suspend || key == .redraw else { return [] }
    }
    if let binding = KeyBinding.find(key, KeyPlace.active(state, promptIsFree: promptIsFree)) {
      return binding.action(&state, key, size).map { [$0] } ?? []
    }
    guard case .character(let character) = key else { return [] }
    if state.listing.isTyping {
      state.listing.filter.append(character)
      return []
    }
    state.moveFocus(to: .prompt, in: size)
    return [.feed(bytes)]
  }

  /// The help after a key; nil closes it.
  private static func scrolled(_ help: HelpOverlay, _ key: Key, _ size: Size) -> HelpOverlay? {
    switch key {
    case .arrow(.up, []): help.scrolled(by: -1, in: size)
    case .arrow(.down, []): help.scrolled(by: 1, in: size)
    case .pageUp: help.scrolled(by: 3 - size.rows, in: size)
    case .pageDown, " ": help.scrolled(by: size.rows - 3, in: size)
    case .home: help.scrolled(by: -help.scroll, in: size)
    case .end: help.scrolled(by: Int(Int32.max), in: size)
    default: nil
    }
  }
}
