/// The sizes of a tensor's dimensions, such as `[out, in]`; eight dimensions at most.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  public static let maximumRank = 8
  public static let scalar = Shape()

  // A fixed vector instead of an array: shapes are made for every tensor, and must not allocate.
  private var sizes = SIMD8<Int32>()
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

  public func prefixed(by length: Int) -> Shape { Shape([length] + dimensions) }

  public var description: String { "[" + dimensions.map(String.init).joined(separator: ", ") + "]" }
}
