import Training

// Setting and removing what stops a run.

extension Session {
  /// `break at PLACE PARAM if CONDITION`; `words` is all of it as it was typed. Returns its number.
  public mutating func addBreakpoint(
    place: BreakPlace?, on target: String?, if condition: Expression?, isTemporary: Bool, words: String
  ) throws(DebuggerError) -> Int {
    guard let names else { throw Session.noModel }
    var site: HookSite?
    if let target {
      site = try names.one(target, .both)
      if let place, !place.hasSite {
        throw DebuggerError("\(place.name) is an event of the whole step, not of \(target); leave one of them out")
      }
    }
    // At least the kind of event that this is.
    var kind = place
    if place == nil, site == nil, condition == nil {
      let event = lastEvent
      kind = BreakPlace.all.first { place in
        guard let event, let plan = machine?.plan else { return place.name == "begin" }
        return place.matches(event, plan)
      }
    }
    return add(
      Breakpoint(
        id: stopList.nextBreakpoint, words: words.isEmpty ? "at \(kind?.name ?? "any event")" : words,
        kind: .event(kind, on: site), condition: condition, isTemporary: isTemporary))
  }

  /// `watch EXPR`. Returns its number and the value it has now, if it has one.
  public mutating func addWatch(_ text: String) throws(DebuggerError) -> (id: Int, value: Value?) {
    guard names != nil else { throw Session.noModel }
    let expression = try checkedExpression(text)
    guard !expression.isConstant else {
      throw DebuggerError("a constant never changes; watch something such as: loss", word: 0, range: expression.range)
    }
    let value = try? Evaluation(self).evaluate(expression)
    let id = add(
      Breakpoint(
        id: stopList.nextBreakpoint, words: text, kind: .watch(expression, last: value), condition: nil,
        isTemporary: false))
    return (id, value)
  }

  private mutating func add(_ breakpoint: Breakpoint) -> Int {
    stopList.breakpoints.append(breakpoint)
    stopList.nextBreakpoint += 1
    return breakpoint.id
  }

  /// Removes breakpoints and watches; all of them without a number.
  public mutating func deleteBreakpoint(_ id: Int?) throws(DebuggerError) {
    guard let id else {
      stopList.breakpoints = []
      return
    }
    guard id != 0 else { throw DebuggerError("0, the stop at NaN and inf, is built in; write: disable 0", word: 0) }
    try checkBreakpoint(id)
    stopList.breakpoints.removeAll { $0.id == id }
  }

  /// Switches breakpoints on or off; all of them without a number.
  public mutating func enableBreakpoint(_ id: Int?, _ isEnabled: Bool) throws(DebuggerError) {
    if id == 0 || id == nil { stopList.stopsAtNonFinite = isEnabled }
    if let id, id != 0 { try checkBreakpoint(id) }
    for index in stopList.breakpoints.indices where id == nil || stopList.breakpoints[index].id == id {
      stopList.breakpoints[index].isEnabled = isEnabled
    }
  }

  private func checkBreakpoint(_ id: Int) throws(DebuggerError) {
    let known = stopList.breakpoints.map { String($0.id) }
    guard stopList.breakpoints.contains(where: { $0.id == id }) else {
      throw DebuggerError(
        "no breakpoint \(id); " + (known.isEmpty ? "none is set" : "there are \(known.joined(separator: ", "))"),
        word: 0)
    }
  }

  /// `display EXPR`.
  public mutating func addDisplay(_ text: String) throws(DebuggerError) -> Display {
    let display = Display(id: stopList.nextDisplay, text: text, expression: try checkedExpression(text))
    stopList.displays.append(display)
    stopList.nextDisplay += 1
    return display
  }

  public mutating func deleteDisplay(_ id: Int?) throws(DebuggerError) {
    if let id, !stopList.displays.contains(where: { $0.id == id }) {
      throw DebuggerError("no display \(id); 'display' shows them all", word: 0)
    }
    stopList.displays.removeAll { id == nil || $0.id == id }
  }

  /// Parses an expression that is to be evaluated later: the names in it must be known now.
  public func checkedExpression(_ text: String) throws(DebuggerError) -> Expression {
    let expression = try ExpressionParser.parse(text)
    for (name, range) in expression.names {
      guard let names else { throw Session.noModel }
      do {
        _ = try names.one(name, .both)
      } catch {
        throw DebuggerError(error.message, word: 0, range: range)
      }
    }
    return expression
  }

  /// `set $name = EXPR`.
  public mutating func setVariable(_ name: String, _ value: Value) throws(DebuggerError) {
    guard let first = name.first, first.isLetter || first == "_",
      name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
    else { throw DebuggerError("a variable's name is made of letters, digits and _, as in: set $before = loss") }
    variables[name] = value
  }
}
