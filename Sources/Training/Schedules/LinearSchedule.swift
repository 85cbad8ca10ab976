extension ScheduleKind {
  static let linear = ScheduleKind(
    name: "linear", summary: "get_linear_schedule_with_warmup: up in warmup_steps, down to 0 at total_steps",
    torch: { "get_linear_schedule_with_warmup(optimizer, \($0.warmupSteps), \($0.totalSteps)" }
  ) { LinearSchedule(settings: $0) }
}

struct LinearSchedule: Schedule {
  let settings: ScheduleSettings

  func factor(at steps: Int) -> Double {
    let rest = Double(settings.totalSteps - steps) / Double(max(1, settings.totalSteps - settings.warmupSteps))
    return settings.warmup(at: steps) ?? max(0, rest)
  }
}
