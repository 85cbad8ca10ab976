import FoundationEssentials
import Glibc

/// A journal that was left behind, read back.
public struct LeftJournal: Sendable {
  let path: String
  /// Seconds since 1970.
  let began: Int
  /// Where file names in it start from.
  private(set) var directory: String?
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

  private var isCopying = false
  /// How many commands of the first waiting line are over; nil if it has not been started.
  private var doneOfLine: Int?

  /// How many commands `recover` would run.
  var count: Int { commands.count + (unfinished == nil ? 0 : 1) + waiting.count }

  init?(path: String) {
    guard let data = try? Data(contentsOf: URL(filePath: path)) else { return nil }
    self.path = path
    began = LeftJournal.began(path)
    // What a power failure may have left half written is not a line.
    for line in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() { read(line) }
    if let unfinished, unfinished.isEmpty { self.unfinished = nil }
    // The program ended in `recover`: what it was to bring back is still where it was.
    if isCopying { (commands, unfinished) = ([], nil) }
    dropWhatWasDone()
    dropWhatIsNotRunAgain()
  }

  private mutating func read(_ line: Data) {
    guard let first = line.first, let record = Journal.Record(rawValue: Character(Unicode.Scalar(first))) else {
      return
    }
    let text = String(decoding: line.dropFirst(), as: UTF8.self)
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
    case .replaced:
      wasReplaced = true
      // They went over to the next session.
      (waiting, doneOfLine) = ([], nil)
    case .retried: wasRetried = true
    case .copying: isCopying = true
    case .copied: isCopying = false
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
    let statements = LeftJournal.statements(line)
    // Of a line that began a script, nobody can tell how far it was.
    let areAllKept = statements.allSatisfy { (try? Command.find($0.name).isKept($0)) ?? true }
    let rest = statements.dropFirst(done).map(\.text)
    if areAllKept, !rest.isEmpty { waiting.insert(rest.joined(separator: "; "), at: 0) }
  }

  /// What waits behind a command that would put another session in this one's place was meant for that one.
  private mutating func dropWhatIsNotRunAgain() {
    waiting = waiting.prefix { line in !LeftJournal.statements(line).contains(where: \.beginsSession) }
      .map { line in LeftJournal.statements(line).filter { !$0.writesFile }.map(\.text).joined(separator: "; ") }
      .filter { !$0.isEmpty }
  }

  static func statements(_ line: String) -> [Statement] {
    line.split(whereSeparator: \.isNewline).flatMap { line in
      (try? Lexer.statements(in: String(line), lineNumber: 1)) ?? []
    }
  }

  /// Those in the state folder whose program is gone, the newest first.
  public static func all(stateFolder: String) -> [LeftJournal] {
    paths(stateFolder).compactMap { LeftJournal(path: $0) }.filter { $0.count > 0 }
  }

  /// Removes what nobody will ask for: empty ones, and all but the newest `most`; returns the others, the newest first.
  /// They are not all read: there may be thousands.
  static func clearAway(stateFolder: String) -> [LeftJournal] {
    var left: [LeftJournal] = []
    for path in paths(stateFolder) {
      let isYoung = time(nil) - began(path) <= youngest
      if left.count < most || isYoung, let journal = LeftJournal(path: path), journal.count > 0 {
        left.append(journal)
      } else if !isYoung {
        unlink(path)
      }
    }
    return left
  }

  /// So many are kept.
  private static let most = 20
  /// Seconds; a younger one may be another program's, which is about to take hold of it.
  private static let youngest = 60

  private static func paths(_ stateFolder: String) -> [String] {
    let folder = stateFolder + "/journal"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".journal") }.map { folder + "/" + $0 }
      .sorted { (began($0), $0) > (began($1), $1) }.filter { !isHeld($0) }
  }

  private static func began(_ path: String) -> Int {
    path.split(separator: "/").last?.split(separator: "-").first.flatMap { Int($0) } ?? 0
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

extension Statement {
  fileprivate var command: String? {
    let name = (try? Command.find(name))?.name
    return name == Command.silent.name ? silenced?.command : name
  }

  /// What it wrote is there already.
  var writesFile: Bool { ["export", "save"].contains(command) }

  fileprivate var beginsSession: Bool { ["recover", "replay", "tour", "lessons", "causes"].contains(command) }
}
