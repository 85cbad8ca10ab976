// A large matrix in small: what the screen's map shows of it.

extension Tensor {
  /// The elements as `rows` x `columns` in blocks, row by row: of each the value that is farthest from 0. The first that
  /// is NaN or infinite comes before all others.
  public func strongest(rows: Int, columns: Int, blocksAcross: Int, blocksDown: Int) -> [Double] {
    precondition(rows * columns == count)
    // The first column of each block, and the end of the last one.
    let edges = (0...blocksAcross).map { ($0 * columns + blocksAcross - 1) / blocksAcross }
    switch dtype {
    case .float32: return Tensor.strongest(pointer(Float.self), rows, columns, edges, blocksDown)
    case .float64: return Tensor.strongest(pointer(Double.self), rows, columns, edges, blocksDown)
    case .bfloat16, .float16:
      return widened.strongest(rows: rows, columns: columns, blocksAcross: blocksAcross, blocksDown: blocksDown)
    }
  }

  private static func strongest<Element: BinaryFloatingPoint>(
    _ elements: UnsafeMutablePointer<Element>, _ rows: Int, _ columns: Int, _ edges: [Int], _ blocksDown: Int
  ) -> [Double] {
    let across = edges.count - 1
    var blocks = [Element](repeating: 0, count: across * blocksDown)
    for row in 0..<rows {
      let line = row * blocksDown / rows * across
      for block in 0..<across {
        var strongest = blocks[line + block]
        guard strongest.isFinite else { continue }
        for index in (row * columns + edges[block])..<(row * columns + edges[block + 1])
        where !(abs(elements[index]) <= abs(strongest)) {
          strongest = elements[index]
          if !strongest.isFinite { break }
        }
        blocks[line + block] = strongest
      }
    }
    return blocks.map { Double($0) }
  }
}
