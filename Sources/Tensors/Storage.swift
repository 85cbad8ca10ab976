/// What a tensor is, apart from its numbers.
struct TensorHeader {
  let shape: Shape
  let dtype: DType
  /// Numbers that lie in a mapped file, not behind the header, and what keeps them there.
  var mapped: (bytes: UnsafeMutableRawPointer, file: MappedFile)?
}

/// The memory behind a tensor; copies of a tensor share it. Shape, dtype and numbers lie in one
/// allocation, so that a tensor is one word to copy: a step on small matrices spends more time on
/// bookkeeping than on products.
final class Storage: ManagedBuffer<TensorHeader, Double> {
  static func allocate(_ shape: Shape, _ dtype: DType) -> Storage {
    let units = (shape.count * dtype.size + MemoryLayout<Double>.stride - 1) / MemoryLayout<Double>.stride
    let storage = create(minimumCapacity: units) { _ in TensorHeader(shape: shape, dtype: dtype) }
    return unsafeDowncast(storage, to: Storage.self)
  }

  /// A tensor over `bytes` of a file, which nothing may write to.
  static func mapping(_ bytes: UnsafeRawPointer, of file: MappedFile, _ shape: Shape, _ dtype: DType) -> Storage {
    let storage = create(minimumCapacity: 0) { _ in
      TensorHeader(shape: shape, dtype: dtype, mapped: (UnsafeMutableRawPointer(mutating: bytes), file))
    }
    return unsafeDowncast(storage, to: Storage.self)
  }

  // Through a pointer, because Swift checks every access to a class's property for exclusivity.
  @inline(__always)
  var shape: Shape { withUnsafeMutablePointerToHeader { $0.pointee.shape } }

  @inline(__always)
  var dtype: DType { withUnsafeMutablePointerToHeader { $0.pointee.dtype } }

  @inline(__always)
  var bytes: UnsafeMutableRawPointer {
    withUnsafeMutablePointers { header, elements in
      if let mapped = header.pointee.mapped { mapped.bytes } else { UnsafeMutableRawPointer(elements) }
    }
  }
}
