import Debugger
import Training

extension Command {
  static let hook = Command(
    name: "hook", group: .hooks,
    usage: ["hook TARGET|all [at PLACEMENT] [capture=last|first|sum|all|reference] [slot=param|module] [scale=X]"],
    summary: "register a hook on parameters or modules",
    details: "Placements:\n"
      + HookPlacement.all.map { "  \($0.name): \($0.call); sees \($0.sees)" }.joined(separator: "\n")
      + "\nA tensor hook on a module (its full name, or NAME.output) watches the module's output."
      + "\nscale=X makes a hook that returns the gradient times X. capture=all keeps every call; its sum is compared.",
    example: "hook all at tensor capture=all", changesSession: true,
    complete: { context in
      if context.words.count == 1 {
        return [Candidate("all", "every trainable parameter, under one ID")] + context.names(.both)
      }
      if context.words.last == "at" {
        return HookPlacement.all.map { Candidate($0.name, "\($0.call); sees \($0.sees)") }
      }
      let options =
        CaptureMode.allCases.map { Candidate("capture=\($0.rawValue)", $0.keeps) } + [
          Candidate("slot=module", "one slot per module: the last parameter to fire stays (huggingface/peft #1893)"),
          Candidate("scale=", "the hook returns the gradient times X"),
        ]
      return (context.words.count == 2 ? [Candidate("at", "where the hook is registered")] : [])
        + context.options(options)
    }
  ) { interpreter, statement throws(CommandError) in
    guard let target = statement.arguments.first, target.text != "at" else {
      throw CommandError("hook what? write for example: hook all at tensor")
    }
    guard interpreter.session.graph != nil else {
      throw CommandError("no model yet; write for example first: model linear 16 16")
    }
    let id = interpreter.session.configuration.nextHook
    let request = try statement.hookRequest(id: id, target: target.text)
    try interpreter.configure(statement, blaming: target) { configuration in
      configuration.hooks.append(request)
      configuration.nextHook = id + 1
    }
    if let hook = interpreter.session.hooks.last, let graph = interpreter.session.graph {
      let names = hook.sites.map { NameTable.short(graph.name(of: $0)) }
      let shown = names.prefix(6).joined(separator: ", ") + (names.count > 6 ? ", ... (\(names.count))" : "")
      interpreter.emit(.text("hook \(id): \(request.placement.name) on \(shown)"))
    }
  }

  static let unhook = Command(
    name: "unhook", group: .hooks, usage: ["unhook ID|all"], summary: "remove a hook",
    example: "unhook 1", mostArguments: 1, changesSession: true,
    complete: { [Candidate("all", "every hook")] + $0.hooks() }
  ) { interpreter, statement throws(CommandError) in
    guard let word = statement.arguments.first else { throw CommandError("write: unhook ID, or: unhook all") }
    let ids = interpreter.session.configuration.hooks.map(\.id)
    if word.text == "all" {
      try interpreter.configure(statement) { $0.hooks = [] }
      return
    }
    guard let id = Int(word.text), ids.contains(id) else {
      let known = ids.isEmpty ? "there are none" : "there are \(ids.map(String.init).joined(separator: ", "))"
      throw CommandError("no hook '\(word.text)'; \(known)", range: word.range)
    }
    try interpreter.configure(statement) { configuration in configuration.hooks.removeAll { $0.id == id } }
  }
}

extension Statement {
  fileprivate func hookRequest(id: Int, target: String) throws(CommandError) -> HookRequest {
    var placement = HookPlacement.tensor
    var skipping = 1
    let words = arguments
    if words.count > 1, words[words.startIndex + 1].text == "at" {
      let names = HookPlacement.all.map(\.name)
      guard words.count > 2 else {
        throw CommandError("at which placement? there are \(names.joined(separator: ", "))")
      }
      let word = words[words.startIndex + 2]
      guard let known = HookPlacement.all.first(where: { $0.name == word.text }) else {
        throw CommandError(
          "no placement '\(word.text)'" + didYouMean(word.text, orOneOf: names),
          range: word.range)
      }
      placement = known
      skipping = 3
    }
    if skipping == 1, let word = words.dropFirst().first, HookPlacement.all.contains(where: { $0.name == word.text }) {
      throw CommandError("a placement is named after 'at'; write: hook \(target) at \(word.text)", range: word.range)
    }
    var (capture, slot, scale) = (CaptureMode.last, HookSlot.param, Double?.none)
    for (key, value, word) in try options(after: skipping, known: ["capture", "slot", "scale"]) {
      switch key {
      case "capture": capture = try choice(CaptureMode.self, key, value, word)
      case "slot": slot = try choice(HookSlot.self, key, value, word)
      default:
        guard let number = Double(value), number.isFinite else {
          throw CommandError("scale needs a number, not '\(value)'", range: word.range)
        }
        scale = number
      }
    }
    return HookRequest(
      id: id, target: target == "all" ? nil : target, placement: placement, capture: capture, slot: slot, scale: scale)
  }

  private func choice<T: RawRepresentable & CaseIterable>(
    _: T.Type, _ key: String, _ value: String, _ word: Word
  ) throws(CommandError) -> T where T.RawValue == String {
    if let known = T(rawValue: value) { return known }
    let all = T.allCases.map(\.rawValue)
    throw CommandError(
      "\(key) is \(all.joined(separator: " or ")), not '\(value)'" + didYouMean(value, among: all), range: word.range)
  }
}

extension CaptureMode {
  /// What a hook that fires more than once in a step has in the end.
  fileprivate var keeps: String {
    switch self {
    case .last: "a clone of the last gradient it saw"
    case .first: "a clone of the first one"
    case .sum: "the sum of all"
    case .all: "every one, on a leading axis"
    case .reference: "the tensor itself, which changes with what is done to it later"
    }
  }
}
