import COpenBLAS

/// The sizes of a grouped-query attention: query head h reads key and value head h / (heads / keyValueHeads).
public struct AttentionHeads: Sendable, Equatable {
  public let heads: Int
  public let keyValueHeads: Int
  public let headSize: Int
  /// What q k^T is multiplied with; nil is 1/sqrt(headSize).
  public let scale: Double?

  public init(heads: Int, keyValueHeads: Int, headSize: Int, scale: Double? = nil) {
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.headSize = headSize
    self.scale = scale
  }
}

/// What `F.scaled_dot_product_attention(is_causal=True)` computes, for q `[batch, length, heads * headSize]`,
/// k and v `[batch, length, keyValueHeads * headSize]`; all in the dtype that is computed in.
struct AttentionKernel<T: Element> {
  let sizes: AttentionHeads
  let batch: Int
  let length: Int
  let gemm: Gemm

  /// rows x columns += alpha (op a)(op b), with each operand's distance between rows.
  typealias Gemm = (
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: T, _ a: UnsafePointer<T>, _ lda: Int,
    _ b: UnsafePointer<T>, _ ldb: Int, _ beta: T, _ c: UnsafeMutablePointer<T>, _ ldc: Int
  ) -> Void

  var scale: T { sizes.scale.map { T($0) } ?? 1 / T(sizes.headSize).squareRoot() }
  var queryStride: Int { sizes.heads * sizes.headSize }
  var keyStride: Int { sizes.keyValueHeads * sizes.headSize }

  /// Where a head's rows begin: in q and the output, and in k and v. Threads share out the heads of keys: all that
  /// read the same one have the same thread, because they add to one gradient.
  private func forEachHead(_ body: (_ query: Int, _ key: Int, _ probabilities: Int) -> Void) {
    let group = sizes.heads / sizes.keyValueHeads
    let work = batch * sizes.heads * length * (length + sizes.headSize)
    inPartsWithProducts(batch * sizes.keyValueHeads, elements: work) { keyHeads in
      for index in keyHeads {
        let (item, keyHead) = (index / sizes.keyValueHeads, index % sizes.keyValueHeads)
        for head in (keyHead * group)..<((keyHead + 1) * group) {
          body(
            item * length * queryStride + head * sizes.headSize,
            item * length * keyStride + keyHead * sizes.headSize, (item * sizes.heads + head) * length * length)
        }
      }
    }
  }

  /// Query rows that are taken together. They see no key after the last of them, so that with long sequences nearly
  /// half of every product is saved.
  private static var block: Int { 64 }

  private func forEachBlock(_ body: (_ first: Int, _ rows: Int) -> Void) {
    for first in stride(from: 0, to: length, by: Self.block) { body(first, min(Self.block, length - first)) }
  }

  func forward(
    _ q: UnsafePointer<T>, _ k: UnsafePointer<T>, _ v: UnsafePointer<T>, _ probabilities: UnsafeMutablePointer<T>,
    _ out: UnsafeMutablePointer<T>
  ) {
    let (n, d) = (length, sizes.headSize)
    forEachHead { query, key, start in
      forEachBlock { first, rows in
        let (p, own, visible) = (probabilities + start + first * n, query + first * queryStride, first + rows)
        gemm(false, true, rows, visible, d, scale, q + own, queryStride, k + key, keyStride, 0, p, n)
        for row in 0..<rows { softmax(p + row * n, visible: first + row + 1, of: visible) }
        gemm(false, false, rows, d, visible, 1, p, n, v + key, keyStride, 0, out + own, queryStride)
      }
    }
  }

  /// The first `visible` of a row of scores; what lies in the future gets probability 0.
  private func softmax(_ row: UnsafeMutablePointer<T>, visible: Int, of count: Int) {
    T.exponentials(row, visible, minus: largest(row, visible), times: 1, into: row)
    let total = sum(row, visible)
    for column in 0..<visible { row[column] /= total }
    for column in visible..<count { row[column] = 0 }
  }

  /// dV = P^T dO, dP = dO V^T, dS = P (dP - sum(P dP)), dQ = dS K / sqrt(d), dK = dS^T Q / sqrt(d).
  func backward(
    _ g: UnsafePointer<T>, _ q: UnsafePointer<T>, _ k: UnsafePointer<T>, _ v: UnsafePointer<T>,
    _ probabilities: UnsafePointer<T>, _ dq: UnsafeMutablePointer<T>, _ dk: UnsafeMutablePointer<T>,
    _ dv: UnsafeMutablePointer<T>
  ) {
    let (n, d) = (length, sizes.headSize)
    forEachHead { query, key, start in
      let scores = UnsafeMutablePointer<T>.allocate(capacity: min(Self.block, n) * n)
      defer { scores.deallocate() }
      forEachBlock { first, rows in
        let (p, own, visible) = (probabilities + start + first * n, query + first * queryStride, first + rows)
        gemm(true, false, visible, d, rows, 1, p, n, g + own, queryStride, 1, dv + key, keyStride)
        gemm(false, true, rows, visible, d, 1, g + own, queryStride, v + key, keyStride, 0, scores, n)
        for row in 0..<rows { softmaxBackward(p + row * n, scores + row * n, visible: first + row + 1, of: visible) }
        gemm(false, false, rows, d, visible, scale, scores, n, k + key, keyStride, 0, dq + own, queryStride)
        gemm(true, false, visible, d, rows, scale, scores, n, q + own, queryStride, 1, dk + key, keyStride)
      }
    }
  }

  /// P (dP - sum(P dP)), in place of dP.
  private func softmaxBackward(
    _ weight: UnsafePointer<T>, _ grad: UnsafeMutablePointer<T>, visible: Int, of count: Int
  ) {
    var (s0, s1, s2, s3) = (T.zero, T.zero, T.zero, T.zero)
    var column = 0
    while column &+ 4 <= visible {
      s0 += weight[column] * grad[column]
      s1 += weight[column &+ 1] * grad[column &+ 1]
      s2 += weight[column &+ 2] * grad[column &+ 2]
      s3 += weight[column &+ 3] * grad[column &+ 3]
      column &+= 4
    }
    while column < visible {
      s0 += weight[column] * grad[column]
      column &+= 1
    }
    let sum = (s0 + s1) + (s2 + s3)
    for column in 0..<visible { grad[column] = weight[column] * (grad[column] - sum) }
    for column in visible..<count { grad[column] = 0 }
  }
}

private func operation(_ transposed: Bool) -> CBLAS_TRANSPOSE { transposed ? CblasTrans : CblasNoTrans }

extension AttentionKernel<Float> {
  init(_ sizes: AttentionHeads, _ shape: Shape) {
    self.init(
      sizes: sizes, batch: shape[0], length: shape[1],
      gemm: { ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc in
        cblas_sgemm(
          CblasRowMajor, operation(ta), operation(tb), Int32(m), Int32(n), Int32(k), alpha, a, Int32(lda), b,
          Int32(ldb),
          beta, c, Int32(ldc))
      })
  }
}

extension AttentionKernel<Double> {
  init(_ sizes: AttentionHeads, _ shape: Shape) {
    self.init(
      sizes: sizes, batch: shape[0], length: shape[1],
      gemm: { ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc in
        cblas_dgemm(
          CblasRowMajor, operation(ta), operation(tb), Int32(m), Int32(n), Int32(k), alpha, a, Int32(lda), b,
          Int32(ldb),
          beta, c, Int32(ldc))
      })
  }
}

extension Tensor {
  /// Causal self-attention; also the attention probabilities, which the gradient needs.
  public static func attention(
    _ q: Tensor, _ k: Tensor, _ v: Tensor, _ sizes: AttentionHeads
  ) -> (output: Tensor, probabilities: Tensor) {
    let (batch, length) = (q.shape[0], q.shape[1])
    let dtype = q.dtype.computing
    let (wq, wk, wv) = (q.widened, k.widened, v.widened)
    let out = Tensor(uninitialized: q.shape, dtype)
    let probabilities = Tensor(uninitialized: [batch, sizes.heads, length, length], dtype)
    if dtype == .float64 {
      AttentionKernel<Double>(sizes, q.shape).forward(
        wq.pointer(Double.self), wk.pointer(Double.self), wv.pointer(Double.self),
        probabilities.pointer(Double.self), out.pointer(Double.self))
    } else {
      AttentionKernel<Float>(sizes, q.shape).forward(
        wq.pointer(Float.self), wk.pointer(Float.self), wv.pointer(Float.self), probabilities.pointer(Float.self),
        out.pointer(Float.self))
    }
    return (out.converted(to: q.dtype), probabilities)
  }

  /// The gradients of q, k and v from that of the output.
  public static func attentionBackward(
    _ gradOutput: Tensor, _ q: Tensor, _ k: Tensor, _ v: Tensor, probabilities: Tensor, _ sizes: AttentionHeads
  ) -> [Tensor] {
    let dtype = q.dtype.computing
    let (g, wq, wk, wv) = (gradOutput.widened, q.widened, k.widened, v.widened)
    let results = [q, k, v].map { Tensor(zeros: $0.shape, dtype: dtype) }
    if dtype == .float64 {
      AttentionKernel<Double>(sizes, q.shape).backward(
        g.pointer(Double.self), wq.pointer(Double.self), wk.pointer(Double.self), wv.pointer(Double.self),
        probabilities.pointer(Double.self), results[0].pointer(Double.self), results[1].pointer(Double.self),
        results[2].pointer(Double.self))
    } else {
      AttentionKernel<Float>(sizes, q.shape).backward(
        g.pointer(Float.self), wq.pointer(Float.self), wk.pointer(Float.self), wv.pointer(Float.self),
        probabilities.pointer(Float.self), results[0].pointer(Float.self), results[1].pointer(Float.self),
        results[2].pointer(Float.self))
    }
    return results.map { $0.converted(to: q.dtype) }
  }
}
