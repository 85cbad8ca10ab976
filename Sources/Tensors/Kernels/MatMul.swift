import COpenBLAS

extension Tensor {
  /// `torch.mm` of two matrices, either one transposed on the way: `[m, k] x [k, n] -> [m, n]`.
  public static func matmul(
    _ a: Tensor, _ b: Tensor, transposeA: Bool = false, transposeB: Bool = false
  ) -> Tensor {
    let out = Tensor(uninitialized: productShape(a, b, transposeA, transposeB), a.dtype)
    gemm(a, b, transposeA, transposeB, into: out, beta: 0)
    return out
  }

  /// `F.linear`: `x [n, in]` times `weight [out, in]` transposed, plus `bias [out]` -> `[n, out]`.
  public static func linear(_ x: Tensor, weight: Tensor, bias: Tensor?) -> Tensor {
    let out = Tensor(uninitialized: productShape(x, weight, false, true), x.dtype)
    guard let bias else {
      gemm(x, weight, false, true, into: out, beta: 0)
      return out
    }
    precondition(bias.shape == Shape(out.shape[1]) && bias.dtype == x.dtype)
    let rowBytes = bias.rawBytes
    for row in 0..<out.shape[0] {
      let target = UnsafeMutableRawBufferPointer(mutating: out.rawBytes)
      target.baseAddress?.advanced(by: row * rowBytes.count)
        .copyMemory(from: bias.pointer(UInt8.self), byteCount: rowBytes.count)
    }
    gemm(x, weight, false, true, into: out, beta: 1)
    return out
  }

  private static func productShape(_ a: Tensor, _ b: Tensor, _ ta: Bool, _ tb: Bool) -> Shape {
    precondition(a.shape.rank == 2 && b.shape.rank == 2 && a.dtype == b.dtype)
    precondition(a.shape[ta ? 0 : 1] == b.shape[tb ? 1 : 0], "inner sizes differ: \(a.shape) x \(b.shape)")
    return Shape(a.shape[ta ? 1 : 0], b.shape[tb ? 0 : 1])
  }

  private static func gemm(_ a: Tensor, _ b: Tensor, _ ta: Bool, _ tb: Bool, into out: Tensor, beta: Double) {
    let m = Int32(out.shape[0])
    let n = Int32(out.shape[1])
    let k = Int32(a.shape[ta ? 0 : 1])
    let (lda, ldb) = (max(Int32(a.shape[1]), 1), max(Int32(b.shape[1]), 1))
    let (opA, opB) = (ta ? CblasTrans : CblasNoTrans, tb ? CblasTrans : CblasNoTrans)
    if m == 0 || n == 0 { return }
    switch a.dtype {
    case .float32:
      cblas_sgemm(
        CblasRowMajor, opA, opB, m, n, k, 1, a.pointer(Float.self), lda, b.pointer(Float.self), ldb,
        Float(beta), out.pointer(Float.self), n)
    case .float64:
      cblas_dgemm(
        CblasRowMajor, opA, opB, m, n, k, 1, a.pointer(Double.self), lda, b.pointer(Double.self), ldb,
        beta, out.pointer(Double.self), n)
    }
  }
}

/// How many threads matrix products may use; the other kernels use one.
public func setMatMulThreads(_ count: Int) {
  openblas_set_num_threads(Int32(clamping: count))
}
