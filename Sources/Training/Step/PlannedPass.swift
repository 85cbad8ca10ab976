import Autograd
import Tensors

extension TrainingPlan {
  /// The forward pass of one micro-batch: the `use`-th that is taken since training began, from 0.
  func forwardPass(_ parameters: [Tensor], use: Int) -> ForwardPass {
    let batch = use % dataset.count
    let dtype = parameters.first?.dtype ?? .float32
    return ForwardPass(
      model, parameters: parameters, input: dataset.inputs[batch],
      keeping: loss.rowsRead(dataset.targets[batch], dtype: dtype), randomSeed: settings.seed &+ UInt64(use).mixed)
  }

  /// What its output is compared with.
  func target(ofUse use: Int) -> Target { dataset.targets[use % dataset.count] }
}
