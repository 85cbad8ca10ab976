/// The sizes of a tensor's dimensions, such as `[out, in]`; eight dimensions at most.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  public static let maximumRank = 8
  public static let scalar = Shape()

  private var sizes = Sizes()
  public let rank: Int
  /// The number of elements: the product of the sizes, 1 for a scalar.
  public let count: Int

  private init() {
    rank = 0
    count = 1
  }

  public init(_ length: Int) {
    sizes[0] = Int32(length)
    rank = 1
    count = length
  }

  public init(_ rows: Int, _ columns: Int) {
    sizes[0] = Int32(rows)
    sizes[1] = Int32(columns)
    rank = 2
    count = rows * columns
  }

  /// Nil if there are too many dimensions, a negative one, or more elements than memory can address.
  public init?(checking dimensions: [Int]) {
    guard dimensions.count <= Shape.maximumRank else { return nil }
    var product = 1
    for (axis, dimension) in dimensions.enumerated() {
      guard dimension >= 0, let size = Int32(exactly: dimension) else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: dimension)
      if overflow { return nil }
      product = next
      sizes[axis] = size
    }
    rank = dimensions.count
    count = product
  }

  /// For shapes the program itself computes; use `init(checking:)` for anything read from outside.
  public init(_ dimensions: [Int]) {
    guard let shape = Shape(checking: dimensions) else { preconditionFailure("impossible shape \(dimensions)") }
    self = shape
  }

  public init(arrayLiteral dimensions: Int...) {
    self.init(dimensions)
  }

  public subscript(axis: Int) -> Int {
    precondition(axis >= 0 && axis < rank)
    return Int(sizes[axis])
  }

  public var dimensions: [Int] { (0..<rank).map { self[$0] } }

  /// The shape without its first axis: what one entry of a stack has.
  public var withoutFirstAxis: Shape { Shape(Array(dimensions.dropFirst())) }

  /// The last size: what a row has, if the shape is taken as a matrix. A scalar is one row of one.
  public var columns: Int { rank == 0 ? 1 : self[rank - 1] }

  /// The product of all sizes but the last.
  public var rows: Int {
    var product = 1
    for axis in 0..<max(rank - 1, 0) { product *= self[axis] }
    return product
  }

  /// The same shape with another last size.
  public func withColumns(_ columns: Int) -> Shape {
    rank == 2 ? Shape(self[0], columns) : Shape(dimensions.dropLast() + [columns])
  }

  public func prefixed(by length: Int) -> Shape { Shape([length] + dimensions) }

  public var description: String { "[" + dimensions.map(String.init).joined(separator: ", ") + "]" }
}

/// Eight sizes in four words. Shapes are made and copied with every tensor: an array would allocate, and a
/// SIMD vector would make everything that holds a tensor align to 16, which Swift allocates more slowly.
private struct Sizes: Hashable, Sendable {
  private var first: UInt64 = 0
  private var second: UInt64 = 0
  private var third: UInt64 = 0
  private var fourth: UInt64 = 0

  subscript(axis: Int) -> Int32 {
    get {
      let word =
        switch axis >> 1 {
        case 0: first
        case 1: second
        case 2: third
        default: fourth
        }
      return Int32(truncatingIfNeeded: axis & 1 == 0 ? word : word >> 32)
    }
    set {
      let (shift, bits) = (UInt64(axis & 1) * 32, UInt64(UInt32(bitPattern: newValue)))
      func put(_ word: inout UInt64) { word = word & ~(0xFFFF_FFFF << shift) | bits << shift }
      switch axis >> 1 {
      case 0: put(&first)
      case 1: put(&second)
      case 2: put(&third)
      default: put(&fourth)
      }
    }
  }
}

extension Shape {
  /// The index of a row-major position, as `[i, j]`.
  public func position(_ index: Int) -> String {
    var (rest, parts): (Int, [Int]) = (index, [])
    for axis in stride(from: rank - 1, through: 0, by: -1) {
      parts.append(rest % max(self[axis], 1))
      rest /= max(self[axis], 1)
    }
    return "[" + parts.reversed().map(String.init).joined(separator: ", ") + "]"
  }
}
