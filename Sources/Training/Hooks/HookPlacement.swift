/// Where a hook is attached: the PyTorch call it stands for and the moment of a step at which it fires.
/// To add a placement, add a line to `all`.
public struct HookPlacement: Sendable, Equatable {
  /// The moments of a step at which the engine can call a hook.
  public enum Moment: Sendable {
    case gradient, accumulated, moduleBackward, moduleBackwardPre, beforeOptimizer, afterOptimizer
  }

  /// What a hook can be put on.
  public enum Targets: Sendable {
    case parameters, modules, both
  }

  public let name: String
  /// How it is written in PyTorch.
  public let call: String
  public let sees: String
  public let moment: Moment
  public let targets: Targets

  public static let all = [tensor, postAccumulate, module, modulePre, stepPre, stepPost]

  public static let tensor = HookPlacement(
    name: "tensor", call: "Tensor.register_hook",
    sees: "this backward's gradient, before it is added to .grad", moment: .gradient, targets: .both)
  static let postAccumulate = HookPlacement(
    name: "post_accumulate", call: "Tensor.register_post_accumulate_grad_hook",
    sees: ".grad after this backward was added", moment: .accumulated, targets: .parameters)
  static let module = HookPlacement(
    name: "module", call: "Module.register_full_backward_hook",
    sees: "grad_input and grad_output of a module", moment: .moduleBackward, targets: .modules)
  static let modulePre = HookPlacement(
    name: "module_pre", call: "Module.register_full_backward_pre_hook",
    sees: "grad_output of a module, before its backward", moment: .moduleBackwardPre, targets: .modules)
  static let stepPre = HookPlacement(
    name: "step_pre", call: "Optimizer.register_step_pre_hook",
    sees: ".grad as the optimizer will use it", moment: .beforeOptimizer, targets: .parameters)
  static let stepPost = HookPlacement(
    name: "step_post", call: "Optimizer.register_step_post_hook",
    sees: ".grad after the optimizer used it", moment: .afterOptimizer, targets: .parameters)
}
