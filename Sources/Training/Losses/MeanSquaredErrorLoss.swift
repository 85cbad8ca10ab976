import Autograd
import Tensors

extension LossKind {
  public static let meanSquaredError = LossKind(
    name: "mse", summary: "nn.MSELoss: the squared difference to the targets"
  ) { MeanSquaredErrorLoss(reduction: $0) }
}

/// `nn.MSELoss(reduction=)`; targets have the output's shape.
struct MeanSquaredErrorLoss: Loss {
  let reduction: Reduction

  var words: String { "mse" + (reduction == .mean ? "" : " reduction=\(reduction.rawValue)") }

  func mismatch(output: Shape, target: Shape) -> String? {
    output == target ? nil : "mse needs targets of the output's shape \(output), these are \(target)"
  }

  func apply(_ output: Tape.ValueID, target: Tensor, on tape: inout Tape) -> Tape.ValueID {
    tape.meanSquaredError(output, target: target, reduction: reduction)
  }
}
