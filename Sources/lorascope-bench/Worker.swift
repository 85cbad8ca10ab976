import Commands
import Debugger
import Foundation

/// What a worker answers to one turn.
struct Turn: Codable {
  /// The time of each step.
  let milliseconds: [Double]
  /// The most memory the process has had so far (VmHWM), in MiB.
  let peak: Double
}

/// Takes a case's steps in one mode, in a process of its own, so that its peak of memory is its own. Each line of
/// standard input is a number of steps to take; the answer is one line of JSON, a `Turn`.
struct Worker {
  private var interpreter = Interpreter()
  private let mode: BenchMode

  init(_ work: BenchCase, _ mode: BenchMode, threads: Int) throws(BenchError) {
    self.mode = mode
    try run(work.setup + "; set threads \(threads)" + (mode == .observed ? "; hook all" : ""))
  }

  mutating func serve() throws(BenchError) {
    while let line = readLine() {
      guard let steps = Int(line), steps > 0 else {
        throw BenchError("a worker takes a number of steps, not '\(line)'")
      }
      let turn = Turn(milliseconds: try take(steps), peak: peakMemory())
      guard let data = try? JSONEncoder().encode(turn) else { throw BenchError("a turn cannot be written as JSON") }
      FileHandle.standardOutput.write(data + [UInt8(ascii: "\n")])
    }
  }

  private mutating func take(_ steps: Int) throws(BenchError) -> [Double] {
    let clock = ContinuousClock()
    var moments = [clock.now]
    moments.reserveCapacity(steps + 1)
    switch mode {
    case .bare:
      do throws(DebuggerError) {
        var session = interpreter.session
        for _ in 0..<steps {
          try session.stepUnobserved()
          moments.append(clock.now)
        }
        interpreter.startOver(with: session)
      } catch {
        throw BenchError(error.message)
      }
    case .observed:
      let times = Moments(moments)
      // It also tells how far a step is.
      interpreter.progress = { _, progress in
        if progress.unit == .steps, progress.done >= Double(times.all.count) { times.all.append(clock.now) }
      }
      try run("step \(steps)")
      moments = times.all
    }
    return zip(moments, moments.dropFirst()).map { ($1 - $0) / .milliseconds(1) }
  }

  private mutating func run(_ commands: String) throws(BenchError) {
    let failure = Failure()
    interpreter.emit = { if case .failure(let error) = $0 { failure.message = error.message } }
    if interpreter.run(ScriptFrame(name: nil, text: commands)) != .finished {
      throw BenchError(failure.message ?? "the steps were stopped")
    }
  }

  /// What the interpreter's closures leave behind.
  private final class Failure { var message: String? }

  private final class Moments {
    var all: [ContinuousClock.Instant]
    init(_ all: [ContinuousClock.Instant]) { self.all = all }
  }
}

/// VmHWM of this process in MiB; 0 where the system does not tell.
private func peakMemory() -> Double {
  guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
    let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
    let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Double($0) })
  else { return 0 }
  return kilobytes / 1024
}
