import CReadline
import Debugger
import Glibc

/// What readline calls, always on the main thread.
///
/// They do not belong to the main actor, because C calls them through plain pointers; each says
/// where it runs with `assumeIsolated`.
enum ReadlineCallbacks {
  typealias CString = UnsafeMutablePointer<CChar>
  typealias CStringArray = UnsafeMutablePointer<CString?>

  /// The screen is painted from `Readline.state` after every key.
  static let redisplay: @convention(c) @Sendable () -> Void = {}

  static let nextByte: @convention(c) @Sendable (UnsafeMutablePointer<FILE>?) -> Int32 = { _ in
    MainActor.assumeIsolated { Readline.nextByte().map(Int32.init) ?? EOF }
  }

  static let hasInput: @convention(c) @Sendable () -> Int32 = {
    MainActor.assumeIsolated { Readline.isInsideSequence ? 1 : 0 }
  }

  /// The line is ours to free; none at all is Ctrl-D on an empty line.
  static let finishLine: @convention(c) @Sendable (CString?) -> Void = { line in
    let text = line.map { String(cString: $0) }
    free(line)
    MainActor.assumeIsolated { Readline.finished.append(text) }
  }

  static let complete: @convention(c) @Sendable (UnsafePointer<CChar>?, Int32, Int32) -> CStringArray? = {
    _, start, end in
    let replacements = MainActor.assumeIsolated { completions(wordStart: Int(start), end: Int(end)) }
    return array(of: replacements)
  }

  /// readline hands over the words it would show; the candidates themselves are more to the point.
  static let showMatches: @convention(c) @Sendable (CStringArray?, Int32, Int32) -> Void = { _, _, _ in
    MainActor.assumeIsolated { Readline.candidatesToShow = latestCandidates }
  }

  @MainActor private static var latestCandidates: [Candidate] = []

  @MainActor private static func completions(wordStart: Int, end: Int) -> [String] {
    // Without this readline would offer file names next.
    rl_attempted_completion_over = 1
    let line = Array(Readline.lineBytes.prefix(end))
    let completion = Readline.completer(String(decoding: line, as: UTF8.self), line.count)
    if let suffix = completion.suffix?.asciiValue {
      rl_completion_append_character = Int32(suffix)
    } else {
      rl_completion_suppress_append = 1
    }
    latestCandidates = completion.candidates
    return completion.replacements(in: line, wordStart: wordStart)
  }

  /// A copy that readline frees, or nil when there is nothing in it.
  private static func array(of strings: [String]) -> CStringArray? {
    let size = MemoryLayout<CString?>.stride
    guard !strings.isEmpty, let memory = calloc(strings.count + 1, size) else { return nil }
    let array = memory.assumingMemoryBound(to: CString?.self)
    for (index, string) in strings.enumerated() { array[index] = strdup(string) }
    return array
  }
}
