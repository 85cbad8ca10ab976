import Foundation
import Synchronization

/// The input that is being tried in one loop: what to blame if it never comes back, or takes the process with it.
final class FuzzJournal: Sendable {
  /// No input may take longer, in a debug build on a busy machine.
  static let limit = Duration.seconds(20)
  private static let end = Duration.seconds(60)

  private struct Entry: Sendable {
    var description = ""
    var began = ContinuousClock.now
    var slowest: (time: Duration, description: String) = (.zero, "")
    var isOver = false
  }

  private let entry = Mutex(Entry())
  /// A crash handler may only write bytes that are there already: a place for each loop.
  nonisolated(unsafe) private static let pages = UnsafeMutableRawBufferPointer.allocate(
    byteCount: pageCount * pageSize, alignment: 16)
  private static let pageCount = 4
  private static let pageSize = 8192
  private static let pagesTaken = Mutex(0)
  private let page: Int

  init() {
    page = FuzzJournal.pagesTaken.withLock { taken in
      if taken == 0 { FuzzJournal.installCrashHandler() }
      taken += 1
      return (taken - 1) % FuzzJournal.pageCount * FuzzJournal.pageSize
    }
    // A loop that hangs cannot say so itself.
    Thread.detachNewThread { [weak self] in
      while let self, !self.entry.withLock({ $0.isOver }) {
        let (time, description) = self.entry.withLock { (ContinuousClock.now - $0.began, $0.description) }
        if time > FuzzJournal.end {
          print("HANG after \(time): \(description)")
          abort()
        }
        Thread.sleep(forTimeInterval: 0.5)
      }
    }
  }

  func close() { entry.withLock { $0.isOver = true } }

  /// The input that took longest, and how long.
  var slowest: (time: Duration, description: String) { entry.withLock { $0.slowest } }

  /// Runs one input.
  func trying<T>(_ number: Int, _ plan: FuzzPlan, _ input: String, _ body: () -> T) -> T {
    let description = "\(plan.reproduction(number)) \(String(reflecting: String(input.prefix(2000))))"
    let began = ContinuousClock.now
    entry.withLock { ($0.description, $0.began) = (description, began) }
    var report = "\nCRASH while trying " + description + "\n\0"
    report.withUTF8 { bytes in
      let place = UnsafeMutableRawBufferPointer(rebasing: FuzzJournal.pages[page..<(page + FuzzJournal.pageSize)])
      place.copyMemory(
        from: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes.prefix(FuzzJournal.pageSize - 1))))
    }
    let result = body()
    let time = ContinuousClock.now - began
    entry.withLock { if time > $0.slowest.time { $0.slowest = (time, description) } }
    return result
  }

  private static func installCrashHandler() {
    pages.initializeMemory(as: UInt8.self, repeating: 0)
    for number in [SIGILL, SIGTRAP, SIGSEGV, SIGABRT, SIGFPE, SIGBUS] {
      signal(number) { number in
        guard let start = FuzzJournal.pages.baseAddress else { return }
        for page in 0..<FuzzJournal.pageCount {
          let text = start + page * FuzzJournal.pageSize
          _ = write(2, text, strlen(text.assumingMemoryBound(to: CChar.self)))
        }
        // Once more, for the system's own report.
        signal(number, SIG_DFL)
      }
    }
  }
}
