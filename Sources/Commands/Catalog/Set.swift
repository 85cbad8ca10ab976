import Debugger

extension Command {
  static let set = Command(
    name: "set", group: .setUp, usage: ["set NAME VALUE", "set $NAME = EXPR"],
    summary: "change a setting ('show' lists them all), or keep a value under a name",
    details: "Before the first step a setting takes effect as if it had been given before the model.\n"
      + "Later, lr and lora_alpha count from the next step and keep A and B; r, target_modules and seed start the adapter anew.",
    example: "set max_grad_norm 1.0", changesSession: true,
    complete: { context in
      guard context.words.count > 1 else { return context.settings() }
      return context.words.count == 2 ? context.values(of: context.words[1]) : []
    },
    hint: { context in
      if context.words.count > 1 { return context.hint(for: context.words[1]) }
      guard !context.partial.isEmpty, !context.partial.hasPrefix("$") else { return nil }
      return (try? Setting.find(context.partial)).map { "\($0.name) \(context.hint(for: $0.name))" } ?? ""
    }
  ) { interpreter, statement throws(CommandError) in
    guard let name = statement.arguments.first else {
      throw CommandError("set what? 'show' lists the settings; write for example: set lr 0.1")
    }
    guard name.text != "var", name.text != "variable" else {
      throw CommandError(
        "write: set NAME VALUE for a setting, or: set $NAME = EXPR for a value of your own", range: name.range)
    }
    if name.text.hasPrefix("$") { return try interpreter.setVariable(name, statement) }
    try interpreter.set(name.text, statement, skipping: 1)
  }

  static let show = Command(
    name: "show", group: .setUp, usage: ["show [NAME]"], summary: "show the settings, or one of them",
    example: "show lr", mostArguments: 1, complete: { $0.settings() }
  ) { interpreter, statement throws(CommandError) in
    let configuration = interpreter.session.configuration
    guard let name = statement.arguments.first else {
      var table = TextTable(["setting", "value", "values"], leftAligned: [0, 1, 2])
      for setting in Setting.all { table.add([setting.name, setting.get(configuration), setting.values]) }
      interpreter.emit(.text(table.text + "\n  'show NAME' says what one means."))
      return
    }
    let setting = try interpreter.debugger(statement) { _ throws(DebuggerError) in try Setting.find(name.text) }
    var table = TextTable([], leftAligned: [0, 1])
    for choice in setting.choices { if let meaning = setting.meanings[choice] { table.add([choice, meaning]) } }
    let meanings = setting.meanings.isEmpty ? "" : "\n" + table.text
    interpreter.emit(
      .text("\(setting.name) = \(setting.get(configuration))   (\(setting.values)) \(setting.help)" + meanings))
  }

  static let rank = short("rank", for: "r", "N", "set the adapter's rank, r", "rank 16")
  static let alpha = short("alpha", for: "lora_alpha", "X", "set lora_alpha", "alpha 16")
  static let lr = short("lr", for: "lr", "X", "set the learning rate", "lr 1.0")

  private static func short(_ name: String, for setting: String, _ value: String, _ summary: String, _ example: String)
    -> Command
  {
    Command(
      name: name, group: .setUp, usage: ["\(name) \(value)"], summary: summary, example: example, changesSession: true,
      complete: { $0.words.count == 1 ? $0.values(of: setting) : [] }, hint: { $0.hint(for: setting) }
    ) { interpreter, statement throws(CommandError) in
      try interpreter.set(setting, statement, skipping: 0)
    }
  }
}

extension CompletionContext {
  /// The settings, each with what it is now.
  fileprivate func settings() -> [Candidate] {
    let kept = session.variables.map { Candidate("$" + $0, "= " + ValueText.short($1)) }
    return Setting.all.map { Candidate($0.name, "\($0.get(session.configuration))  \($0.help)") } + kept
  }

  /// What a setting can be: its choices, and where there are none what it is now.
  fileprivate func values(of name: String) -> [Candidate] {
    guard let setting = try? Setting.find(name) else { return [] }
    let (now, standard) = (setting.get(session.configuration), setting.get(Configuration()))
    var values = setting.choices.map { choice in
      let notes = [choice == now ? "now" : "", choice == standard ? "the default" : "", setting.meanings[choice] ?? ""]
      return Candidate(choice, notes.filter { !$0.isEmpty }.joined(separator: "; "))
    }
    if setting.choices.isEmpty, !needsQuotes(now) { values.append(Candidate(now, "now")) }
    return setting.name == "target_modules" ? values + names(.modules) : values
  }

  fileprivate func hint(for name: String) -> String {
    if name.hasPrefix("$") { return words.contains("=") ? "EXPR" : "= EXPR" }
    guard let setting = try? Setting.find(name) else { return "" }
    return "\(setting.values)  (now \(setting.get(session.configuration))): \(setting.help)"
  }
}

extension Interpreter {
  /// `set $name = EXPR`, a blank before and after the sign.
  fileprivate mutating func setVariable(_ name: Statement.Word, _ statement: Statement) throws(CommandError) {
    let words = statement.arguments.dropFirst()
    guard words.first?.text == "=", let expression = statement.tail(skipping: 2) else {
      throw CommandError("write for example: set $before = norm(grad(0.lora_B))", range: name.range)
    }
    let value = try debugger(at: expression) { session throws(DebuggerError) in
      try Evaluation(session).evaluate(try ExpressionParser.parse(expression.text))
    }
    try debugger(statement, blaming: name) { session throws(DebuggerError) in
      try session.setVariable(String(name.text.dropFirst()), value)
    }
  }

  fileprivate mutating func set(_ name: String, _ statement: Statement, skipping: Int) throws(CommandError) {
    let bare = String(name.prefix { $0 != "=" })
    if let habit = Habit.trainer.first(where: { $0.typed.contains(bare) }) {
      throw CommandError("no setting '\(bare)'; here it is: \(habit.here)", range: statement.arguments.first?.range)
    }
    let setting = try debugger(statement) { _ throws(DebuggerError) in try Setting.find(bare.isEmpty ? name : bare) }
    let values = statement.arguments.dropFirst(skipping)
    // gdb writes an equals sign here, and the shell none.
    if bare != name || values.first?.text == "=" {
      throw CommandError(
        "a setting takes no '='; write: set \(setting.name) \(setting.values)",
        range: bare != name ? statement.arguments.first?.range : values.first?.range)
    }
    try configure(statement, skipping: skipping, blaming: values.first) { configuration throws(DebuggerError) in
      try setting.set(&configuration, values.map(\.text))
    }
  }
}
