import Tensors

/// A hook as the backward pass knows it: who it is, and what it does to the gradient it sees.
public struct BackwardHook: Sendable, Equatable {
  public let id: Int
  /// A hook that returns `gradient * scale` instead of nothing.
  public let scale: Double?

  public init(id: Int, scale: Double? = nil) {
    self.id = id
    self.scale = scale
  }

  public func result(_ gradient: Tensor) -> Tensor {
    scale.map { gradient.scaled(by: $0) } ?? gradient
  }
}

/// The hooks that fire inside a backward pass, each list in order of registration.
public struct BackwardHooks: Sendable {
  /// `Tensor.register_hook` on parameters, by parameter.
  public var parameterHooks: [[BackwardHook]]
  /// `Tensor.register_hook` on the outputs of modules, by module.
  public var outputHooks: [[BackwardHook]]
  /// `register_full_backward_hook`, by module.
  public var moduleHooks: [[BackwardHook]]
  /// `register_full_backward_pre_hook`, by module.
  public var modulePreHooks: [[BackwardHook]]

  public init(parameterCount: Int, moduleCount: Int) {
    parameterHooks = Array(repeating: [], count: parameterCount)
    outputHooks = Array(repeating: [], count: moduleCount)
    moduleHooks = outputHooks
    modulePreHooks = outputHooks
  }

  /// Whether torch would put identity nodes around a module.
  func surrounds(_ module: Int) -> Bool { !moduleHooks[module].isEmpty || !modulePreHooks[module].isEmpty }

  /// Whether none of them is on a module or its output.
  func isEmpty(ofModule module: Int) -> Bool { outputHooks[module].isEmpty && !surrounds(module) }
}

/// The place of an identity node that torch puts around a module with backward hooks
/// (`torch.utils.hooks.BackwardHook`).
public enum ModuleBorder: Sendable {
  case input(module: Int)
  /// `hasInput` is false where the module's input needs no gradient: its hooks then fire right here.
  case output(module: Int, hasInput: Bool)
}

/// What passes a gradient through unchanged at a module's border.
struct IdentityOperation: Operation {
  var name: String { "BackwardHookFunctionBackward" }

  func gradients(_ gradOutput: Tensor, needed: InputSet) -> [Tensor?] { [gradOutput] }
}
