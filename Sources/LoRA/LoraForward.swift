import Autograd

// The second half of an injection: the instructions, with an adapter's calls where its Linear comes by.

extension LoraInjection {
  mutating func copy(_ instruction: ModuleGraph.Instruction) {
    switch instruction {
    case .enter(let module, let input, let output):
      enclosing.append(module)
      var inner = mapSlot(input)
      if let wrapper = saved[module]?.wrapper { inner = pass(.enter, wrapper, inner) }
      graph.instructions.append(.enter(module: modules[module] ?? 0, input: inner, output: mapSlot(output)))
    case .exit(let module, let input, let output):
      enclosing.removeLast()
      guard let wrapper = saved[module]?.wrapper else {
        graph.instructions.append(.exit(module: modules[module] ?? 0, input: mapSlot(input), output: mapSlot(output)))
        return
      }
      let inner = graph.newSlot()
      graph.instructions.append(.exit(module: modules[module] ?? 0, input: mapSlot(input), output: inner))
      graph.instructions.append(.exit(module: wrapper, input: inner, output: mapSlot(output)))
    case .call(let callable, let operands, let output):
      let inputs = operands.map { mapOperand($0) }
      if let adapter = enclosing.last.flatMap({ adapters[$0] }), case .slot(let x) = operands[0] {
        slots[output] = call(adapter, linear: callable, inputs, x: mapSlot(x))
      } else {
        graph.instructions.append(.call(callable, inputs, output: mapSlot(output)))
      }
    }
  }

  /// The forward of PEFT's lora.Linear in place of the Linear's own. `operands` are x, weight and bias.
  private mutating func call(
    _ adapter: Adapter, linear: any Callable, _ operands: [ModuleGraph.Operand], x: Int
  ) -> Int {
    let own = operands.dropFirst()
    let plain = wrap(adapter.modules.base, x) { .call(linear, [.slot($0)] + own, output: $1) }
    guard isActive else { return plain }
    var input = x
    if let dropout = adapter.modules.dropout {
      dropouts += 1
      let call = DropoutCall(p: config.loraDropout, stream: dropouts)
      input = wrap(dropout, x) { .call(call, [.slot($0)], output: $1) }
    }
    let addition =
      config.useDora ? dora(adapter, linear, Array(own), plain: plain, input) : lora(adapter, input)
    let output = graph.newSlot()
    graph.instructions.append(.call(AddCall(), [.slot(plain), .slot(addition)], output: output))
    return output
  }

  /// lora_B(lora_A(x)).
  private mutating func project(_ adapter: Adapter, _ input: Int) -> Int {
    let layer = adapter.layer
    let down = wrap(adapter.modules.a, input) { .call(LinearCall(), [.slot($0), .parameter(layer.a)], output: $1) }
    return wrap(adapter.modules.b, down) { .call(LinearCall(), [.slot($0), .parameter(layer.b)], output: $1) }
  }

  private mutating func lora(_ adapter: Adapter, _ input: Int) -> Int {
    let up = project(adapter, input)
    let scaled = graph.newSlot()
    graph.instructions.append(.call(ScaleCall(adapter.layer.scaling), [.slot(up)], output: scaled))
    return scaled
  }

  private mutating func dora(
    _ adapter: Adapter, _ linear: any Callable, _ own: [ModuleGraph.Operand], plain: Int, _ input: Int
  ) -> Int {
    let layer = adapter.layer
    guard let magnitude = layer.magnitude, let module = adapter.modules.magnitude else { return lora(adapter, input) }
    let isDropped = adapter.modules.dropout != nil
    let inside = pass(.enter, module, input)
    let up = project(adapter, inside)
    var base = plain
    if isDropped {
      // What was dropped for A is dropped for W too: the base result is computed again, without its bias.
      base = graph.newSlot()
      graph.instructions.append(.call(linear, [.slot(inside), .parameter(layer.weight)], output: base))
    }
    let weights: [ModuleGraph.Operand] = [magnitude, layer.weight, layer.a, layer.b].map { .parameter($0) }
    let result = graph.newSlot()
    graph.instructions.append(
      .call(
        DoraCall(layer, subtractsBias: !isDropped), [.slot(base), .slot(up)] + weights + own.dropFirst(),
        output: result))
    return pass(.exit, module, result)
  }

  private enum Border {
    case enter, exit
  }

  /// A module's border; returns what comes out of it.
  private mutating func pass(_ border: Border, _ module: Int, _ input: Int) -> Int {
    let output = graph.newSlot()
    graph.instructions.append(
      border == .enter
        ? .enter(module: module, input: input, output: output) : .exit(module: module, input: input, output: output))
    return output
  }

  /// A module around one call; returns what comes out of it.
  private mutating func wrap(_ module: Int, _ x: Int, _ call: (Int, Int) -> ModuleGraph.Instruction) -> Int {
    let inside = pass(.enter, module, x)
    let result = graph.newSlot()
    graph.instructions.append(call(inside, result))
    return pass(.exit, module, result)
  }

  private mutating func mapSlot(_ slot: Int) -> Int {
    if let copy = slots[slot] { return copy }
    let copy = graph.newSlot()
    slots[slot] = copy
    return copy
  }

  private mutating func mapOperand(_ operand: ModuleGraph.Operand) -> ModuleGraph.Operand {
    switch operand {
    case .slot(let slot): return .slot(mapSlot(slot))
    case .parameter(let index):
      // A module that is trained as a whole reads its own copies.
      for module in enclosing.reversed() {
        if let own = saved[module]?.parameters[index] { return .parameter(own) }
      }
      return .parameter(parameters[index] ?? 0)
    }
  }
}
