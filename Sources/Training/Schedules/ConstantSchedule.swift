extension ScheduleKind {
  static let constant = ScheduleKind(
    name: "constant", summary: "get_constant_schedule_with_warmup; warmup_steps 0 is no schedule at all",
    torch: { $0.warmupSteps == 0 ? nil : "get_constant_schedule_with_warmup(optimizer, \($0.warmupSteps)" }
  ) { ConstantSchedule(settings: $0) }
}

struct ConstantSchedule: Schedule {
  let settings: ScheduleSettings

  func factor(at steps: Int) -> Double { settings.warmup(at: steps) ?? 1 }
}
