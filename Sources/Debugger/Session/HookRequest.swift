import Autograd
import Training

/// A hook as the user asked for it. It names its targets, so that it survives a change of the model.
public struct HookRequest: Sendable {
  public let id: Int
  /// A name or glob; nil for `all`.
  public let target: String?
  public let placement: HookPlacement
  public let capture: CaptureMode
  public let slot: HookSlot
  public let scale: Double?

  public init(
    id: Int, target: String?, placement: HookPlacement = .tensor, capture: CaptureMode = .last,
    slot: HookSlot = .param, scale: Double? = nil
  ) {
    self.id = id
    self.target = target
    self.placement = placement
    self.capture = capture
    self.slot = slot
    self.scale = scale
  }

  /// The `hook` command that asks for the same again.
  public var words: String {
    var parts = ["hook", target ?? "all", "at", placement.name]
    if capture != .last { parts.append("capture=\(capture.rawValue)") }
    if slot != .param { parts.append("slot=\(slot.rawValue)") }
    if let scale { parts.append("scale=\(scale)") }
    return parts.joined(separator: " ")
  }

  /// Finds the sites, or says in PyTorch's words why there can be no such hook.
  func resolved(in graph: ModuleGraph, _ names: NameTable) throws(DebuggerError) -> Hook {
    let sites = try sites(in: graph, names)
    for site in sites { try check(site, graph) }
    if slot == .module, capture == .sum || capture == .all {
      throw DebuggerError(
        "slot=module keeps gradients of different shapes in one place, which cannot be added or stacked; "
          + "use capture=last, first or reference")
    }
    return Hook(id: id, placement: placement, capture: capture, slot: slot, scale: scale, sites: sites)
  }

  private func sites(in graph: ModuleGraph, _ names: NameTable) throws(DebuggerError) -> [HookSite] {
    let trainable = graph.parameters.indices.filter { graph.parameters[$0].requiresGrad }
    guard let target else {
      if trainable.isEmpty { throw DebuggerError("nothing is trainable, so there is nothing to hook") }
      guard placement.targets == .modules else { return trainable.map { .parameter($0) } }
      // `all` at a module placement: the modules that own what is trained, each once, in order.
      var seen: Set<Int> = []
      return trainable.map { graph.parameters[$0].module }.filter { seen.insert($0).inserted }.map { .module($0) }
    }
    let kind: NameTable.Kind =
      switch placement.targets {
      case .parameters: .parameters
      case .modules: .modules
      case .both: .both
      }
    do {
      let found = try names.resolve(target, kind)
      // A glob takes what can be hooked; a name alone must be hookable itself.
      guard found.count > 1 else { return found }
      let hookable = found.filter { (try? check($0, graph)) != nil }
      return hookable.isEmpty ? found : hookable
    } catch {
      guard placement.targets != .both, let other = try? names.resolve(target, .both), let site = other.first else {
        throw error
      }
      throw wrongKind(site, graph)
    }
  }

  private func wrongKind(_ site: HookSite, _ graph: ModuleGraph) -> DebuggerError {
    switch site {
    case .module(let module):
      return DebuggerError(
        "\(placement.call) is only for parameters, and \(graph.modules[module].path) is a module; torch: "
          + "post accumulate grad hooks cannot be registered on non-leaf tensors. Use: at tensor")
    case .parameter(let parameter):
      let owner = graph.modules[graph.parameters[parameter].module].path
      return DebuggerError("\(placement.call) needs a module, and this is a parameter of \(owner)")
    }
  }

  private func check(_ site: HookSite, _ graph: ModuleGraph) throws(DebuggerError) {
    guard graph.accepts(placement, at: site) else {
      let whose = if case .module = site { "the output of " } else { "" }
      throw DebuggerError(
        "cannot register a hook on a tensor that doesn't require gradient: "
          + "\(whose)\(graph.name(of: site)) is frozen")
    }
  }
}

extension ModuleGraph {
  /// Whether torch registers such a hook: tensors must require a gradient, a module takes any hook.
  func accepts(_ placement: HookPlacement, at site: HookSite) -> Bool {
    switch site {
    case .parameter(let index): parameters[index].requiresGrad
    case .module(let index): placement.moment != .gradient || outputRequiresGrad(ofModule: index)
    }
  }
}
