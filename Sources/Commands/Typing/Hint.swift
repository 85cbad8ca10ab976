import Debugger

/// What can be typed next: the rest of the command's usage, or what the setting or the function takes whose turn it is.
/// Nil where there is nothing to say, and where the words so far fit no usage.
public func hint(_ line: String, at cursor: Int, in session: Session) -> String? {
  var typed = TypedCommand(Array(line.prefix(max(0, cursor))))
  guard !typed.isClosed else { return nil }
  let isBegun = !typed.words.isEmpty
  guard let command = typed.command() else {
    guard typed.words.isEmpty else { return nil }
    return isBegun && typed.partial.isEmpty ? "COMMAND" : nameHint(typed.partial)
  }
  let context = CompletionContext(session: session, words: typed.words, partial: typed.partial)
  if let (function, _) = ExpressionFunction.around(typed.text) { return "\(function.usage): \(function.help)" }
  if let own = command.hint(context) { return own.isEmpty ? nil : own }
  let forms = command.usage.compactMap { usage -> UsageForm? in
    var form = UsageForm(usage)
    for word in typed.words.dropFirst() { guard form.take(word) else { return nil } }
    guard typed.partial.isEmpty || form.take(typed.partial, isBegun: true) else { return nil }
    return form
  }
  guard !forms.isEmpty else { return nil }
  let rest = joined(forms)
  guard typed.words.count == 1, typed.partial.isEmpty else { return rest.isEmpty ? nil : rest }
  return rest.isEmpty ? command.summary : "\(rest): \(command.summary)"
}

/// For a name that can only become one command.
private func nameHint(_ partial: String) -> String? {
  guard !partial.isEmpty,
    let command = try? Command.find(Statement.Word(text: partial, range: 0..<0, textStart: 0))
  else { return nil }
  let forms = joined(command.usage.map(UsageForm.init))
  return "\(command.name)\(forms.isEmpty ? "" : " " + forms): \(command.summary)"
}

/// Several forms in one line: the words that tell them apart, or one beside the other.
private func joined(_ forms: [UsageForm]) -> String {
  guard forms.count > 1 else { return forms.first?.rest ?? "" }
  let literals = forms.compactMap(\.literals)
  if literals.count == forms.count {
    var seen: Set<String> = []
    return literals.filter { seen.insert($0).inserted }.joined(separator: "|") + " ..."
  }
  var seen: Set<String> = []
  return forms.map(\.rest).filter { !$0.isEmpty && seen.insert($0).inserted }.joined(separator: ", or ")
}
