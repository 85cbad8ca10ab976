import Tensors

/// What the hooks of one step keep, each in its own way.
struct HookRecorder: Sendable {
  /// What one slot holds.
  struct Capture: Sendable {
    /// What is kept of all firings, but under `capture=all`, when every one is.
    var value: Tensor?
    var all: [Tensor] = []
    var gradInput: Tensor?
    /// How often its hook fired, and the entry that fired last.
    var timesFired = 0
    var lastEntry = -1
  }

  private(set) var captures: [Capture]

  init(_ table: HookTable) {
    captures = Array(repeating: Capture(), count: table.slotCount)
  }

  mutating func fire(_ entry: Int, in table: HookTable, saw value: Tensor, gradInput: Tensor? = nil) {
    let slot = table.entries[entry].slot
    captures[slot].timesFired += 1
    captures[slot].lastEntry = entry
    switch (table.entries[entry].capture, captures[slot].value) {
    case (.all, _): captures[slot].all.append(value)
    case (.first, .some): return
    case (.sum, .some(let sum)): captures[slot].value = sum + value
    default: captures[slot].value = value
    }
    captures[slot].gradInput = gradInput
  }

  /// What is read after the step. `gradients` are the `.grad` tensors as the step left them, which is
  /// what a reference to `.grad` shows by then; a tensor hook's argument is never that storage.
  func readings(_ table: HookTable, gradients: [Tensor?]) -> [[HookReading]] {
    table.hooks.indices.map { index in
      let hook = table.hooks[index]
      return table.entriesOfHook[index].map { entry in
        let site = table.entries[entry].site
        let capture = captures[table.entries[entry].slot]
        var reading = HookReading(site: site, timesFired: capture.timesFired)
        guard capture.timesFired > 0 else { return reading }
        reading.gradInput = capture.gradInput
        reading.firedBy = table.entries[capture.lastEntry].site
        if hook.capture == .reference, hook.placement.keepsGrad, case .parameter(let parameter) = reading.firedBy {
          reading.value = gradients[parameter]
        } else if hook.capture == .all {
          reading.value = .stack(capture.all)
          reading.stacked = true
        } else {
          reading.value = capture.value
        }
        return reading
      }
    }
  }
}

extension HookPlacement {
  /// Whether the tensor a hook is shown is `.grad` itself.
  fileprivate var keepsGrad: Bool {
    switch moment {
    case .accumulated, .beforeOptimizer, .afterOptimizer: true
    case .gradient, .moduleBackward, .moduleBackwardPre: false
    }
  }
}
