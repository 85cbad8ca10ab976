import Autograd
import Tensors

extension LossKind {
  public static let meanSquaredError = LossKind(
    name: "mse", summary: "nn.MSELoss: the squared difference to the targets", options: ["reduction"]
  ) { MeanSquaredErrorLoss(options: $0) }
}

/// `nn.MSELoss(reduction=)`; targets have the output's shape.
struct MeanSquaredErrorLoss: Loss {
  let options: LossOptions

  var words: String { "mse" + options.words }

  var torch: String { "nn.MSELoss(\(options.torch))" }

  var takesLabels: Bool { false }

  func mismatch(output: Shape, target: Target) -> String? {
    guard case .values(let values) = target else {
      return "mse needs targets that are numbers, these are labels; write: loss cross_entropy"
    }
    if values.shape.broadcasts(to: output) { return nil }
    let axes = zip(output.dimensions, values.shape.dimensions).enumerated()
    if output.rank == values.shape.rank,
      let (axis, sizes) = axes.reversed().first(where: { $0.element.0 != $0.element.1 && $0.element.1 != 1 })
    {
      return
        "The size of tensor a (\(sizes.0)) must match the size of tensor b (\(sizes.1)) at non-singleton dimension "
        + "\(axis): mse needs targets of the output's shape \(output), these are \(values.shape)"
    }
    return "mse needs targets of the output's shape \(output), these are \(values.shape)"
  }

  func caution(output: Shape, target: Target) -> String? {
    output == target.shape
      ? nil
      : "Using a target size (\(target.shape)) that is different to the input size (\(output)): as in torch the targets are "
        + "broadcast, which is rarely meant"
  }

  func flaw(output: Shape, target: Target) -> String? { nil }

  func apply(_ output: Tape.ValueID, target: Target, on tape: inout Tape) -> Tape.ValueID {
    guard case .values(let values) = target else { preconditionFailure("targets were not checked") }
    return tape.meanSquaredError(output, target: values.broadcast(to: tape[output].shape), reduction: options.reduction)
  }
}
