/// A mistake in the arguments, or a worker that failed.
struct BenchError: Error {
  let message: String

  init(_ message: String) {
    self.message = message
  }
}

/// What was asked for on the command line.
struct BenchOptions {
  var threads = 1
  var cases = BenchCase.all
  /// Nil: each case's own number.
  var steps: Int?
  var rounds = 5
  var isJSON = false
  var isList = false
  var isHelp = false
  /// The program is one of its own workers.
  var worker: BenchMode?

  static let help = """
    lorascope-bench: the time and the memory of one training step

    usage: lorascope-bench [--case NAME] [--threads N] [--steps N] [--rounds N] [--json]
           lorascope-bench --list

    Each case is run twice, in turns and in processes of their own: bare (forward, backward and update, of which
    nothing is kept) and observed (what 'hook all; step' does). Times are milliseconds a step, the median and what
    one in ten falls short of or exceeds; memory is the process's peak (VmHWM) in MiB.

      --case NAME   one case instead of all
      --threads N   threads (1)
      --steps N     steps of one turn, instead of the case's own number
      --rounds N    turns of each (5)
      --json        one JSON object a case
      --list        the names of the cases
    """

  init(_ arguments: [String]) throws(BenchError) {
    var rest = arguments[...]
    func value(_ option: String) throws(BenchError) -> String {
      guard let word = rest.popFirst() else { throw BenchError("\(option) needs a value; see --help") }
      return word
    }
    func number(_ option: String) throws(BenchError) -> Int {
      let word = try value(option)
      guard let number = Int(word), number > 0 else { throw BenchError("\(option) takes a number, not '\(word)'") }
      return number
    }
    while let option = rest.popFirst() {
      switch option {
      case "--threads": threads = try number(option)
      case "--steps": steps = try number(option)
      case "--rounds": rounds = try number(option)
      case "--json": isJSON = true
      case "--list": isList = true
      case "--help", "-h": isHelp = true
      case "--case":
        let name = try value(option)
        cases = BenchCase.all.filter { $0.name == name }
        if cases.isEmpty { throw BenchError("there is no case '\(name)'; --list names them") }
      case "--worker":
        let name = try value(option)
        worker = BenchMode(rawValue: name)
        if worker == nil { throw BenchError("a worker is bare or observed, not '\(name)'") }
      default: throw BenchError("unknown option '\(option)'; see --help")
      }
    }
  }
}
