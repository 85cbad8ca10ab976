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

  /// How many commands `recover` would run.
  var count: Int { commands.count + (unfinished == nil ? 0 : 1) + waiting.count }

  init?(path: String) {
    guard let data = try? Data(contentsOf: URL(filePath: path)) else { return nil }
    self.path = path
    let name = path.split(separator: "/").last ?? ""
    began = name.split(separator: "-").first.flatMap { Int($0) } ?? 0
    // What a power failure may have left half written is not a line.
    for line in String(decoding: data, as: UTF8.self).split(separator: "\n") { read(line) }
    if let unfinished, unfinished.isEmpty { self.unfinished = nil }
  }

  private mutating func read(_ line: Substring) {
    guard let first = line.first, let record = Journal.Record(rawValue: first) else { return }
    let text = String(line.dropFirst())
    switch record {
    case .begun: unfinished = text
    case .accepted: finish(unfinished)
    case .instead: finish(text.isEmpty ? nil : text)
    case .failed: finish(nil)
    case .kept: if let count = Int(text), count < commands.count { commands.removeSubrange(max(0, count)...) }
    case .typed:
      wasTyped = true
      waiting.append(text)
    case .taken: if !waiting.isEmpty { waiting.removeFirst() }
    case .directory: directory = text
    case .replaced: wasReplaced = true
    case .retried: wasRetried = true
    }
  }

  private mutating func finish(_ command: String?) {
    if let command { commands.append(command) }
    unfinished = nil
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
