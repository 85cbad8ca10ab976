import Foundation
import Testing

@testable import Terminal

@Suite("The history file")
struct HistoryFileTests {
  private let path = NSTemporaryDirectory() + "lorascope-history-\(UUID().uuidString)"

  @Test("each line is there as soon as it is entered, for programs that start later")
  func appended() {
    defer { unlink(path) }
    let file = HistoryFile(path: path, mostLines: 100)
    file.append("step 2")
    #expect(HistoryFile(path: path, mostLines: 100).lines() == ["step 2"])
    file.append("say é 中")
    #expect(HistoryFile(path: path, mostLines: nil).lines() == ["step 2", "say é 中"])
  }

  @Test("a long file is read from its end, and cut down when it has twice the lines")
  func shortened() throws {
    defer { unlink(path) }
    let file = HistoryFile(path: path, mostLines: 3)
    for number in 1...5 { file.append("line \(number)") }
    #expect(file.lines() == ["line 3", "line 4", "line 5"])
    #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("line 1\n"))
    file.append("line 6")
    #expect(file.lines() == ["line 4", "line 5", "line 6"])
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "line 4\nline 5\nline 6\n")
    #expect(!FileManager.default.fileExists(atPath: path + ".new"))
  }

  @Test("programs that write and shorten it at once lose none of the latest lines")
  func concurrent() async {
    defer { unlink(path) }
    let (writers, each) = (8, 60)
    await withTaskGroup(of: Void.self) { group in
      for writer in 0..<writers {
        group.addTask { [path] in
          // Half of them keep so few lines that they rewrite the file again and again, but never the newest away.
          let file = HistoryFile(path: path, mostLines: writers * each / 2)
          for number in 0..<each {
            file.append("\(writer) \(number)")
            if writer % 2 == 0 { _ = file.lines() }
          }
        }
      }
    }
    let lines = HistoryFile(path: path, mostLines: nil).lines()
    // What is left is whole lines, and of each writer an unbroken run up to its last one.
    for writer in 0..<writers {
      let own = lines.filter { $0.hasPrefix("\(writer) ") }.compactMap { Int($0.dropFirst(2)) }
      #expect(own == Array((each - own.count)..<each))
    }
    #expect(lines.count >= writers * each / 2 && lines.allSatisfy { $0.split(separator: " ").count == 2 })
  }

  @Test("where nothing can be written, nothing breaks")
  func unwritable() {
    let file = HistoryFile(path: "/nonexistent/history", mostLines: 10)
    file.append("x")
    #expect(file.lines() == [])
  }
}
