import Debugger
import Testing

@testable import Screen

@Suite("The list of parameters")
struct ParameterListTests {
  private static let names = [
    "model.embed.weight", "model.layers.0.q_proj.base_layer", "model.layers.0.q_proj.lora_A",
    "model.layers.0.q_proj.lora_B", "model.layers.0.norm.weight", "model.layers.1.q_proj.base_layer",
    "model.layers.1.q_proj.base_layer.bias", "model.norm.weight",
  ]

  @Test("modules are rows of their own, with what is in them indented; a lone child shares its module's row")
  func tree() {
    let tree = ParameterRows(tree: Array(Self.names.indices), Self.names)
    let drawn = tree.rows.map { String(repeating: " ", count: $0.depth) + $0.text + ($0.parameter == nil ? ":" : "") }
    #expect(
      drawn == [
        "model:", " embed.weight", " layers:", "  0:", "   q_proj:", "    base_layer", "    lora_A", "    lora_B",
        "   norm.weight", "  1.q_proj.base_layer", "   bias", " norm.weight",
      ])
    #expect(tree.parameters == Array(Self.names.indices))
    #expect(tree.rows.first { $0.text == "lora_B" }?.path == "model.layers.0.q_proj")
  }

  @Test("every parameter is in the tree once, whatever the names are")
  func complete() {
    let odd = ["a", "a.b", "a", "", "...", "b.c.d.e", "b.c.d", "a.b.c"]
    #expect(ParameterRows(tree: Array(odd.indices), odd).parameters.sorted() == Array(odd.indices))
  }

  @Test("a filter's words must all be in a name, in any case and order")
  func filter() {
    var catalog = ParameterCatalog()
    catalog.match(Self.names)
    #expect(catalog.matching("") == Array(Self.names.indices))
    #expect(catalog.matching("LORA_b") == [3])
    #expect(catalog.matching("q_proj layers.1") == [5, 6])
    #expect(catalog.matching("nothing of the kind").isEmpty)
  }

  @Test("the list moves no more than the selection needs: beside lora_B stays lora_A, whichever is chosen")
  func scrolling() {
    let size = Size(columns: 80, rows: 24)
    var state = Scene(name: "", size: size).state
    func listed() -> [Int?] {
      Layout(size, state).parameters.map { ParameterWindow(state, $0).rows.map(\.parameter) } ?? []
    }
    #expect(listed() == [2, 3])
    state.moveSelection(.lines(-1), in: size)
    #expect(state.shownParameter == 2 && listed() == [2, 3])
    state.moveSelection(.lines(-1), in: size)
    #expect(state.shownParameter == 1 && listed() == [1, 2])
    state.moveSelection(.lines(1), in: size)
    #expect(state.shownParameter == 2 && listed() == [1, 2])
    state.moveSelection(.toStart, in: size)
    #expect(listed() == [0, 1])
  }

  @Test("sorted by departure the worst come first and frozen ones last")
  func order() throws {
    var state = Scene(
      name: "", size: Size(columns: 80, rows: 24),
      commands: ["model mlp 6 7 4", "set max_grad_norm 0.01", "set weight_decay 0.1", "hook all", "step 3"]
    ).state
    let order = state.flat.value.parameters
    state.listing.order = .departure
    let sorted = state.flat.value.parameters
    #expect(sorted.sorted() == order && sorted != order)
    let graph = try #require(state.session.graph)
    let trains = sorted.map { graph.parameters[$0].requiresGrad }
    #expect(trains == trains.sorted { $0 && !$1 })
    let records = state.records.value
    let different = sorted.map { records[$0]?.comparison.verdict == .different }
    #expect(different.contains(true) && different == different.sorted { $0 && !$1 })
  }

  @Test("a verdict is told in words where there is room, and by a mark where there is not")
  func verdicts() {
    let commands = ["set momentum 0.9", "set max_grad_norm 0.05", "hook all", "step 3"]
    /// What the list says of the shown parameter.
    func said(_ model: String, _ size: Size) -> String? {
      let grid = render(Scene(name: "", size: size, commands: [model] + commands).state, size)
      let rows = (0..<size.rows).map { row in String((0..<size.columns).map { grid[$0, row].glyph }) }
      let row = rows.first { $0.hasPrefix("▸") && $0.contains("lora_B") }
      return row?.prefix { $0 != "│" }.split(separator: " ").dropFirst(2).joined(separator: " ")
    }
    let (wide, roomy) = (Size(columns: 200, rows: 60), Size(columns: 120, rows: 40))
    #expect(said("model linear 16 16", wide)?.contains(/^c 0\.\d+ different$/) == true)
    #expect(said("model transformer num_hidden_layers=2", roomy)?.contains(/^c -?\d+\.\d+\?$/) == true)
  }

  @Test("names are abbreviated from their beginning, and numbers stay")
  func abbreviation() {
    let name = "model.layers.11.self_attn.q_proj.lora_B"
    #expect(name.abbreviated(in: 39, .unicode) == name)
    #expect(name.abbreviated(in: 38, .unicode) == "m.layers.11.self_attn.q_proj.lora_B")
    #expect(name.abbreviated(in: 22, .unicode) == "m.l.11.s.q_proj.lora_B")
    #expect(name.abbreviated(in: 8, .unicode) == "….lora_B")
    #expect("post_attention_layernorm.weight".abbreviated(in: 20, .unicode) == "…on_layernorm.weight")
    for width in 0...40 { #expect(name.abbreviated(in: width, .ascii).count <= width) }
  }
}
