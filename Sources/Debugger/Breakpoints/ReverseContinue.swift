import Training

extension Session {
  /// A moment of a branch, between two events.
  private struct Moment: Comparable {
    let step: Int
    let event: Int

    static func < (a: Moment, b: Moment) -> Bool { (a.step, a.event) < (b.step, b.event) }
  }

  private var moment: Moment { Moment(step: step, event: eventsTaken) }

  /// Steps that are looked through at a time, at least: each time costs the way from a checkpoint.
  private static let leastWindow = 16

  /// Goes back to the last moment before this one at which a breakpoint stops; nil if there is none, and then it is
  /// the branch's beginning. `isWanted` is told how many steps were looked through, and ends the search with false:
  /// then nothing is returned, and nothing has changed.
  public mutating func reverseContinue(_ isWanted: (Int) -> Bool) throws(DebuggerError) -> [Stop]? {
    let base = timeline.current.base
    guard moment > Moment(step: base, event: 0) else { throw DebuggerError("this is the beginning") }
    var (end, looked) = (moment, 0)
    while end > Moment(step: base, event: 0) {
      // From a checkpoint forward, up to where the last look began: the last stop on the way is the one.
      let last = end.event > 0 ? end.step : end.step - 1
      let start = max(base, min(last, timeline.current.checkpoint(before: last - Session.leastWindow)))
      var probe = self
      try probe.travel(to: start)
      probe.primeWatches()
      var found: (moment: Moment, stops: [Stop])?
      while true {
        guard isWanted(looked) else { return [] }
        let event = try probe.advance()
        guard probe.moment < end else { break }
        if probe.eventsTaken == 0 { looked += 1 }
        let stops = probe.checkBreakpoints(event)
        if !stops.isEmpty { found = (probe.moment, stops) }
      }
      if let found {
        try travel(to: found.moment.step, event: found.moment.event)
        primeWatches()
        countHits(Set(found.stops.compactMap(\.breakpoint)))
        return found.stops
      }
      end = Moment(step: start, event: 0)
    }
    try travel(to: base)
    return nil
  }
}

extension Stop {
  /// The number of the breakpoint or watch.
  fileprivate var breakpoint: Int? {
    switch reason {
    case .breakpoint(let id), .watch(let id, _, _, _): id
    case .nonFinite: nil
    }
  }
}
