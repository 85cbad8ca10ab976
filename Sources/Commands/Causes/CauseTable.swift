extension Cause {
  /// Baselines first, then in the order of a step.
  static let all: [Cause] = [
    // What a step without tricks looks like, and where LoRA itself differs.
    Cause("baseline-linear", PackageResources.baseline_linear_session),
    Cause("baseline-lora", PackageResources.baseline_lora_session),
    Cause("step-pre-hook", PackageResources.step_pre_hook_session),
    Cause("b-is-zero", PackageResources.b_is_zero_session),
    Cause("dora", PackageResources.dora_session),
    Cause("dropout", PackageResources.dropout_session),
    Cause("tied-weights", PackageResources.tied_weights_session),
    Cause("gradient-checkpointing", PackageResources.gradient_checkpointing_session),
    // Nothing to compare: no gradient gets there.
    Cause("frozen-parameter", PackageResources.frozen_parameter_session),
    Cause("merged-adapter", PackageResources.merged_adapter_session),
    Cause("disabled-adapter", PackageResources.disabled_adapter_session),
    // A gradient of another size, which hook and update share.
    Cause("rslora-scaling", PackageResources.rslora_scaling_session),
    Cause("alpha-squared", PackageResources.alpha_squared_session),
    Cause("merged-weight-direction", PackageResources.merged_weight_direction_session),
    Cause("loss-sum", PackageResources.loss_sum_session),
    Cause("masked-labels", PackageResources.masked_labels_session),
    // What a hook keeps, and what other hooks do.
    Cause("slot-per-module", PackageResources.slot_per_module_session),
    Cause("last-micro-batch", PackageResources.last_micro_batch_session),
    Cause("post-accumulate-summed", PackageResources.post_accumulate_summed_session),
    Cause("grad-by-reference", PackageResources.grad_by_reference_session),
    Cause("reference-before-clipping", PackageResources.reference_before_clipping_session),
    Cause("hook-changes-gradient-later", PackageResources.hook_changes_gradient_later_session),
    Cause("hook-changes-gradient-earlier", PackageResources.hook_changes_gradient_earlier_session),
    Cause("hook-changes-grad-in-place", PackageResources.hook_changes_grad_in_place_session),
    // From backward() to the optimizer.
    Cause("accumulation-divided", PackageResources.accumulation_divided_session),
    Cause("accumulation-undivided", PackageResources.accumulation_undivided_session),
    Cause("zero-grad-forgotten", PackageResources.zero_grad_forgotten_session),
    Cause("ddp-local-gradient", PackageResources.ddp_local_gradient_session),
    Cause("loss-scale", PackageResources.loss_scale_session),
    Cause("skipped-step", PackageResources.skipped_step_session),
    Cause("trainer-clipping", PackageResources.trainer_clipping_session),
    Cause("clip-norm", PackageResources.clip_norm_session),
    Cause("clip-value", PackageResources.clip_value_session),
    Cause("clip-each-backward", PackageResources.clip_each_backward_session),
    Cause("clip-after-step", PackageResources.clip_after_step_session),
    // Inside optimizer.step().
    Cause("maximize", PackageResources.maximize_session),
    Cause("weight-decay", PackageResources.weight_decay_session),
    Cause("momentum", PackageResources.momentum_session),
    Cause("dampening", PackageResources.dampening_session),
    Cause("nesterov", PackageResources.nesterov_session),
    Cause("adam", PackageResources.adam_session),
    Cause("adam-scale-free", PackageResources.adam_scale_free_session),
    Cause("adamw", PackageResources.adamw_session),
    // The learning rate, the weights and how they are read.
    Cause("warmup-lr-zero", PackageResources.warmup_lr_zero_session),
    Cause("scheduler-before-optimizer", PackageResources.scheduler_before_optimizer_session),
    Cause("lr-read-late", PackageResources.lr_read_late_session),
    Cause("loraplus-groups", PackageResources.loraplus_groups_session),
    Cause("snapshot-reference", PackageResources.snapshot_reference_session),
    Cause("bfloat16-lost-updates", PackageResources.bfloat16_lost_updates_session),
    Cause("float32-rounding", PackageResources.float32_rounding_session),
    Cause("several-at-once", PackageResources.several_at_once_session),
  ]
}
