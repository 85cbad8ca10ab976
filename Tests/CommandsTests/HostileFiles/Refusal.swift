import Foundation
import Testing
import TestSupport

/// One line must be refused with one short message that says this, on a session that it leaves as it was.
func expectRefusal(_ line: String, _ expected: String, _ folder: CopiedFolder, after lines: [String] = []) throws {
  let sitting = Sitting("model linear 3 2", "set r 2", "step 2")
  for line in lines { try #require(sitting.type(line) == .finished, "\(line): \(sitting.text)") }
  let before = sitting.session.fingerprint
  sitting.type(line)
  let messages = sitting.failures.map(\.message)
  try #require(messages.count == 1, "\(line): \(messages) \(sitting.text)")
  #expect(messages[0].contains(expected), "\(messages[0])")
  #expect(messages[0].count < 600 && messages[0].unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
  #expect(messages[0].components(separatedBy: folder.path + "/").count <= 2, "the path is there twice: \(messages[0])")
  #expect(sitting.session.fingerprint == before)
}
