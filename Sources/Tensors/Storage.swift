import CKernels

/// What a tensor is, apart from its numbers.
struct TensorHeader {
  let shape: Shape
  let dtype: DType
  /// Where the numbers are, if not behind this header.
  let block: UnsafeMutableRawPointer?
  /// The mapped file that they are in, if they are in one: nothing may write to them.
  let file: MappedFile?
}

/// The memory behind a tensor; copies of a tensor share it, so that a tensor is one word to copy. The few numbers of
/// a small one lie in one allocation with shape and dtype; more of them in a block that the next tensor of that size
/// gets: a step on small matrices spends more time on bookkeeping than on products.
final class Storage: ManagedBuffer<TensorHeader, Double> {
  /// Allocations up to here are cheap as they are: glibc has lists of its own for them.
  private static let largestInline = 768

  static func allocate(_ shape: Shape, _ dtype: DType) -> Storage {
    let size = shape.count * dtype.size
    var units = (size + MemoryLayout<Double>.stride - 1) / MemoryLayout<Double>.stride
    var block: UnsafeMutableRawPointer?
    if size > largestInline {
      block = take_block(size)
      precondition(block != nil, "no memory for a tensor of \(size) bytes")
      units = 0
    }
    let storage = create(minimumCapacity: units) { _ in
      TensorHeader(shape: shape, dtype: dtype, block: block, file: nil)
    }
    return unsafeDowncast(storage, to: Storage.self)
  }

  /// A tensor over `bytes` of a file.
  static func mapping(_ bytes: UnsafeRawPointer, of file: MappedFile, _ shape: Shape, _ dtype: DType) -> Storage {
    let storage = create(minimumCapacity: 0) { _ in
      TensorHeader(shape: shape, dtype: dtype, block: UnsafeMutableRawPointer(mutating: bytes), file: file)
    }
    return unsafeDowncast(storage, to: Storage.self)
  }

  deinit {
    if let block = header.block, header.file == nil {
      return_block(block, header.shape.count * header.dtype.size)
    }
  }

  // Through a pointer, because Swift checks every access to a class's property for exclusivity.
  @inline(__always)
  var shape: Shape { withUnsafeMutablePointerToHeader { $0.pointee.shape } }

  @inline(__always)
  var dtype: DType { withUnsafeMutablePointerToHeader { $0.pointee.dtype } }

  @inline(__always)
  var bytes: UnsafeMutableRawPointer {
    withUnsafeMutablePointers { header, elements in header.pointee.block ?? UnsafeMutableRawPointer(elements) }
  }
}
