extension Lesson {
  /// From one gradient to the whole of a real adapter's step.
  static let all: [Lesson] = [
    Lesson(1, "hook-gradient", PackageResources._1_hook_gradient_session),
    Lesson(2, "b-is-zero", PackageResources._2_b_is_zero_session),
    Lesson(3, "scaling", PackageResources._3_scaling_session),
    Lesson(4, "rslora", PackageResources._4_rslora_session),
    Lesson(5, "accumulation", PackageResources._5_accumulation_session),
    Lesson(6, "clipping", PackageResources._6_clipping_session),
    Lesson(7, "adam", PackageResources._7_adam_session),
    Lesson(8, "schedule", PackageResources._8_schedule_session),
    Lesson(9, "mixed-precision", PackageResources._9_mixed_precision_session),
    Lesson(10, "dora", PackageResources._0_dora_session),
    Lesson(11, "tangent-space", PackageResources._1_tangent_space_session),
    Lesson(12, "doubling-alpha", PackageResources._2_doubling_alpha_session),
    Lesson(13, "exam", PackageResources._3_exam_session),
    Lesson(14, "real-adapter", PackageResources._4_real_adapter_session),
  ]
}
