/// How many columns and rows something has.
public struct Size: Hashable, Sendable {
  public var columns: Int
  public var rows: Int

  public init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }
}

/// A cell's place, counted from 0 at the top left.
public struct Position: Hashable, Sendable {
  public var column: Int
  public var row: Int

  public init(column: Int, row: Int) {
    self.column = column
    self.row = row
  }
}

/// A colour as the program means it; the terminal shows the nearest it has.
public enum Color: Hashable, Sendable {
  case rgb(UInt8, UInt8, UInt8)
}

/// How a cell looks, apart from its glyph.
public struct Style: Hashable, Sendable {
  public var foreground: Color?
  public var background: Color?
  public var bold = false
  public var dim = false
  public var underline = false
  public var reverse = false

  public init(
    foreground: Color? = nil, background: Color? = nil, bold: Bool = false, dim: Bool = false,
    underline: Bool = false, reverse: Bool = false
  ) {
    self.foreground = foreground
    self.background = background
    self.bold = bold
    self.dim = dim
    self.underline = underline
    self.reverse = reverse
  }
}

/// One character cell; a two-column glyph is followed by a cell whose glyph is "\0".
public struct Cell: Hashable, Sendable {
  public var glyph: Character
  public var style: Style

  public init(glyph: Character = " ", style: Style = Style()) {
    self.glyph = glyph
    self.style = style
  }
}

/// A whole screen of cells, row by row.
public struct Grid: Hashable, Sendable {
  public let size: Size
  public var cells: [Cell]
  public var cursor: Position?

  public init(size: Size, fill: Cell = Cell()) {
    self.size = size
    cells = Array(repeating: fill, count: max(0, size.columns) * max(0, size.rows))
  }

  public subscript(column: Int, row: Int) -> Cell {
    get { cells[row * size.columns + column] }
    set { cells[row * size.columns + column] = newValue }
  }
}
