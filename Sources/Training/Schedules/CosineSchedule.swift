import Glibc

extension ScheduleKind {
  static let cosine = ScheduleKind(
    name: "cosine",
    summary: "get_cosine_schedule_with_warmup: up in warmup_steps, half a cosine down to 0 at total_steps",
    torch: { "get_cosine_schedule_with_warmup(optimizer, \($0.warmupSteps), \($0.totalSteps)" }
  ) { CosineSchedule(settings: $0) }
}

struct CosineSchedule: Schedule {
  let settings: ScheduleSettings

  func factor(at steps: Int) -> Double {
    settings.warmup(at: steps) ?? max(0, 0.5 * (1 + cos(Double.pi * settings.progress(at: steps))))
  }
}
