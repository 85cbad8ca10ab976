extension ScheduleKind {
  static let constant = ScheduleKind(
    name: "constant", summary: "get_constant_schedule_with_warmup; warmup_steps 0 is no schedule at all"
  ) { ConstantSchedule(settings: $0) }
}

struct ConstantSchedule: Schedule {
  let settings: ScheduleSettings

  func factor(at steps: Int) -> Double { settings.warmup(at: steps) ?? 1 }
}
