import FoundationEssentials
import Glibc

/// A journal that was left behind, read back.
public struct LeftJournal: Sendable {
  let path: String
  /// Seconds since 1970.
  let began: Int
  /// Where file names in it start from.
  private(set) var directory = "/"
  /// What was accepted, in order.
  private(set) var commands: [String] = []
  /// The command that ran when the program ended.
  private(set) var unfinished: String?
  /// Whether `recover` has tried that one before.
  private(set) var wasRetried = false
  /// Lines that were typed and had not been run yet.
  private(set) var waiting: [String] = []
  /// Whether anything in it was typed, not only played.
  private(set) var wasTyped = false
  /// Whether another session took its place, or else the program was killed.
  private(set) var wasReplaced = false

  /// How many commands of the first waiting line are over; nil if it has not been started.
  private var doneOfLine: Int?

  /// How many commands `recover` would run.
  var count: Int { commands.count + (unfinished == nil ? 0 : 1) + waiting.count }

  init?(path: String) {
    guard let data = try? Data(contentsOf: URL(filePath: path)) else { return nil }
    self.path = path
    let name = path.split(separator: "/").last ?? ""
    began = name.split(separator: "-").first.flatMap { Int($0) } ?? 0
    // What a power failure may have left half written is not a line.
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    for line in lines.dropLast() { read(line) }
    if let unfinished, unfinished.isEmpty { self.unfinished = nil }
    dropWhatWasDone()
  }

  private mutating func read(_ line: Substring) {
    guard let first = line.first, let record = Journal.Record(rawValue: first) else { return }
    let text = String(line.dropFirst())
    switch record {
    case .begun: unfinished = text
    case .accepted: finish(unfinished)
    case .instead:
      finish(text.isEmpty ? nil : text)
      giveUpLine()
    case .failed:
      finish(nil)
      giveUpLine()
    case .kept: if let count = Int(text), count < commands.count { commands.removeSubrange(max(0, count)...) }
    case .typed:
      wasTyped = true
      waiting.append(text)
    case .given: waiting.append(text)
    case .started: doneOfLine = 0
    case .taken: takeLine()
    case .directory: directory = text
    case .replaced: wasReplaced = true
    case .retried: wasRetried = true
    }
  }

  private mutating func finish(_ command: String?) {
    if let command { commands.append(command) }
    unfinished = nil
    if let done = doneOfLine, done < Int.max { doneOfLine = done + 1 }
  }

  private mutating func takeLine() {
    if !waiting.isEmpty { waiting.removeFirst() }
    doneOfLine = nil
  }

  /// What stands behind a command that failed or was interrupted is not run.
  private mutating func giveUpLine() {
    if doneOfLine != nil { doneOfLine = Int.max }
  }

  /// Leaves of the line that was being run what has not been run yet.
  private mutating func dropWhatWasDone() {
    guard var done = doneOfLine, let line = waiting.first else { return }
    if unfinished != nil, done < Int.max { done += 1 }
    guard done > 0 else { return }
    waiting.removeFirst()
    let statements = (try? Lexer.statements(in: line, lineNumber: 1)) ?? []
    // Of a line that began a script, nobody can tell how far it was.
    let areAllKept = statements.allSatisfy { (try? Command.find($0.name).isKept($0)) ?? true }
    let rest = statements.dropFirst(done).map(\.text)
    if areAllKept, !rest.isEmpty { waiting.insert(rest.joined(separator: "; "), at: 0) }
  }

  /// Those in the state folder whose program is gone, the newest first.
  public static func all(stateFolder: String) -> [LeftJournal] {
    let folder = stateFolder + "/journal"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".journal") }.map { folder + "/" + $0 }.filter { !isHeld($0) }
      .compactMap { LeftJournal(path: $0) }.filter { $0.count > 0 }
      .sorted { ($0.began, $0.path) > ($1.began, $1.path) }
  }

  /// Whether the program that writes it is alive.
  private static func isHeld(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return true }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0
  }

  /// Takes note, in the file, that the unfinished command is being run again.
  func markRetried() {
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let line = Array("\(Journal.Record.retried.rawValue)\n".utf8)
    _ = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  }

  func remove() { unlink(path) }
}
