import Foundation
import Screen
import TestSupport
import Testing

/// Whole screens as text, kept in Screens/. After a wanted change of the screen, write them anew with
/// LORASCOPE_WRITE_SCREENS=1 swift test --filter WholeScreenTests, and read the difference.
@Suite("Whole screens")
struct WholeScreenTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Screens")

  /// The rows, each without its trailing blanks, the cursor's place, and the styles.
  private func text(_ grid: Grid) -> String {
    var rows = (0..<grid.size.rows).map { row in
      var line = String((0..<grid.size.columns).map { grid[$0, row].glyph }.filter { $0 != "\0" })
      while line.hasSuffix(" ") { line.removeLast() }
      // What is left of rounding differs between processors.
      return line.replacing(/\d\.\de-1\d/, with: "#.#e-##")
    }
    rows.append("cursor " + (grid.cursor.map { "\($0.column), \($0.row)" } ?? "nowhere"))
    return (rows + StyleText(grid).lines).joined(separator: "\n") + "\n"
  }

  @Test("looks as it should", arguments: Scene.all)
  func screen(scene: Scene) throws {
    let file = Self.folder.appending(path: scene.testDescription + ".txt")
    let found = text(render(scene.state, scene.size))
    if ProcessInfo.processInfo.environment["LORASCOPE_WRITE_SCREENS"] != nil {
      try found.write(to: file, atomically: true, encoding: .utf8)
    }
    let wanted = try String(contentsOf: file, encoding: .utf8)
    #expect(found == wanted)
  }

  @Test("every screen that is kept has its scene")
  func complete() throws {
    let kept = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted()
    #expect(kept == Scene.all.map { $0.testDescription + ".txt" }.sorted())
  }
}
