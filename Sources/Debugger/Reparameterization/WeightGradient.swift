import LoRA
import Tensors
import Training

/// The gradients that one adapted Linear W + s B A has in a step, in Float64: without hooks, clipping or what the
/// step before left behind.
struct WeightGradient {
  /// dL/dW of the merged weight `[out, in]`.
  let g: Tensor
  /// dL/dA `[r, in]` and dL/dB `[out, r]`.
  let a: Tensor
  let b: Tensor
  /// Of every trainable parameter of the model, by its index.
  let all: [Tensor?]
}

extension ObservedStep {
  /// Takes the step once more with W trained, too: dL/dW while W is frozen is the same number.
  func weightGradient(_ layer: LoraLayer) throws(DebuggerError) -> WeightGradient {
    var graph = plan.graph
    graph.parameters[layer.weight].requiresGrad = true
    let gradients = try DebuggerError.wrap { () throws(TrainingError) in
      try StepMachine(try plan.probing(graph), state).gradientsForOptimizer()
    }
    guard let weight = gradients[layer.weight], let a = gradients[layer.a], let b = gradients[layer.b] else {
      throw DebuggerError("no gradient reaches \(NameTable.short(plan.graph.modules[layer.module].path))")
    }
    var g = layer.turned(weight).converted(to: .float64)
    if let ratio = layer.magnitudeOverNorm(state.parameters) {
      // W is seen through DoRA's m/|W + s B A|; the merged weight is what comes after it.
      g = g.transposed.scalingColumns(by: Tensor(full: ratio.shape, value: 1, dtype: .float64) / ratio).transposed
    }
    return WeightGradient(
      g: g, a: a.converted(to: .float64), b: b.converted(to: .float64),
      all: gradients.map { $0?.converted(to: .float64) })
  }

  /// s(B gA + gB A): what the optimizer's gradients do to the merged weight, to first order (LoRA-Pro, 2407.18242).
  func virtualGradient(_ layer: LoraLayer) throws(DebuggerError) -> Tensor {
    guard let a = record.record(of: layer.a)?.grad, let b = record.record(of: layer.b)?.grad else {
      throw DebuggerError(".grad of lora_A or lora_B is None")
    }
    return layer.tangent(
      a: state.parameters[layer.a], b: state.parameters[layer.b], da: a, db: b)
  }

  /// After - before of the merged weight, in Float64.
  func weightChange(_ layer: LoraLayer) throws(DebuggerError) -> Tensor {
    guard isOver else {
      throw DebuggerError("the optimizer has not written it yet in this step; write first: finish")
    }
    return layer.mergedChange(from: state.parameters, to: parametersAfter)
  }
}

extension LoraLayer {
  /// s(B dA + dB A) in Float64 `[out, in]`.
  fileprivate func tangent(a: Tensor, b: Tensor, da: Tensor, db: Tensor) -> Tensor {
    let wide = [a, b, da, db].map { $0.converted(to: .float64) }
    return (Tensor.matmul(wide[1], wide[2]) + Tensor.matmul(wide[3], wide[0])).scaled(by: scaling)
  }
}
