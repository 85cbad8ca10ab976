import FoundationEssentials
import Tensors

/// Which lessons were played to their end, in a file of the state folder: one name a line.
/// A file that cannot be read or written costs a note, never a command.
struct LessonProgress: Sendable {
  /// Done in this sitting: what counts where no file can be kept.
  private var here: Set<String> = []

  /// No progress of ours is longer; what is, is something else.
  private static let longest = 1 << 16

  private static func file(in folder: String) -> String { folder + "/lessons" }

  /// The names of lessons that were done, and what went wrong with the file.
  func done(folder: String?) -> (names: Set<String>, trouble: String?) {
    guard let folder, FileManager.default.fileExists(atPath: LessonProgress.file(in: folder)) else {
      return (here, nil)
    }
    let path = LessonProgress.file(in: folder)
    let data: Data
    do {
      data = try readFile(path, atMost: LessonProgress.longest)
    } catch {
      return (here, "the progress in \(path) cannot be read: \(error.reason)")
    }
    let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
    let known = Set(Lesson.all.map(\.name))
    let strange = lines.filter { !known.contains($0) }.count
    let trouble = "\(path) has lines that name no lesson (\(strange)); they are passed over"
    return (here.union(known.intersection(lines)), strange == 0 ? nil : trouble)
  }

  /// Adds a lesson; returns what went wrong with the file.
  mutating func add(_ lesson: Lesson, folder: String?) -> String? {
    here.insert(lesson.name)
    guard let folder else { return nil }
    return write(done(folder: folder).names, folder)
  }

  /// Forgets all of them; returns what went wrong with the file.
  mutating func forget(folder: String?) -> String? {
    here = []
    guard let folder, FileManager.default.fileExists(atPath: LessonProgress.file(in: folder)) else { return nil }
    return write([], folder)
  }

  private func write(_ names: Set<String>, _ folder: String) -> String? {
    let lines = Lesson.all.filter { names.contains($0.name) }.map { $0.name + "\n" }.joined()
    let path = LessonProgress.file(in: folder)
    guard StateFolder.prepare(folder), (try? writeFile(Data(lines.utf8), to: path)) != nil
    else { return "the progress cannot be written to \(path); it counts until you leave" }
    return nil
  }
}
