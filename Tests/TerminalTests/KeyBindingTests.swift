import Commands
import Screen
import Testing

@testable import Terminal

@Suite("The table of keys")
struct KeyBindingTests {
  private static let size = Size(columns: 120, rows: 40)

  /// Every situation that keys can be pressed in, but for the help, which any key closes.
  private static let situations: [(name: String, state: ScreenState, isFree: Bool)] = {
    var all = Focus.allCases.map { focus in
      var state = ScreenState()
      state.focus = focus
      return (name: "\(focus)", state: state, isFree: false)
    }
    all.append((name: "empty prompt", state: ScreenState(), isFree: true))
    var playing = ScreenState()
    playing.filmTakesKeys = true
    all.append((name: "film", state: playing, isFree: true))
    var typing = ScreenState()
    typing.focus = .parameters
    typing.listing.isTyping = true
    all.append((name: "filter", state: typing, isFree: false))
    return all
  }()

  @Test("no key has two meanings in one place", arguments: situations)
  func collisions(situation: (name: String, state: ScreenState, isFree: Bool)) {
    let places = KeyPlace.active(situation.state, promptIsFree: situation.isFree)
    let keys = KeyBinding.all.filter { places.contains($0.place) }.flatMap(\.keys)
    #expect(Set(keys).count == keys.count)
  }

  @Test("every binding is reached from somewhere")
  func reachable() {
    for binding in KeyBinding.all {
      for key in binding.keys {
        let found = Self.situations.contains { situation in
          let places = KeyPlace.active(situation.state, promptIsFree: situation.isFree)
          return KeyBinding.find(key, places).map { $0.place == binding.place && $0.help == binding.help } ?? false
        }
        #expect(found, "\(binding.label): \(binding.help)")
      }
    }
  }

  @Test("the help lists every binding under its place, and says something of each")
  func overlay() {
    let rows = KeyBinding.overlay.rows
    #expect(rows.count == KeyBinding.all.count + KeyPlace.allCases.count)
    for place in KeyPlace.allCases {
      let heading = rows.firstIndex { $0.keys.isEmpty && $0.text == place.rawValue }
      let listed = heading.map { rows[($0 + 1)...].prefix { !$0.keys.isEmpty } } ?? []
      #expect(listed.map(\.text) == KeyBinding.all.filter { $0.place == place }.map(\.help))
      #expect(!listed.isEmpty)
    }
    #expect(KeyBinding.all.allSatisfy { !$0.label.isEmpty && !$0.help.isEmpty && !$0.keys.isEmpty })
  }

  @Test("the help fits into 80 columns, so that nothing of it is cut off")
  func width() {
    var state = ScreenState()
    state.help = KeyBinding.overlay
    var shown = ""
    for row in stride(from: 0, to: KeyBinding.overlay.rows.count, by: 10) {
      state.help?.scroll = row
      let grid = render(state, Size(columns: 80, rows: 24))
      shown += String(grid.cells.map(\.glyph))
    }
    for binding in KeyBinding.all {
      #expect(shown.contains(binding.help + " "), "\(binding.help)")
    }
  }
}
