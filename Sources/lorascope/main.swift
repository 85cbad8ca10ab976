import Commands
import Glibc
import Terminal

// Reads the command line and starts one of the two faces: the terminal, or a batch run.

/// Ends with what went wrong.
func fail(_ message: String) -> Never {
  writeText("lorascope: " + message, to: STDERR_FILENO)
  exit(BatchRun.Status.failed.rawValue)
}

/// One line or more to a descriptor, at once: a message is never left in a buffer.
func writeText(_ text: String, to descriptor: Int32, end: String = "\n") {
  var rest = Array((text + end).utf8)[...]
  while !rest.isEmpty {
    let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if written < 0 && errno != EINTR {
      if descriptor == STDERR_FILENO { return }
      fail("cannot write the output: " + String(cString: strerror(errno)))
    }
    rest = rest.dropFirst(max(written, 0))
  }
}

let options: Options
do {
  options = try Options(Array(CommandLine.arguments.dropFirst()))
} catch {
  fail("\(error.message)\nTry: lorascope --help")
}

let wantsColor = options.color == .always || (options.color == .auto && Environment["NO_COLOR"] == nil)
func isColored(_ descriptor: Int32) -> Bool {
  wantsColor && (options.color == .always || (isatty(descriptor) == 1 && Environment["TERM"] != "dumb"))
}

let environment = Dictionary(
  uniqueKeysWithValues: ["XDG_CONFIG_HOME", "XDG_STATE_HOME", "HOME"].compactMap { name in
    Environment[name].map { (name, $0) }
  })
let initPath = options.readsInit ? initFile(environment: environment) : nil

switch options.action {
case .help:
  writeText(Options.help, to: STDOUT_FILENO)
case .man:
  writeText(ManPage.text, to: STDOUT_FILENO)
case .completions(let shell):
  writeText(shell.completions, to: STDOUT_FILENO)
case .version:
  writeText("lorascope \(Options.version)", to: STDOUT_FILENO)
case .batch:
  InterruptFlag.catchSignal()
  // A reader that goes away, such as head, is no crash.
  signal(SIGPIPE, SIG_DFL)
  let run = BatchRun(
    options, outputColor: isColored(STDOUT_FILENO), errorColor: isColored(STDERR_FILENO),
    output: { writeText($0, to: STDOUT_FILENO) }, errors: { writeText($0, to: STDERR_FILENO) },
    terminal: isatty(STDERR_FILENO) == 1 && Environment["TERM"] != "dumb"
      ? { writeText($0, to: STDERR_FILENO, end: "") } : nil,
    drawScreen: ScreenPicture().draw)
  exit(run.run(initFile: initPath, stateFolder: StateFolder.path(environment: environment)).rawValue)
case .terminal:
  var script: String?
  if let file = options.files.first {
    do throws(CommandError) {
      script = try ScriptFrame.read(file)
    } catch {
      fail(error.message)
    }
  }
  do {
    let status = try TerminalApp.run(
      options, initFile: initPath, stateFolder: StateFolder.path(environment: environment), script: script)
    // A step may still be running on its thread: exit() would take the libraries away under it.
    _exit(status)
  } catch {
    fail("\(error)")
  }
}
