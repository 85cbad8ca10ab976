import Foundation
import FoundationXML
import Screen
import TestSupport
import Testing

/// `export screen`: whole pictures are kept in Pictures/; after a wanted change write them anew with
/// LORASCOPE_WRITE_SCREENS=1 swift test --filter PictureTests, and look at them.
@Suite("Pictures of the screen")
struct PictureTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Pictures")
  private static let kept = Scene.all.filter {
    ["clipped-80x24", "heat-80x24", "wide-glyphs-40x16", "readme-110x36"].contains($0.testDescription)
  }

  /// What is left of rounding differs between processors.
  private func steady(_ text: String) -> String { text.replacing(/\d\.\de-1\d/, with: "#.#e-##") }

  @Test("a picture is what is kept", arguments: kept)
  func picture(scene: Scene) throws {
    let grid = render(scene.state, scene.size)
    for (suffix, found) in [(".svg", grid.svg), (".txt", grid.plainText)] {
      let file = Self.folder.appending(path: scene.testDescription + suffix)
      if ProcessInfo.processInfo.environment["LORASCOPE_WRITE_SCREENS"] != nil {
        try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
        try found.write(to: file, atomically: true, encoding: .utf8)
      }
      #expect(try steady(found) == steady(String(contentsOf: file, encoding: .utf8)))
    }
  }

  @Test("the README shows a picture that is kept")
  func readme() throws {
    let text = try String(contentsOf: Fixtures.projectDirectory.appending(path: "README.md"), encoding: .utf8)
    #expect(text.contains("(Tests/ScreenTests/Pictures/readme-110x36.svg)"))
  }

  @Test("every screen's SVG is well-formed, and says in its places what the cells say", arguments: Scene.all)
  func svg(scene: Scene) throws {
    let grid = render(scene.state, scene.size)
    let reader = SVGReader()
    let parser = XMLParser(data: Data(grid.svg.utf8))
    parser.delegate = reader
    try #require(parser.parse(), "\(String(describing: parser.parserError))")
    var cells = [[Character]](
      repeating: Array(repeating: " ", count: scene.size.columns), count: scene.size.rows)
    for text in reader.texts {
      let row = (text.y - 9) / 18
      // A column is nine wide.
      var places = text.xs.map { ($0 - 9) / 9 }
      if places.count == 1, let width = text.length {
        let glyphs = text.content.count
        places = width / 9 == glyphs ? (0..<glyphs).map { places[0] + $0 } : [places[0]]
      }
      try #require(places.count == text.content.count, "\(text)")
      for (column, glyph) in zip(places, text.content) { cells[row][column] = glyph }
    }
    for row in 0..<scene.size.rows {
      let wanted = (0..<scene.size.columns).map { column in
        grid[column, row].glyph == "\0" ? " " : grid[column, row].glyph
      }
      #expect(String(cells[row]) == String(wanted))
    }
  }

  @Test("styles come through: weight, underline, reversed and dim cells, and characters that XML means something by")
  func styles() {
    var grid = Grid(size: Size(columns: 6, rows: 1))
    grid[0, 0] = Cell(glyph: "<", style: Style(foreground: .rgb(255, 0, 16), bold: true))
    grid[1, 0] = Cell(glyph: "&", style: Style(underline: true))
    grid[2, 0] = Cell(glyph: "a", style: Style(foreground: .rgb(1, 2, 3), reverse: true))
    grid[3, 0] = Cell(glyph: "b", style: Style(background: .rgb(4, 5, 6), dim: true))
    grid.cursor = Position(column: 5, row: 0)
    let svg = grid.svg
    #expect(svg.contains("fill=\"#ff0010\" font-weight=\"bold\">&lt;</text>"))
    #expect(svg.contains("text-decoration=\"underline\">&amp;</text>"))
    #expect(svg.contains("<rect x=\"27\" y=\"9\" width=\"9\" height=\"18\" fill=\"#010203\"/>"))
    #expect(svg.contains("<rect x=\"36\" y=\"9\" width=\"9\" height=\"18\" fill=\"#040506\"/>"))
    #expect(svg.contains("fill-opacity=\"0.6\">b</text>"))
    #expect(svg.contains("<rect x=\"54\" y=\"9\""))
  }
}

/// The texts of an SVG document and where they are.
private final class SVGReader: NSObject, XMLParserDelegate {
  struct Text {
    let xs: [Int]
    let y: Int
    let length: Int?
    var content = ""
  }

  private(set) var texts: [Text] = []
  private var isInside = false

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    isInside = name == "text"
    guard isInside else { return }
    let xs = attributes["x"]?.split(separator: " ").compactMap { Int($0) } ?? []
    let baseline = attributes["y"].flatMap { Int($0) } ?? 0
    texts.append(Text(xs: xs, y: baseline - 14, length: attributes["textLength"].flatMap { Int($0) }))
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if isInside { texts[texts.count - 1].content += text }
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    isInside = false
  }
}
