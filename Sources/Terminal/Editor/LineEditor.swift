import CReadline
import Debugger

/// The prompt: GNU readline with everything its users know, painted by somebody else.
///
/// readline has only one line to edit, so there should be one editor; a later one takes over.
@MainActor
public final class LineEditor {
  /// Called with each line that Enter completes, and with nil for Ctrl-D on an empty line.
  public var onLine: @MainActor (String?) -> Void = { _ in }
  /// Called with the candidates when Tab finds several.
  public var showCandidates: @MainActor ([Candidate]) -> Void = { _ in }
  /// Makes one line of several that were pasted; they run only when the user presses Enter.
  public var joinPastedLines: @MainActor ([String]) -> String = { $0.joined(separator: "; ") }

  private let prompt: String
  private let history: CommandHistory

  /// - Parameters:
  ///   - name: the program's name in the user's inputrc: `$if name`.
  ///   - historyFile: read now, and extended by each line; nil keeps no file.
  ///   - completer: gets the line up to the cursor and its length in bytes.
  public init(
    name: String, prompt: String, historyFile: String? = nil,
    completer: @escaping @MainActor (_ line: String, _ byteOffset: Int) -> Completion
  ) throws(TerminalError) {
    try Readline.prepare(name: name)
    self.prompt = prompt
    history = CommandHistory(file: historyFile)
    Readline.completer = completer
    Readline.restart(prompt: prompt)
  }

  /// What to paint.
  public var state: PromptState { Readline.state }

  /// The line as it would be delivered now.
  public var line: String { String(decoding: Readline.lineBytes, as: UTF8.self) }

  /// Nothing is typed.
  public var isEmpty: Bool { Readline.lineBytes.isEmpty }

  /// The line is being extended: the cursor is behind it, and keys go to no search.
  public var isAtEnd: Bool { rl_point == rl_end && !Readline.isSearching }

  /// Nothing is typed, searched for or half done: keys may mean something else.
  public var isIdle: Bool { isEmpty && isAtEnd && !isViCommandMode }

  /// vi's command mode, in which letters are commands.
  public var isViCommandMode: Bool { readline_is_in_vi_command_mode() }

  /// Works through keys: whole UTF-8 characters and whole escape sequences.
  public func feed(_ bytes: some Sequence<UInt8>) {
    Readline.input += bytes
    while !Readline.input.isEmpty {
      rl_callback_read_char()
      deliver()
    }
  }

  /// Inserts text without obeying anything in it; a search takes its first line as typed.
  public func paste(_ bytes: [UInt8]) {
    let lines = PastedText.lines(bytes)
    guard let first = lines.first else { return }
    if Readline.isSearching {
      feed(first.utf8)
    } else {
      Readline.insert(lines.count == 1 ? first : joinPastedLines(lines))
    }
  }

  /// Ctrl-C: leaves a search and empties the line.
  public func interrupt() {
    Readline.restart(prompt: prompt)
  }

  /// Makes a line reachable with the arrow keys, now and in later programs; blank and repeated ones are left out.
  public func addHistory(_ line: String) {
    history.add(line)
  }

  private func deliver() {
    let candidates = Readline.candidatesToShow
    Readline.candidatesToShow = []
    if !candidates.isEmpty { showCandidates(candidates) }
    let lines = Readline.finished
    Readline.finished = []
    for line in lines { onLine(line) }
  }
}
