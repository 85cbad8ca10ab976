import Foundation

/// This program again, as a worker that takes turns when it is told to.
final class WorkerProcess {
  private let process = Process()
  private let (orders, answers) = (Pipe(), Pipe())
  private var unread = Data()

  init(_ work: BenchCase, _ mode: BenchMode, threads: Int) throws(BenchError) {
    process.executableURL = Bundle.main.executableURL
    process.arguments = ["--worker", mode.rawValue, "--case", work.name, "--threads", String(threads)]
    process.standardInput = orders
    process.standardOutput = answers
    do {
      try process.run()
    } catch {
      throw BenchError("a worker cannot be started: \(error.localizedDescription)")
    }
  }

  func take(_ steps: Int) throws(BenchError) -> Turn {
    orders.fileHandleForWriting.write(Data("\(steps)\n".utf8))
    while !unread.contains(UInt8(ascii: "\n")) {
      let data = answers.fileHandleForReading.availableData
      if data.isEmpty {
        throw BenchError("a worker has ended; run it alone: lorascope-bench --worker MODE --case NAME")
      }
      unread += data
    }
    let line = unread.prefix { $0 != UInt8(ascii: "\n") }
    unread.removeFirst(line.count + 1)
    guard let turn = try? JSONDecoder().decode(Turn.self, from: line) else {
      throw BenchError("a worker answered with something else than a turn")
    }
    return turn
  }

  /// No more orders: the worker ends.
  func end() {
    try? orders.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}
