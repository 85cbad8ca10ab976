import Training

extension StageText {
  /// What a hook keeps, and what other hooks do.
  static let captureStages: [StageText] = [
    StageText(
      stage: .capture, note: { context, _ in captureNote(context) }, clause: captureNote,
      advice: { context in
        if isForeign(context) {
          return [
            "seen = {}  # one entry for each parameter, not for each module",
            "for name, p in model.named_parameters():",
            "    if p.requires_grad: p.register_hook(lambda g, name=name: seen.update({name: g.clone()}))",
          ]
        }
        if context.hook.capture == .reference { return ["seen[name] = p.grad.detach().clone()  # not p.grad itself"] }
        return [
          "seen = defaultdict(list)",
          "p.register_hook(lambda g: seen[name].append(g.clone()))  # every micro-batch; compare sum(seen[name])",
        ]
      }),
    StageText(
      stage: .hookTransform, note: { transforms($0, at: $1.moments).note },
      clause: { transforms($0, at: HookPlacement.all.map(\.moment)).clause },
      advice: { _ in
        [
          "# register the observing hook last, or take .grad as the optimizer gets it:",
          "optimizer.register_step_pre_hook(lambda *_: save(p.grad.clone()))",
        ]
      }),
  ]

  /// The slot was filled by another parameter.
  private static func isForeign(_ context: ExplanationContext) -> Bool {
    context.reading.firedBy.map { $0 != .parameter(context.parameter.parameter) } ?? false
  }

  private static func captureNote(_ context: ExplanationContext) -> String {
    let (hook, fired) = (context.hook, context.reading.timesFired)
    if isForeign(context), let site = context.reading.firedBy {
      let other = NameTable.short(context.record.plan.graph.name(of: site))
      return "slot=module: the hook's only slot holds the gradient of \(other), the last to fire"
    }
    switch hook.capture {
    case .reference: return "a reference to .grad shows what .grad became later, not what the hook was shown"
    case .last: return "the hook kept the last of \(fired) gradients it saw, and they differ"
    case .first: return "the hook kept the first of \(fired) gradients it saw, and they differ"
    case .sum, .all: return "the hook's \(fired) readings are added up, though each is a sum already"
    }
  }

  /// Hooks that changed the gradient at some moments: what is said of them, and how each did it.
  private static func transforms(
    _ context: ExplanationContext, at moments: [HookPlacement.Moment]
  ) -> (clause: String, note: String) {
    let site = HookSite.parameter(context.parameter.parameter)
    let acting = context.record.hooks.filter { hook in
      hook.scale != nil && hook.sites.contains(site) && moments.contains(hook.placement.moment)
        && hook.placement.order >= context.hook.placement.order
        && (hook.placement != context.hook.placement || hook.id >= context.hook.id)
    }
    let subject = "hook" + (acting.count > 1 ? "s " : " ") + acting.map { String($0.id) }.joined(separator: ", ")
    let clause =
      acting.map(\.id) == [context.hook.id]
      ? "the hook itself changed the gradient that it had seen"
      : "\(subject) changed the gradient after this one had seen it"
    let notes = acting.map { hook in
      // Only a tensor hook has something to return; the others are handed .grad itself.
      let how = hook.placement.moment == .gradient ? "returned the gradient" : "changed .grad in place,"
      return "hook \(hook.id) (\(hook.placement.name)) \(how) x\(shortNumber(hook.scale ?? 1))"
    }
    return (clause, notes.joined(separator: "; "))
  }
}

extension HookPlacement {
  /// The order of a parameter's hooks in a step.
  fileprivate var order: Int {
    switch moment {
    case .gradient: 0
    case .accumulated: 1
    case .beforeOptimizer: 2
    default: 3
    }
  }
}
