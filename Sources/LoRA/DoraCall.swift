import Autograd
import Tensors

/// What DoRA adds to the base layer's result (PEFT's DoraLinearLayer): (m/n - 1) W x + m/n B A x s, with m the
/// magnitude and n = |W + s B A| row by row, which is not differentiated.
/// Operands: what W is multiplied with as computed, B A x, magnitude, W, A, B and, if there is one, W's bias.
struct DoraCall: Callable {
  let layer: LoraLayer
  /// The first operand is the layer's result, which has the bias in it.
  let subtractsBias: Bool

  init(_ layer: LoraLayer, subtractsBias: Bool) {
    (self.layer, self.subtractsBias) = (layer, subtractsBias)
  }

  func call(_ inputs: [Tape.ValueID], on tape: inout Tape) -> Tape.ValueID {
    let norms = layer.norms(weight: tape[inputs[3]], a: tape[inputs[4]], b: tape[inputs[5]])
    let factor = tape.divide(inputs[2], byConstant: norms)
    var base = inputs[0]
    if subtractsBias, inputs.count > 6 { base = tape.subtractRow(base, inputs[6]) }
    let lessOne = tape.add(factor, constant: -1)
    let direct = tape.scaleColumns(base, by: lessOne)
    let adapter = tape.scaleColumns(inputs[1], by: factor)
    let scaled = tape.scale(adapter, by: layer.scaling)
    return tape.add(direct, scaled)
  }
}
