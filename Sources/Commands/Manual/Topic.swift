import Debugger
import Training

/// Something besides a command that `help` explains: a setting, a function, what can be stopped at, a verdict.
/// Their tables are elsewhere; to add a kind of topic, add a line to `all`.
struct Topic: Sendable {
  let name: String
  var aliases: [String] = []
  /// What it is, as in `clip_norm (stage of the ledger)`.
  let kind: String
  let summary: String
  /// How it is written.
  let usage: [String]
  /// What else there is to say.
  var details: @Sendable (Session) -> [String] = { _ in [] }

  static let all: [Topic] = overviews + settings + functions + placements + stages + verdicts + events

  /// What is known under a name, in the order of the tables.
  static func named(_ name: String) -> [Topic] { all.filter { $0.name == name || $0.aliases.contains(name) } }

  /// What a word of the ledger or a verdict means; nothing for other words.
  static func meaning(of word: String) -> String { (stages + verdicts).first { $0.name == word }?.summary ?? "" }

  func page(_ session: Session) -> String {
    let others = aliases.isEmpty ? "" : ", " + aliases.joined(separator: ", ")
    var page = ManualPage(name: "\(name)\(others) (\(kind))", summary)
    page.add("SYNOPSIS", usage)
    page.add("DESCRIPTION", details(session))
    return page.text
  }

  private static let settings = Setting.all.map { setting in
    Topic(
      name: setting.name, aliases: setting.aliases, kind: "setting", summary: setting.help,
      usage: ["set \(setting.name) \(setting.values)", "show \(setting.name)"]
    ) { session in
      let (now, standard) = (setting.get(session.configuration), setting.get(Configuration()))
      var table = TextTable([], leftAligned: [0, 1])
      for choice in setting.choices { if let meaning = setting.meanings[choice] { table.add([choice, meaning]) } }
      return ["It is \(now) now" + (now == standard ? ", the default." : "; the default is \(standard).")]
        + (setting.meanings.isEmpty ? [] : table.text.split(separator: "\n").map(String.init))
    }
  }

  private static let functions = ExpressionFunction.all.map { function in
    Topic(
      name: function.name, kind: "function", summary: function.help,
      usage: [function.usage, "print \(function.usage)"]
    ) { _ in
      function.choices.isEmpty
        ? [] : ["STAGE or VERDICT is " + function.choices.joined(separator: ", ") + "."]
    }
  }

  private static let placements = HookPlacement.all.map { placement in
    Topic(
      name: placement.name, kind: "hook placement", summary: placement.sees,
      usage: [
        "hook \(placement.targets == .modules ? "MODULE" : "PARAM") at \(placement.name)", "break at \(placement.name)",
      ]
    ) { _ in ["In PyTorch: \(placement.call)."] }
  }

  private static let stages = LedgerStage.allCases.map { stage in
    Topic(
      name: stage.rawValue, kind: "stage of the ledger", summary: stage.meaning,
      usage: ["break at \(stage.rawValue)", "print acted(P, \(stage.rawValue))", "print factor(P, \(stage.rawValue))"]
    ) { _ in
      let moment = BreakPlace.all.first { $0.name == stage.rawValue }?.help ?? ""
      return [
        "'explain' lists it where it changed the gradient between the hook and the new weight. 'break at "
          + "\(stage.rawValue)' stops at this event: \(moment)."
      ]
    }
  }

  private static let verdicts = Verdict.allCases.map { verdict in
    Topic(
      name: verdict.rawValue, kind: "verdict", summary: verdict.meaning,
      usage: ["expect verdict(P, \(verdict.rawValue))"])
  }

  private static let events: [Topic] = {
    let known = Set((placements + stages).map(\.name))
    return BreakPlace.all.filter { !known.contains($0.name) }.map {
      Topic(name: $0.name, kind: "event", summary: $0.help, usage: ["break at \($0.name) [PARAM|MODULE] [if EXPR]"])
    }
  }()
}
