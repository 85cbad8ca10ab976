import Debugger

// What `info` tells about the debugger itself.

extension InfoTopic {
  static func breakpoints(_ session: Session) -> String {
    var table = TextTable(["num", "type", "on", "hits", "what"], leftAligned: [1, 2, 4])
    let list = session.stopList
    table.add([
      "0", "non-finite", list.stopsAtNonFinite ? "y" : "n", "", "NaN or inf in a loss, a gradient or a weight",
    ])
    for breakpoint in list.breakpoints {
      let type = breakpoint.isWatch ? "watch" : breakpoint.isTemporary ? "temporary" : "breakpoint"
      table.add([
        String(breakpoint.id), type, breakpoint.isEnabled ? "y" : "n", String(breakpoint.hits), breakpoint.words,
      ])
    }
    return table.text
  }

  static func displays(_ session: Session) -> String {
    let displays = session.stopList.displays
    guard !displays.isEmpty else { return "nothing is displayed; write for example: display loss" }
    return displays.map { "\($0.id): \($0.text)" }.joined(separator: "\n")
  }

  static func branches(_ session: Session) -> String {
    var table = TextTable(["", "num", "branch", "steps", "from"], leftAligned: [0, 2, 4])
    for (index, branch) in session.timeline.branches.enumerated() {
      let isHere = index == session.timeline.position
      table.add([
        isHere ? "*" : "", String(index + 1), branch.name, String(branch.end),
        branch.origin.map { "step \($0.step) of \($0.branch)" } ?? "",
      ])
    }
    return table.text
  }

  static func timeline(_ session: Session) -> String {
    let branch = session.timeline.current
    let bytes = session.timeline.branches.reduce(0) { $0 + $1.checkpointBytes }
    let gap = branch.checkpointInterval
    return """
      \(session.whereabouts)
      branch \(branch.name): steps \(branch.base) to \(branch.end); \(session.timeline.branches.count) \
      branch\(session.timeline.branches.count == 1 ? "" : "es") in all
      \(branch.checkpointCount) checkpoints, one every \(gap == 1 ? "step" : "\(gap) steps") and of the newest; \
      about \(size(bytes)) in all branches
      \(branch.recordsKept) records kept whole; going back runs at most \(counted(gap, "step")) again
      """
  }

  private static func size(_ bytes: Int) -> String {
    bytes < 1 << 20 ? "\((bytes + 1023) / 1024) KiB" : "\(bytes >> 20) MiB"
  }
}
