import Tensors

/// The record of one forward pass: every value it made, and for those that depend on something
/// trainable the operation that made it. Parameters are the leaves and come first.
public struct Tape: Sendable {
  /// A value on the tape; those below `parameterCount` are the parameters in the model's order.
  public typealias ValueID = Int

  struct Value: Sendable {
    let tensor: Tensor
    let requiresGrad: Bool
    /// The modules whose output hooks watch this value, the innermost first; mostly none.
    var watchers: [Int] = []
  }

  struct Node: Sendable {
    let operation: any Operation
    let inputs: [ValueID]
    let output: ValueID
    /// Set where the node stands at the border of a module with hooks.
    let border: ModuleBorder?
  }

  let parameterCount: Int
  private(set) var values: [Value]
  var nodes: [Node] = []
  /// For each parameter the first node that used it: its gradient is complete when that one has run.
  private(set) var firstUse: [Int]

  public init(parameters: [Tensor], requiresGrad: [Bool]) {
    parameterCount = parameters.count
    values = []
    values.reserveCapacity(parameters.count * 4 + 16)
    for (tensor, flag) in zip(parameters, requiresGrad) {
      values.append(Value(tensor: tensor, requiresGrad: flag))
    }
    firstUse = Array(repeating: -1, count: parameters.count)
    nodes.reserveCapacity(parameters.count * 2 + 8)
  }

  public subscript(value: ValueID) -> Tensor { values[value].tensor }

  public func requiresGrad(_ value: ValueID) -> Bool { values[value].requiresGrad }

  /// A value that nothing is differentiated by: a batch of data.
  public mutating func constant(_ tensor: Tensor) -> ValueID {
    values.append(Value(tensor: tensor, requiresGrad: false))
    return values.count - 1
  }

  /// Appends the result of an operation; nothing is remembered for it if no input requires a gradient.
  public mutating func record(
    _ output: Tensor, from inputs: [ValueID], by operation: @autoclosure () -> any Operation,
    border: ModuleBorder? = nil
  ) -> ValueID {
    let id = values.count
    let requiresGrad = inputs.contains { values[$0].requiresGrad }
    values.append(Value(tensor: output, requiresGrad: requiresGrad))
    guard requiresGrad else { return id }
    for input in inputs where input < parameterCount && firstUse[input] < 0 { firstUse[input] = nodes.count }
    nodes.append(Node(operation: operation(), inputs: inputs, output: id, border: border))
    return id
  }

  /// Lets the tensor hooks on `module`'s output see this value's gradient.
  mutating func watch(_ value: ValueID, as module: Int) {
    values[value].watchers.append(module)
  }
}
