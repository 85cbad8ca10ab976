import COpenBLAS

/// LAPACK could not factor a matrix: it holds NaN or infinity, or the iteration did not converge.
public struct FactorizationError: DescribedError, Equatable {
  public let message: String
}

/// The LAPACK routines for one element type.
private struct Lapack<T: Element> {
  typealias SVD = (
    UnsafePointer<CChar>, UnsafePointer<Int32>, UnsafePointer<Int32>, UnsafeMutablePointer<T>, UnsafePointer<Int32>,
    UnsafeMutablePointer<T>, UnsafeMutablePointer<T>, UnsafePointer<Int32>, UnsafeMutablePointer<T>,
    UnsafePointer<Int32>, UnsafeMutablePointer<T>, UnsafePointer<Int32>, UnsafeMutablePointer<Int32>,
    UnsafeMutablePointer<Int32>
  ) -> Void
  typealias QR = (
    UnsafePointer<Int32>, UnsafePointer<Int32>, UnsafeMutablePointer<T>, UnsafePointer<Int32>, UnsafeMutablePointer<T>,
    UnsafeMutablePointer<T>, UnsafePointer<Int32>, UnsafeMutablePointer<Int32>
  ) -> Void
  typealias FormQ = (
    UnsafePointer<Int32>, UnsafePointer<Int32>, UnsafePointer<Int32>, UnsafeMutablePointer<T>, UnsafePointer<Int32>,
    UnsafePointer<T>, UnsafeMutablePointer<T>, UnsafePointer<Int32>, UnsafeMutablePointer<Int32>
  ) -> Void

  let gesdd: SVD
  let geqrf: QR
  let orgqr: FormQ

  /// `a` is column-major `[m, n]` and is destroyed; u `[m, k]` and vt `[k, n]` are column-major, k = min(m, n).
  func svd(_ a: inout [T], _ m: Int, _ n: Int) throws(FactorizationError) -> (u: [T], s: [T], vt: [T]) {
    let k = min(m, n)
    var (rows, columns, inner, info) = (Int32(m), Int32(n), Int32(k), Int32(0))
    var (s, u, vt) = ([T](repeating: 0, count: k), [T](repeating: 0, count: m * k), [T](repeating: 0, count: k * n))
    var integers = [Int32](repeating: 0, count: 8 * k)
    var (size, work) = (Int32(-1), [T](repeating: 0, count: 1))
    var job = CChar(bitPattern: UInt8(ascii: "S"))
    // The first call asks how much working space the second one wants.
    for _ in 0..<2 {
      gesdd(&job, &rows, &columns, &a, &rows, &s, &u, &rows, &vt, &inner, &work, &size, &integers, &info)
      guard info == 0 else { throw FactorizationError(message: "the singular value decomposition did not converge") }
      if size < 0 {
        size = Int32(work[0])
        work = Array(repeating: 0, count: Int(size))
      }
    }
    return (u, s, vt)
  }

  /// `a` is column-major `[m, n]`; q `[m, k]` and r `[k, n]` are column-major, k = min(m, n).
  func qr(_ a: inout [T], _ m: Int, _ n: Int) throws(FactorizationError) -> (q: [T], r: [T]) {
    let k = min(m, n)
    var (rows, columns, inner, info) = (Int32(m), Int32(n), Int32(k), Int32(0))
    var tau = [T](repeating: 0, count: k)
    var size = Int32(max(m, n) * 32)
    var work = [T](repeating: 0, count: Int(size))
    geqrf(&rows, &columns, &a, &rows, &tau, &work, &size, &info)
    guard info == 0 else { throw FactorizationError(message: "the QR decomposition failed") }
    var r = [T](repeating: 0, count: k * n)
    for column in 0..<n {
      for row in 0...min(column, k - 1) { r[column * k + row] = a[column * m + row] }
    }
    var q = Array(a.prefix(m * k))
    orgqr(&rows, &inner, &inner, &q, &rows, &tau, &work, &size, &info)
    guard info == 0 else { throw FactorizationError(message: "the QR decomposition failed") }
    return (q, r)
  }
}

extension Tensor {
  /// `torch.linalg.svd(self, full_matrices=False)` of `[m, n]`: U `[m, k]`, S `[k]` falling, Vh `[k, n]`.
  /// 16-bit matrices are factored in float32.
  public func svd() throws(FactorizationError) -> (u: Tensor, s: Tensor, vh: Tensor) {
    if dtype == .float64 { return try svd(Lapack<Double>(gesdd: dgesdd_, geqrf: dgeqrf_, orgqr: dorgqr_)) }
    return try svd(Lapack<Float>(gesdd: sgesdd_, geqrf: sgeqrf_, orgqr: sorgqr_))
  }

  /// `torch.linalg.qr(self)` of `[m, n]`: Q `[m, k]`, R `[k, n]`.
  public func qr() throws(FactorizationError) -> (q: Tensor, r: Tensor) {
    if dtype == .float64 { return try qr(Lapack<Double>(gesdd: dgesdd_, geqrf: dgeqrf_, orgqr: dorgqr_)) }
    return try qr(Lapack<Float>(gesdd: sgesdd_, geqrf: sgeqrf_, orgqr: sorgqr_))
  }

  private func svd<T: Element>(_ lapack: Lapack<T>) throws(FactorizationError) -> (u: Tensor, s: Tensor, vh: Tensor) {
    let (m, n, k) = (shape[0], shape[1], min(shape[0], shape[1]))
    var a: [T] = try columnMajor()
    let (u, s, vt) = try lapack.svd(&a, m, n)
    return (
      rowMajor(u, m, k), Tensor(s.map { Double($0) }, shape: Shape(k), dtype: dtype.computing), rowMajor(vt, k, n)
    )
  }

  private func qr<T: Element>(_ lapack: Lapack<T>) throws(FactorizationError) -> (q: Tensor, r: Tensor) {
    let (m, n, k) = (shape[0], shape[1], min(shape[0], shape[1]))
    var a: [T] = try columnMajor()
    let (q, r) = try lapack.qr(&a, m, n)
    return (rowMajor(q, m, k), rowMajor(r, k, n))
  }

  private func columnMajor<T: Element>() throws(FactorizationError) -> [T] {
    precondition(shape.rank == 2)
    guard firstNonFinite == nil else {
      throw FactorizationError(message: "a matrix with NaN or infinity cannot be factored")
    }
    let flipped = transposed.widened
    return Array(UnsafeBufferPointer(start: flipped.pointer(T.self), count: count))
  }

  private func rowMajor<T: Element>(_ values: [T], _ rows: Int, _ columns: Int) -> Tensor {
    Tensor(values.map { Double($0) }, shape: Shape(columns, rows), dtype: dtype.computing).transposed
  }
}
