import Debugger
import FoundationEssentials
import Glibc

/// What a command's completer may look at.
public struct CompletionContext: Sendable {
  public let session: Session
  /// The finished words before the one being typed, the command's name included.
  public let words: [String]
  /// What is there of the word being typed.
  public let partial: String

  /// Parameters and modules by their short names.
  func names(_ kind: NameTable.Kind) -> [Candidate] {
    guard let names = session.names, let graph = session.graph else { return [] }
    return names.candidates(kind, in: graph)
  }

  /// Files whose path begins like the word; directories end in a slash. Behind a key, as in `tokenizer=PATH`,
  /// quotes are no help, so that names that need some are left out.
  func files(after key: String = "") -> [Candidate] {
    guard partial.hasPrefix(key) else { return [] }
    let path = partial.dropFirst(key.count)
    let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let begun = path.dropFirst(directory.count)
    let folder = directory.isEmpty ? "." : expandingTilde(directory)
    let listed = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return listed.filter { $0.hasPrefix(begun) && (!$0.hasPrefix(".") || begun.hasPrefix(".")) }.compactMap { name in
      guard key.isEmpty || !needsQuotes(directory + name) else { return nil }
      let (isFolder, size) = status(folder + "/" + name)
      return Candidate(key + directory + name + (isFolder ? "/" : ""), isFolder ? "folder" : size)
    }
  }

  private func status(_ path: String) -> (isFolder: Bool, size: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return (false, "") }
    let isFolder = status.st_mode & S_IFMT == S_IFDIR
    return (isFolder, isFolder ? "" : byteCount(Int(status.st_size)))
  }

  /// `key=VALUE` words that are not there yet.
  func options(_ options: [Candidate]) -> [Candidate] {
    let given = Set(words.compactMap { word in word.firstIndex(of: "=").map { word[...$0] } })
    return options.filter { option in !given.contains(option.text.prefix { $0 != "=" } + "=") }
  }

  // MARK: Expressions

  /// What the argument at the end of a text may be, if a function wants a name or a certain word there.
  func argument(at text: String) -> [Candidate]? {
    guard let (function, index) = ExpressionFunction.around(text) else { return nil }
    if function.takesWord(at: index) { return function.choices.map { Candidate($0, Topic.meaning(of: $0)) } }
    return function.takesName(at: index) ? names(.both) : nil
  }

  /// Functions and kept values: what an expression is made of.
  func expressionWords() -> [Candidate] {
    let functions = ExpressionFunction.all.map {
      Candidate($0.needsArguments ? $0.name + "(" : $0.name, "\($0.usage)  \($0.help)")
    }
    let kept = session.variables.map { Candidate("$" + $0, ValueText.short($1)) }
    return functions + kept + [
      Candidate("and", "both hold"), Candidate("or", "one of them holds"), Candidate("not", "it does not hold"),
      Candidate("within", "a ~= b within t: relative; within t abs: absolute"),
    ]
  }

  // MARK: What the session has

  func hooks() -> [Candidate] { session.configuration.hooks.map { Candidate(String($0.id), $0.words) } }

  func breakpoints() -> [Candidate] {
    session.stopList.breakpoints.map { Candidate(String($0.id), ($0.isWatch ? "watch " : "break ") + $0.words) }
  }

  func displays() -> [Candidate] { session.stopList.displays.map { Candidate(String($0.id), $0.text) } }

  func branches() -> [Candidate] {
    let current = session.timeline.current.name
    return session.timeline.branches.map { branch in
      let origin = branch.origin.map { ", from step \($0.step) of \($0.branch)" } ?? ""
      return Candidate(
        branch.name, "ends after step \(branch.end)" + origin + (branch.name == current ? ", the one you are on" : ""))
    }
  }
}

extension ExpressionFunction {
  /// The function whose parentheses are open at the end of a text, and which of its arguments that is.
  static func around(_ text: String) -> (function: ExpressionFunction, argument: Int)? {
    var (depth, index) = (0, 0)
    var position = text.endIndex
    while position > text.startIndex {
      position = text.index(before: position)
      switch text[position] {
      case ")": depth += 1
      case "(" where depth > 0: depth -= 1
      case "(":
        let name = String(text[..<position].reversed().prefix { $0.isLetter || $0 == "_" }.reversed())
        return all.first { $0.name == name }.map { ($0, index) }
      case "," where depth == 0: index += 1
      default: break
      }
    }
    return nil
  }
}

/// A file's size in a few digits.
private func byteCount(_ bytes: Int) -> String {
  let units = ["B", "kB", "MB", "GB", "TB"]
  var (value, unit) = (Double(bytes), 0)
  while value >= 1000, unit < units.count - 1 { (value, unit) = (value / 1000, unit + 1) }
  return formatted(value, unit == 0 || value >= 100 ? "%.0f" : "%.1f") + " " + units[unit]
}
