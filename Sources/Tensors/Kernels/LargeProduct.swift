import CKernels
import COpenBLAS

// OpenBLAS may run a processor with AVX-512 on kernels for AVX2, at half of what it can do: if it is older than the
// processor, or if OPENBLAS_CORETYPE says so. Only there large products are made here; where it has kernels for
// AVX-512, it is as fast.

/// Names of OpenBLAS's sets of kernels that processors with AVX-512 may be given, although they have none for it.
private let narrowCores = ["Prescott", "Nehalem", "Sandybridge", "Haswell", "Excavator", "Zen"]

private let libraryIsBehind = has_wide_registers() && narrowCores.contains(String(cString: openblas_get_corename()))

/// So many multiplications take a thread as long as one element of what divides its rows: a softmax or a norm.
private let cheapness = 128

/// Smaller ones have `small_product`, or k so long that there is little else.
private let leastMultiplications = 1 << 20
/// So many read a block of b often enough to be worth packing it.
private let leastRows = 16
/// A narrower result leaves half of each register empty, which the library does not if `a` is transposed.
private let leastColumns = 16

/// c is `rows` x `columns`.
private func sizes(_ a: product_operand, _ b: product_operand) -> (rows: Int, columns: Int, k: Int) {
  let (rows, k) = a.is_transposed ? (a.columns, a.rows) : (a.rows, a.columns)
  return (rows, b.is_transposed ? b.rows : b.columns, k)
}

/// Whether `largeProduct` is faster than the library.
func paysLargeProduct(_ a: product_operand, _ b: product_operand) -> Bool {
  let (rows, columns, k) = sizes(a, b)
  return rows >= leastRows && (columns >= leastColumns || !a.is_transposed) && rows * columns * k > leastMultiplications
    && libraryIsBehind
}

/// Parts begin at whole tiles.
private let tile = (rows: 8, columns: 32)

/// c `[rows, columns]` = a b plus the bias, divided among the threads; the same bits with any number of them.
func largeProduct(
  _ a: product_operand, _ b: product_operand, bias: UnsafePointer<Float>?, into c: UnsafeMutablePointer<Float>
) {
  let (rows, columns, k) = sizes(a, b)
  // The longer side, so that what each thread prepares for itself serves for as much as possible.
  let isByColumns = columns >= rows
  let (length, unit) = isByColumns ? (columns, tile.columns) : (rows, tile.rows)
  inParts((length + unit - 1) / unit, elements: rows * columns * k / cheapness) { units in
    let (first, count) = (units.lowerBound * unit, min(units.upperBound * unit, length) - units.lowerBound * unit)
    let part =
      isByColumns
      ? product_part(first_row: 0, rows: rows, first_column: first, columns: count)
      : product_part(first_row: first, rows: count, first_column: 0, columns: columns)
    withUnsafeTemporaryAllocation(byteCount: large_product_space() * MemoryLayout<Float>.stride, alignment: 64) {
      if let packed = $0.bindMemory(to: Float.self).baseAddress { large_product(a, b, bias, c, part, packed) }
    }
  }
}
