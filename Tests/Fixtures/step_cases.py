"""What happens to .grad between backward and the optimizer, and what is read around the step."""
from configs import F64, ONE_LAYER, TWO_LAYERS, adam, adamw, cosine, lora, mlp, sgd, with_default

HUGE = 2.0 ** 126  # float32 ends just below 2 ** 128
OVERFLOW = {"loss_scale": HUGE, "reduction": "sum", "lr": 0.001, "steps": 5, "not_finite": True}

CASES = with_default({**ONE_LAYER, "steps": 2}, {
    # torch.amp.GradScaler: the scale and its inverse are float32 whatever the model's dtype
    "loss-scale-65536": {"loss_scale": 65536.0},
    "loss-scale-1000": {"loss_scale": 1000.0},
    "loss-scale-1000-float64": {"loss_scale": 1000.0, **F64},
    "loss-scale-below-1": {"loss_scale": 0.1, **F64},
    "loss-scale-accumulate-2": {"loss_scale": 1024.0, "k": 2},
    "loss-scale-clip-norm": {**TWO_LAYERS, "loss_scale": 65536.0, "clip_norm": 0.05},
    "loss-scale-clip-value": {"loss_scale": 3000.0, "clip_value": 0.01, **F64},
    "loss-scale-clip-each-backward": {"loss_scale": 1024.0, "clip_norm": 0.05, "clip_when": "each_backward", "k": 2},
    "loss-scale-clip-norm-of-inf": {"loss_scale": 2.0 ** 90, "clip_norm": 0.05, "clip_when": "each_backward"},
    "loss-scale-adam": {"optimizer": adam(), "loss_scale": 1024.0, "lr": 0.01},
    "loss-scale-replicas-2-adamw": {"optimizer": adamw(), "loss_scale": 1024.0, "replicas": 2, "lr": 0.01},
    "loss-scale-zero-grad-off": {"loss_scale": 1024.0, "zero_grad": False, **F64},
    # the first steps overflow and are skipped, each halves the scale
    "loss-scale-overflow": {**OVERFLOW},
    "loss-scale-overflow-momentum": {**OVERFLOW, "optimizer": sgd(momentum=0.9, weight_decay=0.1)},
    "loss-scale-overflow-adam-cosine": {**OVERFLOW, "optimizer": adam(), "scheduler": cosine(8, 1), "lr": 0.01},
    "loss-scale-overflow-clip-norm": {**TWO_LAYERS, **OVERFLOW, "clip_norm": 0.05, "lr": 0.1},
    "loss-scale-overflow-accumulate-2": {**OVERFLOW, "k": 2, "divide_loss": False},
    "loss-scale-overflow-replicas-2": {**OVERFLOW, "replicas": 2},
    "loss-scale-overflow-zero-grad-off": {**OVERFLOW, "zero_grad": False, "steps": 3},
    "loss-scale-overflow-scheduler-before": {**OVERFLOW, "scheduler": cosine(8), "scheduler_order": "before"},
    "loss-scale-overflow-target-none-adamw": {
        **OVERFLOW, "optimizer": adamw(), "lora": None, "model": mlp(8, 3), "lr": 0.01},
    # clipping
    "clip-norm-never-reached": {"clip_norm": 100.0},
    "clip-norm-and-value": {**TWO_LAYERS, "clip_norm": 0.5, "clip_value": 0.01, **F64},
    "clip-norm-momentum": {**TWO_LAYERS, "clip_norm": 0.05, "optimizer": sgd(momentum=0.9)},
    "clip-norm-adamw": {"clip_norm": 0.05, "optimizer": adamw(), "lr": 0.01, **F64},
    "clip-norm-accumulate-4": {"clip_norm": 0.05, "k": 4},
    "clip-norm-target-none": {"clip_norm": 0.05, "lora": None, **F64},
    "clip-norm-lora-b-zero": {**TWO_LAYERS, "clip_norm": 0.05, "lora": lora(2, 4, "0", "2", warm_B=False)},
    "clip-value-float64": {"clip_value": 0.01, **F64},
    "clip-value-adam": {"clip_value": 0.01, "optimizer": adam(), "lr": 0.01},
    "clip-value-accumulate-zero-grad-off": {"clip_value": 0.01, "k": 2, "zero_grad": False},
    "clip-value-each-backward": {"clip_value": 0.01, "clip_when": "each_backward", "k": 3},
    "clip-each-backward-one-batch": {"clip_norm": 0.05, "clip_when": "each_backward"},
    "clip-each-backward-replicas-2": {"clip_norm": 0.05, "clip_when": "each_backward", "k": 2, "replicas": 2, **F64},
    "clip-each-backward-adam": {
        **TWO_LAYERS, "clip_norm": 0.05, "clip_when": "each_backward", "k": 2, "optimizer": adam(), "lr": 0.01},
    "clip-after-step-zero-grad-off": {"clip_norm": 0.05, "clip_when": "after_step", "zero_grad": False, **F64},
    "clip-after-step-value": {"clip_value": 0.01, "clip_when": "after_step", "zero_grad": False},
    # replicas
    "replicas-3": {"replicas": 3},
    "replicas-4-float64": {"replicas": 4, **F64},
    "replicas-2-momentum-clip-norm": {"replicas": 2, "optimizer": sgd(momentum=0.9), "clip_norm": 0.05},
    "replicas-2-zero-grad-off": {"replicas": 2, "zero_grad": False, **F64},
    "replicas-2-accumulate-2-adamw": {"replicas": 2, "k": 2, "optimizer": adamw(), "lr": 0.01},
    "replicas-2-sum-undivided": {"replicas": 2, "k": 2, "divide_loss": False, "reduction": "sum", "lr": 0.01},
    "replicas-2-target-none": {"replicas": 2, "lora": None},
    # the state dict from before the step, not cloned
    "snapshot-reference": {"snapshot": "reference"},
    "snapshot-reference-adam": {"snapshot": "reference", "optimizer": adam(), "k": 2, "lr": 0.01, **F64},
    # everything at once
    "everything-float32": {
        **TWO_LAYERS, "steps": 3, "optimizer": sgd(momentum=0.9, dampening=0.1, weight_decay=0.01), "k": 2, "replicas": 2,
        "scheduler": cosine(8, 1), "loss_scale": 1024.0, "clip_norm": 0.1, "clip_value": 0.02, "loraplus": 4.0,
        "zero_grad": False, "lr": 0.01},
})
