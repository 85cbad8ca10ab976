import Autograd
import Debugger
import Training

/// A hook that sees something of the shown parameter: its gradient, or one that passes a module that it is in.
struct SeeingHook: Sendable {
  let hook: Hook
  let reading: HookReading

  /// Whether it sees the parameter's own gradient, which alone can be compared with its update.
  var isOnParameter: Bool { if case .parameter = reading.site { true } else { false } }

  /// How many gradients a stack has that is shown as their sum; nil if it keeps one.
  var stackCount: Int? { reading.stacked ? reading.value?.shape[0] : nil }
}

extension StepRecord {
  /// The hooks on a parameter, then those on the modules that it is in.
  func hooks(seeing parameter: Int) -> [SeeingHook] {
    let graph = plan.graph
    guard graph.parameters.indices.contains(parameter) else { return [] }
    let owner = graph.modules[graph.parameters[parameter].module].path
    var own: [SeeingHook] = []
    var around: [SeeingHook] = []
    for (hook, readings) in zip(hooks, readings) {
      for reading in readings {
        switch reading.site {
        case .parameter(parameter): own.append(SeeingHook(hook: hook, reading: reading))
        case .module(let module) where graph.modules[module].holds(owner):
          around.append(SeeingHook(hook: hook, reading: reading))
        case .parameter, .module: break
        }
      }
    }
    return own + around
  }
}

extension ModuleGraph.Module {
  /// Whether a module of that path is this one or in it.
  fileprivate func holds(_ other: String) -> Bool { other == path || path.isEmpty || other.hasPrefix(path + ".") }
}

extension ScreenState {
  /// Shows what the next hook saw that sees anything of the shown parameter, round and round.
  public mutating func showNextHook() {
    guard !seeingHooks.isEmpty else { return }
    let place = seeingHooks.firstIndex { $0.hook.id == shownHook?.hook.id }
    selection.hook = seeingHooks[place.map { ($0 + 1) % seeingHooks.count } ?? 0].hook.id
  }
}
