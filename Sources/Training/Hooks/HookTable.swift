import Autograd

/// All hooks of a session, arranged by what they wait for, so that firing one costs no search.
public final class HookTable: Sendable {
  /// One hook at one of its sites.
  public struct Entry: Sendable {
    /// The hook's index in `hooks`.
    let hook: Int
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
  /// For each hook, the entry of each site.
  let entryOfSite: [[HookSite: Int]]

  /// The entry of hook `id` at one of its sites.
  func entry(hook id: Int, site: HookSite) -> Int? {
    hooks.firstIndex { $0.id == id }.flatMap { entryOfSite[$0][site] }
  }

  public init(_ hooks: [Hook], graph: ModuleGraph) {
    var backward = BackwardHooks(parameterCount: graph.parameters.count, moduleCount: graph.modules.count)
    var entries: [Entry] = []
    var slotCount = 0
    var accumulated: [[Int]] = Array(repeating: [], count: graph.parameters.count)
    var (before, after): ([Int], [Int]) = ([], [])
    var entryOfSite: [[HookSite: Int]] = []
    for (index, hook) in hooks.enumerated() {
      var slotOfModule: [Int: Int] = [:]
      var own: [HookSite: Int] = [:]
      for site in hook.sites {
        var slot = slotCount
        if hook.slot == .module, case .parameter(let parameter) = site {
          slot = slotOfModule[graph.parameters[parameter].module] ?? slotCount
          slotOfModule[graph.parameters[parameter].module] = slot
        }
        slotCount = max(slotCount, slot + 1)
        let entry = entries.count
        own[site] = entry
        entries.append(Entry(hook: index, slot: slot, site: site, scale: hook.scale))
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
      entryOfSite.append(own)
    }
    self.hooks = hooks
    self.backward = backward
    self.entries = entries
    self.slotCount = slotCount
    afterAccumulation = accumulated
    beforeOptimizer = before
    afterOptimizer = after
    self.entryOfSite = entryOfSite
  }
}
