import Tensors

/// A tensor as rows and columns, its last axis across and all others down, with what is told of it as a whole.
/// Everything that looks at every element is found once and kept.
final class ShownMatrix: Sendable {
  let tensor: Tensor
  let rows: Int
  let columns: Int
  /// The largest magnitude that is a number.
  let largest: Double
  private let knownNorm: Lazy<Double>
  private let knownNonFinite: Lazy<Int>
  private let histograms = LazyTable<HistogramKey, Histogram>()
  private let maps = LazyTable<Position, [Double]>()

  private struct HistogramKey: Hashable {
    let bins: Int
    let scale: Double
  }

  init(_ tensor: Tensor) {
    self.tensor = tensor
    columns = tensor.shape.rank == 0 ? 1 : tensor.shape[tensor.shape.rank - 1]
    rows = columns == 0 ? 0 : tensor.count / columns
    let largest = tensor.maxMagnitude
    self.largest =
      largest.isFinite ? largest : (0..<tensor.count).reduce(0) { tensor[$1].isFinite ? max($0, abs(tensor[$1])) : $0 }
    knownNorm = Lazy { tensor.norm }
    knownNonFinite = Lazy { largest.isFinite ? 0 : (0..<tensor.count).count { !tensor[$0].isFinite } }
  }

  var norm: Double { knownNorm.value }
  /// How many values are NaN or infinite.
  var nonFinite: Int { knownNonFinite.value }

  /// Nil outside of it.
  func value(at cell: Position) -> Double? {
    guard (0..<rows).contains(cell.row), (0..<columns).contains(cell.column) else { return nil }
    return tensor[cell.row * columns + cell.column]
  }

  /// How its values are spread over an odd number of bins from -scale to scale, the middle one around 0.
  func histogram(bins: Int, scale: Double) -> Histogram {
    histograms.value(HistogramKey(bins: bins, scale: scale)) { Histogram(tensor, bins: bins, scale: scale) }
  }

  /// The whole matrix in blocks, row by row: of each the value that is farthest from 0.
  func strongest(blocksAcross: Int, blocksDown: Int) -> [Double] {
    maps.value(Position(column: blocksAcross, row: blocksDown)) {
      tensor.strongest(rows: rows, columns: columns, blocksAcross: blocksAcross, blocksDown: blocksDown)
    }
  }
}

/// How many values lie in each of some bins of equal width around 0.
struct Histogram: Sendable {
  let counts: [Int]
  /// Values that are NaN or infinite.
  let nonFinite: Int
  let scale: Double

  init(_ tensor: Tensor, bins: Int, scale: Double) {
    var counts = [Int](repeating: 0, count: bins)
    var nonFinite = 0
    let perBin = Double(bins) / (2 * scale)
    for index in 0..<tensor.count {
      let value = tensor[index]
      if value.isFinite {
        counts[min(bins - 1, max(0, Int((value + scale) * perBin)))] += 1
      } else {
        nonFinite += 1
      }
    }
    (self.counts, self.nonFinite, self.scale) = (counts, nonFinite, scale)
  }

  /// The middle of a bin, from -1 to 1 on the scale.
  func position(_ bin: Int) -> Double { Double(2 * bin + 1 - counts.count) / Double(counts.count) }
}
