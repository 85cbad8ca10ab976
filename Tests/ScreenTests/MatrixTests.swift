import Debugger
import Tensors
import Testing

@testable import Screen

@Suite("What is told of a whole matrix")
struct MatrixTests {
  @Test("bins are around 0, both ends belong to them, and what is no number is counted apart")
  func histogram() {
    let values = [-1, -0.9, -0.3, 0, 0.1, 0.3, 0.34, 1, .nan, .infinity]
    let matrix = ShownMatrix(Tensor(values, shape: Shape(values.count), dtype: .float64))
    #expect(matrix.largest == 1)
    let histogram = matrix.histogram(bins: 3, scale: 1)
    #expect(histogram.counts == [2, 4, 2] && histogram.nonFinite == 2)
    #expect([0, 1, 2].map(histogram.position) == [-2.0 / 3, 0, 2.0 / 3])
    #expect(matrix.histogram(bins: 5, scale: 2).counts.reduce(0, +) == 8)
  }

  @Test("an odd number of bins fits into any pane; a low one has them side by side", arguments: 1...80)
  func bins(rows: Int) {
    for columns in [8, 19, 31, 59, 120] {
      let shape = HistogramShape(columns: columns, rows: rows)
      let room = shape.isUpright ? columns - HistogramShape.countWidth : rows
      #expect(shape.bins % 2 == 1)
      #expect(shape.bins <= room)
      #expect(shape.isUpright == (2...12).contains(rows))
    }
    #expect(HistogramShape(columns: 31, rows: 4).bins == 25)
  }

  @Test(
    "a number of a matrix fills its columns, is never cut off, and zero is seen to be one",
    arguments: [
      (1.0, 9, "+1.00e+00"), (-0.0298123, 9, "-2.98e-02"), (-0.0298123, 12, "-2.98123e-02"), (0, 9, " 0       "),
      (1e-110, 9, "+1.0e-110"), (-1.234e-111, 10, "-1.23e-111"), (1e300, 9, "+1.0e+300"), (.infinity, 9, "     +inf"),
      (-.infinity, 9, "     -inf"), (.nan, 9, "      nan"), (3.5e-45, 9, "+3.50e-45"), (9.999e-100, 9, "+1.00e-99"),
    ])
  func numbers(value: Double, columns: Int, text: String) {
    #expect(matrixNumber(value, columns: columns) == text)
  }

  @Test("values that are not finite are counted, and what is largest among the others is said")
  func nonFinite() {
    let some = ShownMatrix(Tensor([1, .nan, -3, .infinity], shape: Shape(4), dtype: .float64))
    #expect(some.nonFinite == 2 && some.largest == 3)
    #expect(ShownMatrix(Tensor([1e300, 1e300], shape: Shape(2), dtype: .float64)).nonFinite == 0)
  }

  @Test("every block of the map has its strongest value, with its sign, and NaN before all")
  func map() {
    var values = (0..<35).map { Double($0) / 100 }
    values[3] = -5
    values[34] = .nan
    let matrix = ShownMatrix(Tensor(values, shape: Shape(5, 7), dtype: .float64))
    let blocks = matrix.strongest(blocksAcross: 2, blocksDown: 2)
    #expect(Array(blocks.prefix(3)) == [-5, 0.20, 0.31])
    #expect(blocks[3].isNaN)
    #expect(matrix.strongest(blocksAcross: 7, blocksDown: 5).prefix(34).elementsEqual(values.prefix(34)))
  }

  @Test("the difference is drawn larger by a power of ten, and is what c leaves of the effective gradient")
  func difference() throws {
    let state = Scene(
      name: "", size: Size(columns: 80, rows: 24),
      commands: ["set weight_decay 0.001", "model linear 6 5", "set lr 0.5", "hook all", "step 3"]
    ).state
    let pair = state.matrices.value
    let record = try #require(state.shownRecord)
    let (h, e) = (try #require(pair.hook), try #require(pair.effective))
    let c = try #require(record.comparison.c)
    let d = try #require(pair.difference.value)
    for index in 0..<d.tensor.count {
      #expect(abs(d.tensor[index] - (e.tensor[index] - c * h.tensor[index])) < 1e-15)
    }
    let (matrix, scale) = pair.right(showingDifference: true)
    #expect(matrix === d && scale == pair.scale / pair.magnification)
    #expect(d.largest <= scale && d.largest * 10 > scale)
    #expect(state.matrices.value.right(showingDifference: false).matrix === e)
  }

  @Test("a cursor that another model has left outside is on the nearest cell")
  func cursorOutside() throws {
    let size = Size(columns: 80, rows: 24)
    var state = Scene(name: "", size: size).state
    state.cell = Position(column: 999, row: -3)
    let window = try #require(MatrixWindow(state, Layout(size, state)))
    #expect(window.cell == Position(column: 15, row: 0))
    #expect(window.columns.contains(15) && window.rows.contains(0))
    #expect(String(render(state, size).cells.map(\.glyph)).contains("[0, 15]  h "))
  }

  @Test(
    "a bias goes on in the next line, and so do the cursor and the scrolling",
    arguments: [ScreenState.MatrixView.numbers, .heat])
  func wrapped(view: ScreenState.MatrixView) throws {
    let size = Size(columns: 80, rows: 24)
    var state = Scene(
      name: "", size: size,
      commands: ["set target_modules none", "model linear 3 200", "hook all", "step", "select 0.bias"]
    ).state
    state.view = view
    func window() throws -> MatrixWindow { try #require(MatrixWindow(state, Layout(size, state))) }
    let first = try window()
    #expect(first.isWrapped && first.columns == 0..<(4 * first.across))
    // Every visible cell is where a click finds it.
    for pane in [first.hook, first.effective] {
      for place in first.columns {
        let position = first.position(line: 0, place: place, in: pane.body)
        #expect(pane.body.contains(position))
        #expect(target(at: position, state, size) == .cell(Position(column: place, row: 0)))
      }
    }
    state.moveFocus(to: .matrices, in: size)
    state.moveCell(down: .lines(1), in: size)
    #expect(state.cell == Position(column: first.across, row: 0))
    state.moveCell(across: .lines(1), in: size)
    #expect(String(render(state, size).cells.map(\.glyph)).contains("[\(first.across + 1)]  h "))
    state.moveCell(across: .toEnd, in: size)
    let last = try window()
    #expect(state.cell == Position(column: 199, row: 0) && last.columns.upperBound == 200)
    #expect(last.columns.lowerBound % last.across == 0 && last.columns.count <= 4 * last.across)
    state.moveCell(down: .pages(-1), in: size)
    #expect(
      state.cell == Position(column: 199 - (last.columns.count + last.across - 1) / last.across * last.across, row: 0))
    state.scrollMatrices(down: -99, in: size)
    #expect(try window().columns == first.columns)
    state.scrollMatrices(down: 1, in: size)
    #expect(try window().columns.lowerBound == first.across)
  }

  @Test("the cells under a click are those that are drawn there", arguments: [ScreenState.MatrixView.numbers, .heat])
  func hitTest(view: ScreenState.MatrixView) throws {
    for size in [Size(columns: 80, rows: 24), Size(columns: 120, rows: 40), Size(columns: 200, rows: 60)] {
      var state = Scene(name: "", size: size).state
      state.view = view
      state.scroll = Position(column: 2, row: 1)
      let window = try #require(MatrixWindow(state, Layout(size, state)))
      for pane in [window.hook, window.effective] {
        let corner = Position(column: pane.body.column, row: pane.body.row)
        #expect(
          target(at: corner, state, size)
            == .cell(Position(column: window.columns.lowerBound, row: window.rows.lowerBound)))
        let next = Position(column: corner.column + window.cellWidth, row: corner.row + 1)
        #expect(
          target(at: next, state, size)
            == .cell(Position(column: window.columns.lowerBound + 1, row: window.rows.lowerBound + 1)))
      }
      // Whatever is hit exists, and everything but the title and the learning rate answers.
      let layout = Layout(size, state)
      for row in 0..<size.rows {
        for column in 0..<size.columns {
          let position = Position(column: column, row: row)
          let silent = [layout.title, layout.learningRate, layout.losses, layout.ledger].compactMap { $0 }
          let found = target(at: position, state, size)
          #expect((found == nil) == silent.contains { $0.contains(position) })
          switch found {
          case .cell(let cell): #expect((0..<16).contains(cell.column) && (0..<16).contains(cell.row))
          case .parameter(let parameter): #expect((0..<4).contains(parameter))
          case .step(let step): #expect((0...2).contains(step))
          case .pane, nil: break
          }
        }
      }
    }
  }
}
