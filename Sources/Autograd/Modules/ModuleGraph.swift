import Tensors

/// A model as a list of calls in the order its forward makes them (what `torch.fx` would trace),
/// with the modules those calls belong to. Adapters are put in by rewriting the list.
public struct ModuleGraph: Sendable {
  /// An `nn.Parameter`: what it is, not its value.
  public struct Parameter: Sendable {
    /// The name in the state dict.
    public var name: String
    /// Further names of a tied parameter.
    public var aliases: [String] = []
    public let shape: Shape
    /// The module that owns it.
    public var module: Int
    public var requiresGrad: Bool
  }

  public struct Module: Sendable {
    /// The dotted path, as `named_modules()` gives it.
    public var path: String
    /// The class name, such as `Linear`.
    public let kind: String
    /// Gradient checkpointing takes it as one segment, as transformers does with decoder layers.
    public var isCheckpointed = false
  }

  /// An intermediate value of the forward pass.
  public typealias Slot = Int

  public enum Operand: Sendable, Hashable {
    case parameter(Int)
    case slot(Slot)
  }

  public enum Instruction: Sendable {
    /// A module's forward begins: `output` is `input` as seen from inside.
    case enter(module: Int, input: Slot, output: Slot)
    case call(any Callable, [Operand], output: Slot)
    /// A module's forward ends: `output` is `input` as seen from outside.
    case exit(module: Int, input: Slot, output: Slot)
  }

  public var parameters: [Parameter] = []
  public var modules: [Module] = []
  public var instructions: [Instruction] = []
  /// A language model's output layer (`get_output_embeddings()`), which PEFT's all-linear leaves out.
  public var outputEmbeddings: Int?
  public private(set) var slotCount = 0
  /// The batch comes in here.
  public let input: Slot
  /// The model's result.
  public var output: Slot

  public init() {
    input = 0
    output = 0
    slotCount = 1
  }

  public mutating func addModule(_ path: String, kind: String, isCheckpointed: Bool = false) -> Int {
    modules.append(Module(path: path, kind: kind, isCheckpointed: isCheckpointed))
    return modules.count - 1
  }

  public mutating func addParameter(_ name: String, _ shape: Shape, module: Int, requiresGrad: Bool = true) -> Int {
    let path = modules[module].path
    parameters.append(
      Parameter(name: path + "." + name, shape: shape, module: module, requiresGrad: requiresGrad))
    return parameters.count - 1
  }

  public mutating func newSlot() -> Slot {
    slotCount += 1
    return slotCount - 1
  }

  /// Which slots carry a gradient, given what is trainable.
  public func slotsRequiringGrad() -> [Bool] {
    var flags = Array(repeating: false, count: slotCount)
    func requires(_ operand: Operand) -> Bool {
      switch operand {
      case .parameter(let index): parameters[index].requiresGrad
      case .slot(let slot): flags[slot]
      }
    }
    for instruction in instructions {
      switch instruction {
      case .enter(_, let input, let output), .exit(_, let input, let output): flags[output] = flags[input]
      case .call(_, let operands, let output): flags[output] = operands.contains(where: requires)
      }
    }
    return flags
  }

  /// The parameter of a state-dict name, tied ones under each of theirs.
  public func parameter(named name: String) -> Int? {
    parameters.firstIndex { $0.name == name || $0.aliases.contains(name) }
  }

  /// The instructions that gradient checkpointing runs twice: each checkpointed module, or all there is.
  var checkpointSegments: [Range<Int>] {
    guard modules.contains(where: \.isCheckpointed) else { return [0..<instructions.count] }
    var (segments, start): ([Range<Int>], Int) = ([], 0)
    for (index, instruction) in instructions.enumerated() {
      switch instruction {
      case .enter(let module, _, _) where modules[module].isCheckpointed: start = index
      case .exit(let module, _, _) where modules[module].isCheckpointed: segments.append(start..<(index + 1))
      default: break
      }
    }
    return segments
  }

  /// Whether the output of a module requires a gradient: only then can a tensor hook be put on it.
  public func outputRequiresGrad(ofModule module: Int) -> Bool {
    let flags = slotsRequiringGrad()
    return instructions.contains {
      if case .exit(module, let slot, _) = $0 { flags[slot] } else { false }
    }
  }
}

/// A step of a model's forward pass: it reads values from the tape and appends one.
public protocol Callable: Sendable {
  func call(_ inputs: [Tape.ValueID], on tape: inout Tape) -> Tape.ValueID
}
