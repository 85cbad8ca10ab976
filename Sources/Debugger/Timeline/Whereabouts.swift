extension Session {
  /// Where the session stands, in a line.
  public var whereabouts: String {
    var text = "after step \(step)"
    if isInsideStep, let lastEvent {
      text = "inside step \(step + 1), after event \(eventsTaken): " + describe(lastEvent, in: graph)
    } else if step == timeline.current.base {
      text = "before the first step"
    }
    if timeline.branches.count > 1 { text += "  (branch \(timeline.current.name))" }
    let ahead = stepsAhead
    return ahead == 0 ? text : text + "; \(ahead) step\(ahead == 1 ? " lies" : "s lie") ahead"
  }
}
