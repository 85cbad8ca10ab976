import Debugger

/// What a replay came to, in a line or two.
struct ReplayText {
  let report: ReplayReport

  var text: String {
    if let difference = report.difference { return text(difference) }
    return "\(report.name): \(counted(report.commands, "command")), \(counted(report.steps, "step"))" + verdict
  }

  private var verdict: String {
    guard report.isVerified else { return "" }
    if report.isDiverted { return "; something else was done on the way, so that digests were not compared to the end" }
    let all = report.identical + report.near + report.different
    var parts: [String] = []
    if report.different > 0 { parts.append("\(report.different) of \(all) digests differ from the recording") }
    if report.near > 0 {
      parts.append(
        "\(report.near) of \(all) digests are another machine's or version's, and loss and norm agree within a relative "
          + "\(StateDigest.tolerance)")
    }
    if report.identical > 0 { parts.append("\(report.identical) of \(all) digests verified, bit for bit") }
    if report.missing > 0 { parts.append("\(report.missing) of the recording's steps were not taken") }
    return "; " + parts.joined(separator: "; ")
  }

  private func text(_ difference: ReplayReport.Difference) -> String {
    let (expected, found) = (difference.expected, difference.found)
    return "\(report.name): step \(found.step): the recording has \(expected.hashText), this replay \(found.hashText)\n"
      + "        recorded \(numbers(expected))\n        replayed \(numbers(found))"
  }

  private func numbers(_ digest: StateDigest) -> String {
    "step \(digest.step)  loss \(shortNumber(digest.loss))  norm of what is trained \(shortNumber(digest.norm))"
  }
}
