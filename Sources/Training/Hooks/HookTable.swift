import Autograd

/// All hooks of a session, arranged by what they wait for, so that firing one costs no search.
public final class HookTable: Sendable {
  /// One hook at one of its sites.
  public struct Entry: Sendable {
    /// The hook's number and what of it is asked for when it fires.
    let id: Int
    let placement: String
    let capture: CaptureMode
    /// Where its captured value is kept; entries of one module share it under `slot=module`.
    let slot: Int
    let site: HookSite
    let scale: Double?
  }

  public let hooks: [Hook]
  let backward: BackwardHooks
  /// Entries in order of registration; the hooks in `backward` carry an index into this list.
  let entries: [Entry]
  let slotCount: Int
  /// Indices into `entries`, by parameter.
  let afterAccumulation: [[Int]]
  let beforeOptimizer: [Int]
  let afterOptimizer: [Int]
  /// For each hook the entries of its sites, in their order.
  let entriesOfHook: [[Int]]

  /// The entry of hook `id` at one of its sites.
  func entry(hook id: Int, site: HookSite) -> Int? {
    guard let hook = hooks.firstIndex(where: { $0.id == id }) else { return nil }
    return entriesOfHook[hook].last { entries[$0].site == site }
  }

  public init(_ hooks: [Hook], graph: ModuleGraph) {
    var backward = BackwardHooks(parameterCount: graph.parameters.count, moduleCount: graph.modules.count)
    var entries: [Entry] = []
    var slotCount = 0
    var accumulated: [[Int]] = Array(repeating: [], count: graph.parameters.count)
    var (before, after): ([Int], [Int]) = ([], [])
    var entriesOfHook: [[Int]] = []
    for hook in hooks {
      var slotOfModule: [Int: Int] = [:]
      var own: [Int] = []
      for site in hook.sites {
        var slot = slotCount
        if hook.slot == .module, case .parameter(let parameter) = site {
          slot = slotOfModule[graph.parameters[parameter].module] ?? slotCount
          slotOfModule[graph.parameters[parameter].module] = slot
        }
        slotCount = max(slotCount, slot + 1)
        let entry = entries.count
        own.append(entry)
        entries.append(
          Entry(
            id: hook.id, placement: hook.placement.name, capture: hook.capture, slot: slot, site: site,
            scale: hook.scale))
        let attached = BackwardHook(id: entry, scale: hook.scale)
        switch (hook.placement.moment, site) {
        case (.gradient, .parameter(let parameter)): backward.parameterHooks[parameter].append(attached)
        case (.gradient, .module(let module)): backward.outputHooks[module].append(attached)
        case (.moduleBackward, .module(let module)): backward.moduleHooks[module].append(attached)
        case (.moduleBackwardPre, .module(let module)): backward.modulePreHooks[module].append(attached)
        case (.accumulated, .parameter(let parameter)): accumulated[parameter].append(entry)
        case (.beforeOptimizer, .parameter): before.append(entry)
        case (.afterOptimizer, .parameter): after.append(entry)
        default: break
        }
      }
      entriesOfHook.append(own)
    }
    self.hooks = hooks
    self.backward = backward
    self.entries = entries
    self.slotCount = slotCount
    afterAccumulation = accumulated
    beforeOptimizer = before
    afterOptimizer = after
    self.entriesOfHook = entriesOfHook
  }
}
