/// One mode of a case: milliseconds of a step, MiB of memory.
struct Measurement: Codable {
  let median: Double
  /// One in ten steps is faster than `low`, one in ten slower than `high`.
  let low: Double
  let high: Double
  let peak: Double

  init(_ milliseconds: [Double], peak: Double) {
    let sorted = milliseconds.sorted()
    func quantile(_ part: Double) -> Double { sorted[Int((Double(sorted.count - 1) * part).rounded())] }
    (median, low, high) = (quantile(0.5), quantile(0.1), quantile(0.9))
    self.peak = peak
  }
}

/// A case as it was measured.
struct Row: Codable {
  let name: String
  let threads: Int
  let bare: Measurement
  let observed: Measurement
  /// What observing adds to a bare step: the middle of the rounds, each of which takes a turn of both.
  let costPercent: Double
}

/// Lets the two modes of a case take turns, so that what else the machine does falls on both.
func measure(_ work: BenchCase, threads: Int, steps: Int, rounds: Int) throws(BenchError) -> Row {
  let (bare, observed) = (
    try WorkerProcess(work, .bare, threads: threads), try WorkerProcess(work, .observed, threads: threads)
  )
  defer {
    bare.end()
    observed.end()
  }
  // The first turn finds caches, thread pools and the heap as they are at the start of a program.
  for worker in [bare, observed] { _ = try worker.take(max(steps / 4, 1)) }
  var times: (bare: [Double], observed: [Double]) = ([], [])
  var peaks = (bare: 0.0, observed: 0.0)
  var costs: [Double] = []
  for _ in 0..<rounds {
    let (plain, watched) = (try bare.take(steps), try observed.take(steps))
    times.bare += plain.milliseconds
    times.observed += watched.milliseconds
    peaks = (plain.peak, watched.peak)
    costs.append(
      100 * (Measurement(watched.milliseconds, peak: 0).median / Measurement(plain.milliseconds, peak: 0).median - 1))
  }
  return Row(
    name: work.name, threads: threads, bare: Measurement(times.bare, peak: peaks.bare),
    observed: Measurement(times.observed, peak: peaks.observed), costPercent: Measurement(costs, peak: 0).median)
}
