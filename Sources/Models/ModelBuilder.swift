import Autograd
import Tensors

/// Puts a graph together module by module; `graph.output` is what was computed so far.
struct ModelBuilder {
  /// A Linear's module and its parameters, weight first.
  struct Linear {
    let module: Int
    let parameters: [Int]
  }

  var graph = ModuleGraph()
  private let dtype: DType
  private var values: [Tensor] = []

  init(dtype: DType) {
    self.dtype = dtype
  }

  consuming func finished() -> Model { Model(graph: graph, values: values) }

  /// `nn.Linear(inFeatures, outFeatures)` as `reset_parameters` draws it: the weight first, then the bias.
  mutating func linear(
    _ path: String, _ inFeatures: Int, _ outFeatures: Int, bias: Bool, _ generator: inout TorchGenerator
  ) -> Linear {
    let module = graph.addModule(path, kind: "Linear")
    var parameters = [
      parameter("weight", generator.kaimingUniform(Shape(outFeatures, inFeatures), dtype: dtype), module)
    ]
    if bias {
      let bound = 1 / Double(inFeatures).squareRoot()
      let drawn = generator.uniform(Shape(outFeatures), low: -bound, high: bound, dtype: dtype)
      parameters.append(parameter("bias", drawn, module))
    }
    return Linear(module: module, parameters: parameters)
  }

  mutating func parameter(_ name: String, _ value: Tensor, _ module: Int) -> Int {
    values.append(value)
    return graph.addParameter(name, value.shape, module: module)
  }

  /// A Linear on what was computed so far, or on a slot.
  mutating func call(_ linear: Linear, on slot: ModuleGraph.Slot? = nil) {
    call(LinearCall(), parameters: linear.parameters, module: linear.module, on: slot)
  }

  /// A module that makes one call.
  mutating func call(
    _ callable: any Callable, parameters: [Int] = [], module: Int, on slot: ModuleGraph.Slot? = nil
  ) {
    let inside = enter(module, slot)
    apply(callable, [.slot(inside)] + parameters.map { .parameter($0) })
    exit(module)
  }

  /// A module's forward begins; returns its input as seen from inside.
  @discardableResult
  mutating func enter(_ module: Int, _ slot: ModuleGraph.Slot? = nil) -> ModuleGraph.Slot {
    let inside = graph.newSlot()
    graph.instructions.append(.enter(module: module, input: slot ?? graph.output, output: inside))
    graph.output = inside
    return inside
  }

  mutating func exit(_ module: Int) {
    let outside = graph.newSlot()
    graph.instructions.append(.exit(module: module, input: graph.output, output: outside))
    graph.output = outside
  }

  mutating func apply(_ callable: any Callable, _ operands: [ModuleGraph.Operand]) {
    let result = graph.newSlot()
    graph.instructions.append(.call(callable, operands, output: result))
    graph.output = result
  }
}
