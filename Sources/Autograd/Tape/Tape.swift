import Tensors

/// The record of one forward pass: every value it made, and for those that depend on something
/// trainable the operation that made it. Parameters are the leaves and come first.
public struct Tape: Sendable {
  /// A value on the tape; those below `parameterCount` are the parameters in the model's order.
  public typealias ValueID = Int

  struct Value: Sendable {
    /// Nil when nothing needs it any more.
    var tensor: Tensor?
    let requiresGrad: Bool
  }

  struct Node: Sendable {
    let operation: any Operation
    /// Where its inputs are in the tape's `inputs`.
    let inputs: Range<Int>
    let output: ValueID
    /// Set where the node stands at the border of a module with hooks.
    let border: ModuleBorder?
    /// Set where the node stands for a segment of the graph that the backward pass has to run again.
    let checkpoint: Int?
  }

  let parameterCount: Int
  private(set) var values: [Value]
  var nodes: [Node] = []
  /// The inputs of all nodes, one node's after another's: an array for each would be an allocation for each.
  private(set) var inputs: [ValueID] = []
  /// The modules whose output hooks watch a value, the innermost first.
  private(set) var watchers: [ValueID: [Int]] = [:]
  /// For each parameter the first node that used it: its gradient is complete when that one has run.
  private(set) var firstUse: [Int]
  /// Off under `torch.no_grad()`: results then require no gradient.
  var isRecording = true
  /// The token ids of the batch, for embeddings.
  public internal(set) var tokens: Indices?
  /// The places of a batch whose output the loss reads (transformers' `logits_to_keep`); nil is all of them.
  public internal(set) var keptRows: [Int]?
  /// What this pass's dropout masks follow from.
  public internal(set) var randomSeed: UInt64 = 0

  public init(parameters: [Tensor], requiresGrad: [Bool]) {
    parameterCount = parameters.count
    values = []
    values.reserveCapacity(parameters.count * 4 + 16)
    for (tensor, flag) in zip(parameters, requiresGrad) {
      values.append(Value(tensor: tensor, requiresGrad: flag))
    }
    firstUse = Array(repeating: -1, count: parameters.count)
    nodes.reserveCapacity(parameters.count * 2 + 8)
    inputs.reserveCapacity(parameters.count * 4 + 16)
  }

  /// Nothing: what is left where a tape was taken out.
  init() {
    (parameterCount, values, firstUse) = (0, [], [])
  }

  public subscript(value: ValueID) -> Tensor {
    guard let tensor = values[value].tensor else { preconditionFailure("a value is read after its last use") }
    return tensor
  }

  /// Lets go of a value that was read for the last time: operations keep what their gradients need.
  mutating func release(_ value: ValueID) { values[value].tensor = nil }

  /// The same for all of them: when gradients flow, operations have what they need.
  mutating func releaseAll() {
    for value in values.indices { values[value].tensor = nil }
  }

  public func requiresGrad(_ value: ValueID) -> Bool { values[value].requiresGrad }

  /// A value that nothing is differentiated by: a batch of data.
  public mutating func constant(_ tensor: Tensor) -> ValueID {
    values.append(Value(tensor: tensor, requiresGrad: false))
    return values.count - 1
  }

  /// Appends the result of an operation; nothing is remembered for it if no input requires a gradient.
  public mutating func record(
    _ output: Tensor, from inputs: [ValueID], by operation: @autoclosure () -> any Operation,
    border: ModuleBorder? = nil, checkpoint: Int? = nil
  ) -> ValueID {
    let start = self.inputs.count
    self.inputs += inputs
    return record(output, inputsFrom: start, by: operation(), border: border, checkpoint: checkpoint)
  }

  /// The same for the operations that every model is made of: their inputs are never an array of their own.
  mutating func record(
    _ output: Tensor, from x: ValueID, _ y: ValueID? = nil, _ z: ValueID? = nil,
    by operation: @autoclosure () -> any Operation
  ) -> ValueID {
    let start = inputs.count
    inputs.append(x)
    if let y { inputs.append(y) }
    if let z { inputs.append(z) }
    return record(output, inputsFrom: start, by: operation(), border: nil, checkpoint: nil)
  }

  /// Its inputs are those at the end of `inputs`.
  private mutating func record(
    _ output: Tensor, inputsFrom start: Int, by operation: @autoclosure () -> any Operation,
    border: ModuleBorder?, checkpoint: Int?
  ) -> ValueID {
    let (id, own) = (values.count, start..<inputs.count)
    // Places are counted here: slices and closures would cost more than they do.
    var requiresGrad = false
    for place in own where values[inputs[place]].requiresGrad { requiresGrad = isRecording }
    values.append(Value(tensor: output, requiresGrad: requiresGrad))
    guard requiresGrad else {
      inputs.removeLast(own.count)
      return id
    }
    for place in own where inputs[place] < parameterCount && firstUse[inputs[place]] < 0 {
      firstUse[inputs[place]] = nodes.count
    }
    nodes.append(Node(operation: operation(), inputs: own, output: id, border: border, checkpoint: checkpoint))
    return id
  }

  /// Takes the last node, a checkpoint, off the tape; its segment's nodes are to come in its place.
  mutating func removeCheckpoint() -> Node {
    let node = nodes.removeLast()
    for input in inputs[node.inputs] where input < parameterCount && firstUse[input] == nodes.count {
      firstUse[input] = -1
    }
    return node
  }

  /// Lets the tensor hooks on `module`'s output see this value's gradient.
  mutating func watch(_ value: ValueID, as module: Int) {
    watchers[value, default: []].append(module)
  }
}
