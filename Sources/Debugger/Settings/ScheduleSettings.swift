import Training

extension Setting {
  /// Learning-rate schedules of torch and transformers.
  static let scheduleSettings: [Setting] = [
    .choice(
      "scheduler", ScheduleKind.all.map(\.name),
      "how lr goes from step to step",
      meanings: Dictionary(uniqueKeysWithValues: ScheduleKind.all.map { ($0.name, $0.summary) }),
      get: { $0.training.scheduler }, set: { $0.training.scheduler = $1 }),
    .count(
      "warmup_steps", \.training.scheduleSettings.warmupSteps, 0...1_000_000_000,
      "steps in which lr rises from 0; the first one has lr 0"),
    .count("total_steps", \.training.scheduleSettings.totalSteps, 1...1_000_000_000, "where linear and cosine end"),
    .count("step_size", \.training.scheduleSettings.stepSize, 1...1_000_000_000, "StepLR: steps between two changes"),
    .number("gamma", \.training.scheduleSettings.gamma, 0..., "StepLR: what lr is multiplied with"),
    .name(
      "scheduler_order", \.training.schedulerOrder, "scheduler.step() after optimizer.step(), or by mistake before it"),
    .name(
      "lr_read", \.training.lrRead,
      "the lr that the effective gradient is divided by: the one used, or the one read after scheduler.step()"),
  ]
}
