/// Sorts the terminal's bytes into keys for the application, pastes, and bytes for the line editor.
///
/// A sequence may arrive in pieces: what is unfinished stays here until the rest comes, or
/// until `flush()` says that nothing more will. The line editor never sees half a character.
public struct InputDecoder: Sendable {
  private var unfinished: [UInt8] = []
  /// Bytes of a paste whose end has not come, or nil outside of a paste.
  private var paste: [UInt8]?

  private static let escape: UInt8 = 0x1B
  private static let pasteStart = Array("\u{1B}[200~".utf8)
  private static let pasteEnd = Array("\u{1B}[201~".utf8)
  /// Longer than any key; a sequence that does not end is not one.
  private static let longestSequence = 64

  public init() {}

  /// How long to wait for the rest of what has begun; nil when nothing has.
  public var patience: Duration? {
    if paste != nil { return .seconds(2) }
    return unfinished.isEmpty ? nil : .milliseconds(25)
  }

  /// Takes bytes as they were read and returns what they complete.
  public mutating func decode(_ bytes: some Sequence<UInt8>) -> [InputEvent] {
    var events = EventList()
    if paste != nil {
      paste?.append(contentsOf: bytes)
    } else {
      unfinished.append(contentsOf: bytes)
    }
    while let unit = nextUnit() { add(unit, to: &events) }
    return events.events
  }

  /// Gives out what is unfinished as it stands, because nothing more has come for a while.
  public mutating func flush() -> [InputEvent] {
    var events = EventList()
    if let text = paste {
      paste = nil
      if !text.isEmpty { events.add(.paste(text)) }
    }
    if unfinished.first == Self.escape {
      events.add(.bytes(unfinished))
    } else if !unfinished.isEmpty {
      events.add(bytes: UTF8Unit.replacement)
    }
    unfinished = []
    return events.events
  }

  private enum Unit {
    case plain(length: Int)
    case invalid(length: Int)
    case sequence(length: Int, Key?)
    case pasteStart
    case pasted([UInt8])
  }

  private mutating func add(_ unit: Unit, to events: inout EventList) {
    switch unit {
    case .plain(let length):
      events.add(bytes: unfinished.prefix(length))
      unfinished.removeFirst(length)
    case .invalid(let length):
      events.add(bytes: UTF8Unit.replacement)
      unfinished.removeFirst(length)
    case .sequence(let length, let key):
      events.add(key.map(InputEvent.key) ?? .bytes(Array(unfinished.prefix(length))))
      unfinished.removeFirst(length)
    case .pasteStart:
      paste = Array(unfinished.dropFirst(Self.pasteStart.count))
      unfinished = []
    case .pasted(let text):
      if !text.isEmpty { events.add(.paste(text)) }
    }
  }

  private mutating func nextUnit() -> Unit? {
    if paste != nil { return endOfPaste() }
    guard let first = unfinished.first else { return nil }
    if first == Self.escape { return escapeSequence() }
    if let key = KeyTable.controlKey(first) { return .sequence(length: 1, key) }
    // A long run of plain text leaves in one piece.
    let plain = unfinished.prefix { (0x20..<0x7F).contains($0) }.count
    if plain > 0 { return .plain(length: plain) }
    switch UTF8Unit(unfinished[...]) {
    case .complete(let length): return .plain(length: length)
    case .invalid(let length): return .invalid(length: length)
    case .unfinished: return nil
    }
  }

  private mutating func endOfPaste() -> Unit? {
    guard let text = paste, let end = text.firstRange(of: Self.pasteEnd) else { return nil }
    unfinished = Array(text[end.upperBound...])
    paste = nil
    return .pasted(Array(text[..<end.lowerBound]))
  }

  private func escapeSequence() -> Unit? {
    guard unfinished.count > 1 else { return nil }
    switch unfinished[1] {
    case UInt8(ascii: "["): return controlSequence()
    case UInt8(ascii: "O"):
      guard unfinished.count > 2 else { return nil }
      return .sequence(length: 3, KeyTable.applicationKey(unfinished[2]))
    case Self.escape:
      // Two escapes are Alt with an arrow on some terminals, or the key pressed twice: let the editor see.
      return .sequence(length: 1, nil)
    default:
      // Alt with a character.
      switch UTF8Unit(unfinished.dropFirst()) {
      case .complete(let length): return .sequence(length: 1 + length, nil)
      case .invalid(let length): return .sequence(length: 1 + length, nil)
      case .unfinished: return nil
      }
    }
  }

  private func controlSequence() -> Unit? {
    let body = unfinished.dropFirst(2)
    guard let first = body.first else { return nil }
    if first == UInt8(ascii: "[") {
      guard unfinished.count > 3 else { return nil }
      return .sequence(length: 4, KeyTable.consoleKey(unfinished[3]))
    }
    if first == UInt8(ascii: "M") {
      guard unfinished.count > 5 else { return nil }
      return .sequence(
        length: 6, MouseReport.oldKey(code: unfinished[3], column: unfinished[4], row: unfinished[5]))
    }
    let end = body.firstIndex { !(0x20...0x3F).contains($0) || isRxvtShift($0, in: body) }
    guard let end else {
      return body.count < Self.longestSequence ? nil : .sequence(length: unfinished.count, nil)
    }
    let length = unfinished.distance(from: unfinished.startIndex, to: end) + 1
    // A control character breaks the sequence off and is looked at for itself.
    guard unfinished[end] >= 0x20, unfinished[end] < 0x7F else { return .sequence(length: length - 1, nil) }
    if unfinished.prefix(length).elementsEqual(Self.pasteStart) { return .pasteStart }
    return .sequence(length: length, ControlSequence(body[...end]).flatMap(KeyTable.key))
  }

  /// rxvt ends its shifted keys with `$`, which everywhere else goes before the last byte.
  private func isRxvtShift(_ byte: UInt8, in body: ArraySlice<UInt8>) -> Bool {
    byte == UInt8(ascii: "$") && body.last == byte && body.first != UInt8(ascii: "?")
  }
}

/// Collects events; neighbouring runs of plain bytes become one.
private struct EventList {
  private(set) var events: [InputEvent] = []
  private var lastIsPlain = false

  mutating func add(bytes: some Sequence<UInt8>) {
    if lastIsPlain, case .bytes(let before)? = events.popLast() {
      events.append(.bytes(before + bytes))
    } else {
      events.append(.bytes(Array(bytes)))
    }
    lastIsPlain = true
  }

  mutating func add(_ event: InputEvent) {
    events.append(event)
    lastIsPlain = false
  }
}
