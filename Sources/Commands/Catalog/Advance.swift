import Debugger

extension Command {
  static let advance = Command(
    name: "advance", group: .stepping, usage: ["advance STEPS[:EVENTS]"],
    summary: "take steps, and then events of the next one, past every breakpoint",
    details: "An interrupted run is saved as this.", example: "advance 12:5", mostArguments: 1, changesSession: true
  ) { interpreter, statement throws(CommandError) in
    let parts = (statement.arguments.first?.text ?? "").split(separator: ":", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let steps = Int(parts[0]), steps >= 0,
      let events = parts.count == 2 ? Int(parts[1]) : 0, events >= 0
    else {
      throw CommandError("advance needs STEPS or STEPS:EVENTS, as in: advance 12:5", range: statement.tail.range)
    }
    try interpreter.advance(statement, steps: steps, events: events)
  }
}
