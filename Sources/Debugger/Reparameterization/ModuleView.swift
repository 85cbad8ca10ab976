import LoRA
import Tensors
import Training

/// What one step means for the weight that an adapter stands for: W = W0 + s B A, G = dL/dW. All in Float64.
public struct ModuleView: Sendable {
  /// The module's path.
  public let module: String
  public let r: Int
  public let scaling: Double
  public let step: Int
  /// Norms of G, dL/dA, dL/dB, of s(B gA + gB A) and of -dW/lr.
  public let norms: (g: Double, a: Double, b: Double, virtual: Double, change: Double?)
  /// cos(virtual gradient, -dW/lr): below 1 by the second order, the optimizer, or unequal lrs.
  public let cosineOfChange: Double?
  /// cos(G, virtual gradient): how near the step is to that of full fine-tuning.
  public let cosineOfG: Double?
  /// The share of |G| that moving A and B can express at all: |G - (I - P_B) G (I - P_A)|/|G|.
  public let tangentShare: Double?
  /// Of dW, falling; at most 2r are not 0.
  public let singularValues: [Double]
  /// |B^T dB - dA A^T|/|B^T dB|: 0 in every right engine, whatever s is.
  public let selfCheck: Double?
  /// |dA - s B^T G|/|dA| and |dB - s G A^T|/|dB|.
  public let formulaErrors: (a: Double?, b: Double?)
  /// The loss's change on the step's own batches, by the gradients and by trying; and this module's share of the first.
  public let predicted: Double
  public let predictedHere: Double
  public let observed: Double?
  /// What a reader should know about this adapter and this step.
  public let notes: [String]
}

extension Session {
  /// Looks at the observed step through one adapted Linear.
  public func view(_ layer: LoraLayer) throws(DebuggerError) -> ModuleView {
    let taken = try observedStep()
    let (plan, state, record) = (taken.plan, taken.state, taken.record)
    let gradient = try taken.weightGradient(layer)
    let (a, b) = (state.parameters[layer.a].converted(to: .float64), state.parameters[layer.b].converted(to: .float64))
    let virtual = try taken.virtualGradient(layer)
    let lr = record.record(of: layer.a)?.lrUsed ?? 0
    let change = taken.isOver ? try taken.weightChange(layer) : nil
    let step = change.flatMap { lr == 0 ? nil : $0.divided(by: -lr) }
    let singular = try change.map { change throws(DebuggerError) in
      try DebuggerError.wrap { () throws(FactorizationError) in try change.svd().s.toArray() }
    }
    let moved = moves(record, gradient.all, layer)
    let share = plan.settings.divideLoss ? 1 : 1 / Double(plan.settings.gradientAccumulationSteps)
    let observedChange = record.loss.flatMap { before in
      taken.isOver ? plan.loss(of: taken.parametersAfter, from: state) - before : nil
    }
    let ratio = layer.magnitudeOverNorm(state.parameters)
    let seen = ratio.map { gradient.g.transposed.scalingColumns(by: $0).transposed } ?? gradient.g
    let (formulaA, formulaB) = (
      Tensor.matmul(b.transposed, seen).scaled(by: layer.scaling),
      Tensor.matmul(seen, a.transposed).scaled(by: layer.scaling)
    )
    return ModuleView(
      module: plan.graph.modules[layer.module].path, r: a.shape[0], scaling: layer.scaling, step: record.step,
      norms: (gradient.g.norm, gradient.a.norm, gradient.b.norm, virtual.norm, step?.norm),
      cosineOfChange: step.flatMap { cosine(virtual, $0) }, cosineOfG: cosine(gradient.g, virtual),
      tangentShare: try tangentShare(gradient.g, a, b), singularValues: singular ?? [],
      selfCheck: relative(
        Tensor.matmul(b.transposed, gradient.b), Tensor.matmul(gradient.a, a.transposed)),
      formulaErrors: (relative(gradient.a, formulaA), relative(gradient.b, formulaB)),
      predicted: moved.all * share, predictedHere: moved.here * share, observed: observedChange,
      notes: ModuleNotes.notes(layer, self, state, record))
  }

  /// <gradient, change> over all that is trained, and over one layer: the loss's change to first order.
  private func moves(_ record: StepRecord, _ gradients: [Tensor?], _ layer: LoraLayer) -> (all: Double, here: Double) {
    var (all, here) = (0.0, 0.0)
    for parameter in record.parameters {
      guard let gradient = gradients[parameter.parameter] else { continue }
      let change = parameter.after.converted(to: .float64) - parameter.before.converted(to: .float64)
      let moved = gradient.dot(change)
      all += moved
      if layer.owns(parameter.parameter) { here += moved }
    }
    return (all, here)
  }

  /// |P(G)|/|G| with P the projection on what changes of A and B can do: P_B G + G P_A - P_B G P_A.
  private func tangentShare(_ g: Tensor, _ a: Tensor, _ b: Tensor) throws(DebuggerError) -> Double? {
    guard g.squaredNorm > 0, g.firstNonFinite == nil else { return nil }
    return try DebuggerError.wrap { () throws(FactorizationError) in
      let (left, right) = (try b.columnBasis(), try a.transposed.columnBasis())
      var rest = g
      if let left { rest = rest - .matmul(left, .matmul(left.transposed, rest)) }
      if let right { rest = rest - .matmul(.matmul(rest, right), right.transposed) }
      return max(0, 1 - rest.squaredNorm / g.squaredNorm).squareRoot()
    }
  }
}

/// |a - b|/|a|; nil if a is 0.
private func relative(_ a: Tensor, _ b: Tensor) -> Double? { a.squaredNorm > 0 ? (a - b).norm / a.norm : nil }

private func cosine(_ a: Tensor, _ b: Tensor) -> Double? {
  let value = a.dot(b) / (a.norm * b.norm)
  return value.isFinite ? value : nil
}

extension Tensor {
  /// An orthonormal basis of what a matrix' columns span `[rows, rank]`; nil if it is 0.
  fileprivate func columnBasis() throws(FactorizationError) -> Tensor? {
    let (u, s, _) = try svd()
    let largest = s.count > 0 ? s[0] : 0
    let rank = (0..<s.count).count { s[$0] > largest * 1e-12 }
    guard rank > 0, largest > 0 else { return nil }
    let rows = u.transposed
    return Tensor((0..<rank).flatMap { rows.entry($0).toArray() }, shape: Shape(rank, u.shape[0]), dtype: .float64)
      .transposed
  }
}
