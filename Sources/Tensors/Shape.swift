/// The sizes of a tensor's dimensions, such as `[out, in]`; eight dimensions at most.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  public static let maximumRank = 8
  public static let scalar = Shape()

  // Fixed vectors instead of an array: shapes are made for every tensor, and must not allocate. Two of
  // four instead of one of eight, because that one would make every box with a tensor in it align to 32.
  private var low = SIMD4<Int32>()
  private var high = SIMD4<Int32>()
  public let rank: Int
  /// The number of elements: the product of the sizes, 1 for a scalar.
  public let count: Int

  private init() {
    rank = 0
    count = 1
  }

  public init(_ length: Int) {
    low[0] = Int32(length)
    rank = 1
    count = length
  }

  public init(_ rows: Int, _ columns: Int) {
    low[0] = Int32(rows)
    low[1] = Int32(columns)
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
      if axis < 4 { low[axis] = size } else { high[axis - 4] = size }
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
    return Int(axis < 4 ? low[axis] : high[axis - 4])
  }

  public var dimensions: [Int] { (0..<rank).map { self[$0] } }

  /// The shape without its first axis: what one entry of a stack has.
  public var withoutFirstAxis: Shape { Shape(Array(dimensions.dropFirst())) }

  public func prefixed(by length: Int) -> Shape { Shape([length] + dimensions) }

  public var description: String { "[" + dimensions.map(String.init).joined(separator: ", ") + "]" }
}
