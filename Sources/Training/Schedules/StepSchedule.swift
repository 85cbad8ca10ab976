import Glibc

extension ScheduleKind {
  static let step = ScheduleKind(
    name: "step", summary: "torch.optim.lr_scheduler.StepLR: times gamma every step_size steps",
    torch: { "StepLR(optimizer, step_size=\($0.stepSize), gamma=\($0.gamma)" }
  ) { StepSchedule(settings: $0) }
}

struct StepSchedule: Schedule {
  let settings: ScheduleSettings

  func factor(at steps: Int) -> Double { pow(settings.gamma, Double(steps / settings.stepSize)) }
}
