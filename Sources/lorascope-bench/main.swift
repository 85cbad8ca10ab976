import Foundation

// Measures what a step costs, without and with everything observed.

func fail(_ error: BenchError) -> Never {
  FileHandle.standardError.write(Data("lorascope-bench: \(error.message)\n".utf8))
  exit(2)
}

/// One line at once: what is measured next takes its time.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

func text(_ row: Row) -> String {
  func column(_ number: Double, _ digits: Int) -> String { String(format: "%9.\(digits)f", number) }
  func words(_ measured: Measurement) -> String {
    "\(column(measured.median, 4)) (\(column(measured.low, 4)) to\(column(measured.high, 4)))\(column(measured.peak, 0))"
  }
  let name = row.name.padding(toLength: 21, withPad: " ", startingAt: 0)
  return "\(name) \(words(row.bare)) \(words(row.observed)) \(String(format: "%+6.1f%%", row.costPercent))"
}

do throws(BenchError) {
  let options = try BenchOptions(Array(CommandLine.arguments.dropFirst()))
  if options.isHelp {
    say(BenchOptions.help)
  } else if options.isList {
    for work in options.cases { say(work.name) }
  } else if let mode = options.worker, let work = options.cases.first {
    var worker = try Worker(work, mode, threads: options.threads)
    try worker.serve()
  } else {
    if !options.isJSON {
      say("case                  bare ms (1 in 10 below, above)     MiB  observed ms (below, above)         MiB   cost")
    }
    for work in options.cases {
      let row = try measure(
        work, threads: options.threads, steps: options.steps ?? work.steps, rounds: options.rounds)
      if options.isJSON, let data = try? JSONEncoder().encode(row) {
        say(String(decoding: data, as: UTF8.self))
      } else {
        say(text(row))
      }
    }
  }
} catch {
  fail(error)
}
