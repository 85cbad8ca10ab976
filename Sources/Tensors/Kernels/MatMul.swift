import CKernels
import COpenBLAS

// Tensors of more than two axes are taken as matrices: all axes but the last are their rows.

extension Tensor {
  /// `torch.matmul`, either operand transposed on the way: `[..., k] x [k, n] -> [..., n]`; with `a`
  /// transposed `[..., m] x [..., n] -> [m, n]`.
  public static func matmul(
    _ a: Tensor, _ b: Tensor, transposeA: Bool = false, transposeB: Bool = false
  ) -> Tensor {
    product(a, b, transposeA, transposeB, bias: nil)
  }

  /// `F.linear`: `x [..., in]` times `weight [out, in]` transposed, plus `bias [out]` -> `[..., out]`.
  public static func linear(_ x: Tensor, weight: Tensor, bias: Tensor?) -> Tensor {
    product(x, weight, false, true, bias: bias)
  }

  /// 16-bit operands are widened, and the sum with the bias is rounded once.
  private static func product(_ a: Tensor, _ b: Tensor, _ ta: Bool, _ tb: Bool, bias: Tensor?) -> Tensor {
    precondition(a.dtype == b.dtype && b.shape.rank >= 2)
    let (inner, other) = (ta ? a.shape.rows : a.shape.columns, tb ? b.shape.columns : b.shape.rows)
    precondition(inner == other, "inner sizes differ: \(a.shape) x \(b.shape)")
    let columns = tb ? b.shape.rows : b.shape.columns
    let shape = ta ? Shape(a.shape.columns, columns) : a.shape.withColumns(columns)
    precondition(bias.map { $0.shape == Shape(columns) && $0.dtype == a.dtype } ?? true)
    let out = Tensor(uninitialized: shape, a.dtype.computing)
    if a.dtype.is16Bit {
      multiply(a.widened, b.widened, ta, tb, bias: bias?.widened, into: out)
      return out.converted(to: a.dtype)
    }
    multiply(a, b, ta, tb, bias: bias, into: out)
    return out
  }

  private static func multiply(_ a: Tensor, _ b: Tensor, _ ta: Bool, _ tb: Bool, bias: Tensor?, into out: Tensor) {
    if a.dtype == .float32 {
      let (left, right, row) = (a.operand(ta), b.operand(tb), bias?.pointer(Float.self))
      if narrow_product(left, right, row, out.pointer(Float.self)) { return }
      if small_product(left, right, row, out.pointer(Float.self)) { return }
      if paysLargeProduct(left, right) {
        return largeProduct(left, right, bias: row, into: out.pointer(Float.self))
      }
    }
    if let bias {
      let (columns, size) = (bias.count, bias.count * bias.dtype.size)
      for start in stride(from: 0, to: out.count, by: max(columns, 1)) {
        (out.pointer(UInt8.self) + start * bias.dtype.size).update(from: bias.pointer(UInt8.self), count: size)
      }
    }
    gemm(a, b, ta, tb, into: out, beta: bias == nil ? 0 : 1)
  }

  private static func gemm(_ a: Tensor, _ b: Tensor, _ ta: Bool, _ tb: Bool, into out: Tensor, beta: Double) {
    let m = Int32(out.shape.rows)
    let n = Int32(out.shape.columns)
    let k = Int32(ta ? a.shape.rows : a.shape.columns)
    let (lda, ldb) = (max(Int32(a.shape.columns), 1), max(Int32(b.shape.columns), 1))
    let (opA, opB) = (ta ? CblasTrans : CblasNoTrans, tb ? CblasTrans : CblasNoTrans)
    if m == 0 || n == 0 { return }
    if a.dtype == .float64 {
      cblas_dgemm(
        CblasRowMajor, opA, opB, m, n, k, 1, a.pointer(Double.self), lda, b.pointer(Double.self), ldb,
        beta, out.pointer(Double.self), n)
    } else {
      cblas_sgemm(
        CblasRowMajor, opA, opB, m, n, k, 1, a.pointer(Float.self), lda, b.pointer(Float.self), ldb,
        Float(beta), out.pointer(Float.self), n)
    }
  }

  /// A float32 matrix as kernels take it.
  func operand(_ isTransposed: Bool) -> product_operand {
    product_operand(
      numbers: pointer(Float.self), rows: shape.rows, columns: shape.columns, is_transposed: isTransposed)
  }
}
