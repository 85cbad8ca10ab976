import Debugger

extension Topic {
  /// Whole tables at once.
  static let overviews = [
    Topic(
      name: "settings", kind: "overview", summary: "what 'set' and 'show' know, with the values of now",
      usage: ["set NAME VALUE", "show [NAME]"]
    ) { session in
      Setting.all.flatMap { setting in
        ["\(setting.name) \(setting.values)  (now \(setting.get(session.configuration)))", "    " + setting.help]
      }
    },
    Topic(
      name: "expressions", aliases: ["functions"], kind: "overview",
      summary: "what print, expect, watch, until, display and conditions take",
      usage: ["print EXPR", "expect EXPR", "watch EXPR", "until EXPR", "display EXPR", "break if EXPR"]
    ) { _ in expressionHelp },
    Topic(
      name: "events", kind: "overview", summary: "what 'break at' can stop at", usage: ["break at EVENT"]
    ) { _ in rows(BreakPlace.all.map { [$0.name, $0.help] }) },
    Topic(
      name: "verdicts", kind: "overview", summary: "what a comparison of hook and update can come to",
      usage: ["expect verdict(P, VERDICT)"]
    ) { _ in rows(all.filter { $0.kind == "verdict" }.map { [$0.name, $0.summary] }) },
    Topic(
      name: "gdb", kind: "overview", summary: "what gdb's commands are here", usage: ["help COMMAND"]
    ) { _ in habits(Habit.gdb) },
    Topic(
      name: "pytorch", aliases: ["torch", "peft"], kind: "overview",
      summary: "what PyTorch's and PEFT's calls are here",
      usage: ["help COMMAND", "help SETTING"]
    ) { _ in habits(Habit.pytorch + Habit.trainer) },
  ]

  /// Operators, names and functions.
  static let expressionHelp: [String] =
    [
      "Numbers, + - * /, comparisons, and or not, a ~= b within t [abs] (relative without abs), elements by index: "
        + "hook(0.lora_B)[0, -1].",
      "P is a parameter: its state-dict name, a unique suffix, or a short form such as 0.lora_B; M a module.",
      "$name is a value that was kept by: set $name = EXPR", "",
    ] + rows(ExpressionFunction.all.map { [$0.usage, $0.help] })

  private static func habits(_ habits: [Habit]) -> [String] {
    habits.flatMap { [$0.typed.joined(separator: ", "), "    " + $0.here] }
  }

  private static func rows(_ rows: [[String]]) -> [String] {
    var table = TextTable([], leftAligned: [0, 1])
    for row in rows { table.add(row) }
    return table.text.split(separator: "\n").map(String.init)
  }
}
