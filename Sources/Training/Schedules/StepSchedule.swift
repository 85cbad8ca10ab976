import Glibc

extension ScheduleKind {
  static let step = ScheduleKind(
    name: "step", summary: "torch.optim.lr_scheduler.StepLR: times gamma every step_size steps"
  ) { StepSchedule(settings: $0) }
}

struct StepSchedule: Schedule {
  let settings: ScheduleSettings

  func factor(at steps: Int) -> Double { pow(settings.gamma, Double(steps / settings.stepSize)) }
}
