import CNcurses
import CReadline
import Debugger
import Glibc

/// GNU readline's one instance, kept away from the terminal: it reads bytes from here,
/// writes to nowhere, and its callbacks leave their news here.
///
/// The callbacks run inside `rl_callback_read_char`, so on the main thread. What they find is
/// kept until that call has returned, because readline does not like to be called from them.
@MainActor
enum Readline {
  /// Bytes that readline has not read yet.
  static var input: ArraySlice<UInt8> = []
  /// The byte that readline read last.
  private static var latestByte: UInt8 = 0
  /// Lines that are complete; nil is the end of input.
  static var finished: [String?] = []
  static var candidatesToShow: [Candidate] = []
  static var completer: @MainActor (String, Int) -> Completion = { _, point in
    Completion(start: point, candidates: [])
  }

  private static var isReady = false

  /// The line and the prompt now.
  static var state: PromptState {
    let line = lineBytes
    let prompt = modeMark + (rl_display_prompt.map { String(cString: $0) } ?? "")
    return PromptState(rawPrompt: prompt, line: line, point: Int(rl_point))
  }

  /// What `show-mode-in-prompt` puts before the prompt, which readline does only where it paints itself.
  private static var modeMark: String {
    guard variable("show-mode-in-prompt") == "on" else { return "" }
    let isVi = variable("editing-mode") == "vi"
    return variable(
      !isVi ? "emacs-mode-string" : readline_is_in_vi_command_mode() ? "vi-cmd-mode-string" : "vi-ins-mode-string")
  }

  private static func variable(_ name: String) -> String {
    rl_variable_value(name).map { String(cString: $0) } ?? ""
  }

  static var lineBytes: [UInt8] {
    guard let buffer = rl_line_buffer, rl_end > 0 else { return [] }
    return UnsafeRawBufferPointer(start: buffer, count: Int(rl_end)).map(\.self)
  }

  static func nextByte() -> UInt8? {
    guard let byte = input.popFirst() else { return nil }
    latestByte = byte
    return byte
  }

  /// Whether what follows belongs to the escape just read. Of other input readline is not to know in advance: it would
  /// insert letters in one go, and then neither tell two kills apart nor record the letters in a macro.
  static var isInsideSequence: Bool { latestByte == 0x1B && !input.isEmpty }

  /// Sets readline up; only the first call does anything.
  static func prepare(name: String) throws(TerminalError) {
    guard !isReady else { return }
    guard let nowhere = fopen("/dev/null", "w") else { throw .failed("opening /dev/null") }
    // The locale comes first, because readline looks at it.
    _ = TerminalLocale.isUTF8
    // Kept for ever: readline remembers the pointers.
    rl_readline_name = UnsafePointer(strdup(name))
    rl_completer_word_break_characters = UnsafePointer(strdup(" \t;"))
    rl_outstream = nowhere
    rl_catch_signals = 0
    rl_catch_sigwinch = 0
    rl_change_environment = 0
    rl_prep_term_function = nil
    rl_deprep_term_function = nil
    rl_redisplay_function = ReadlineCallbacks.redisplay
    rl_getc_function = ReadlineCallbacks.nextByte
    rl_input_available_hook = ReadlineCallbacks.hasInput
    rl_attempted_completion_function = ReadlineCallbacks.complete
    rl_completion_display_matches_hook = ReadlineCallbacks.showMatches
    rl_sort_completion_matches = 0
    stifle_history(CommandHistory.usualSize)
    // The user's inputrc is read next and may say otherwise ...
    rl_variable_bind("show-all-if-ambiguous", "on")
    initialize()
    // ... but not here: these make a noise, or wait for the terminal.
    rl_variable_bind("bell-style", "none")
    rl_variable_bind("blink-matching-paren", "off")
    rl_variable_bind("enable-bracketed-paste", "off")
    using_history()
    isReady = true
  }

  /// readline asks the same terminfo library as ncurses, which must not lose its terminal by that.
  private static func initialize() {
    let terminal = cur_term
    rl_initialize()
    if let terminal { set_curterm(terminal) }
  }

  static func start(prompt: String) {
    rl_callback_handler_install(prompt, ReadlineCallbacks.finishLine)
  }

  /// Forgets the line, a search and whatever else is half done.
  static func restart(prompt: String) {
    input = []
    rl_callback_sigcleanup()
    rl_free_line_state()
    rl_callback_handler_remove()
    start(prompt: prompt)
  }

  /// Whether keys do something else now than edit the line.
  static var isSearching: Bool { readline_wants_keys() }

  /// Inserts at the cursor; one undo takes it away again.
  static func insert(_ text: String) {
    rl_begin_undo_group()
    rl_insert_text(text)
    rl_end_undo_group()
  }
}
