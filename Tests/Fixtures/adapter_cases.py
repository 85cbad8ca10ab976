"""What PEFT puts into the model, and models and losses beyond Linear layers in a row with mse_loss."""
from configs import F64, ONE_LAYER, TWO_LAYERS, adam, adamw, constant, lora, mlp, sgd, with_default

SMALL = {"lr": 0.01}
THREE_LAYERS = {"model": mlp(6, 5, 4, 3)}
SHARED = {"model": mlp(6, 6, 6, 6, shared=True), "lora": lora(2, 4, "0")}
LABELS = {**TWO_LAYERS, "model": mlp(6, 4, 5), "loss": {"kind": "cross_entropy", "ignore_index": -100, "ignored": 0}}
IGNORED = {**LABELS, "loss": {"kind": "cross_entropy", "ignore_index": -100, "ignored": 0.4}}


def dora(*targets, **more):
    return lora(2, 4, *targets, dora=True, **more)


CASES = with_default({**TWO_LAYERS, "steps": 2}, {
    # DoRA: the magnitude is trained too, the norm is detached
    "dora": {"lora": dora("0", "2"), "steps": 3},
    "dora-float64": {"lora": dora("0", "2"), **F64},
    "dora-one-layer": {**ONE_LAYER, "lora": dora("0"), **F64},
    "dora-lora-b-zero": {"lora": dora("0", "2", warm_B=False)},
    "dora-rslora": {"lora": {**dora("0", "2"), "r": 3, "rslora": True}, **F64},
    "dora-bias-off": {**ONE_LAYER, "model": mlp(6, 3, bias=False), "lora": dora("0")},
    "dora-target-last": {"lora": dora("2"), **F64},
    "dora-adamw": {"lora": dora("0", "2"), "optimizer": adamw(weight_decay=0.1), **SMALL},
    "dora-momentum-accumulate-clip-norm": {
        "lora": dora("0"), "optimizer": sgd(momentum=0.9), "k": 2, "clip_norm": 0.05, **F64},
    "dora-loraplus": {"lora": dora("0", "2"), "loraplus": 4.0, **SMALL},
    "dora-loss-scale-replicas-2": {**ONE_LAYER, "lora": dora("0"), "loss_scale": 1024.0, "replicas": 2},
    # the adapter's initial values are in weights.safetensors
    "init-gaussian": {"lora": lora(2, 4, "0", "2", init="gaussian", warm_B=False)},
    "init-pissa": {"lora": lora(2, 4, "0", "2", init="pissa", warm_B=False)},
    "init-olora": {"lora": lora(2, 4, "0", "2", init="olora", warm_B=False)},
    "init-false": {"lora": lora(2, 4, "0", "2", init=False, warm_B=False)},
    "init-pissa-rslora-float64": {"lora": {**lora(3, 4, "0", "2", init="pissa", warm_B=False), "rslora": True}, **F64},
    # ranks, alphas and targets by pattern
    "rank-pattern": {"lora": lora(2, 4, "0", "2", rank_pattern={"0": 4, "2": 1})},
    "alpha-pattern": {"lora": lora(2, 4, "0", "2", alpha_pattern={"0": 16})},
    "rank-and-alpha-pattern-rslora": {
        "lora": {**lora(2, 4, "0", "2", rank_pattern={"0": 3}, alpha_pattern={"0": 16, "2": 1}), "rslora": True}, **F64},
    "rank-pattern-regex": {**THREE_LAYERS, "lora": lora(2, 4, "0", "2", "4", rank_pattern={"(0|4)": 1})},
    "rank-pattern-dora": {"lora": dora("0", "2", rank_pattern={"2": 3}), **F64},
    "rank-pattern-unmatched": {**ONE_LAYER, "lora": lora(2, 4, "0", rank_pattern={"5": 3})},
    "target-regex": {**THREE_LAYERS, "lora": lora(2, 4, match="(0|4)")},
    "target-regex-class": {**THREE_LAYERS, "lora": lora(2, 4, match="[24]"), **F64},
    "target-all-linear": {**THREE_LAYERS, "lora": lora(2, 4, match="all-linear")},
    "lora-dropout-0": {"lora": lora(2, 4, "0", "2", dropout=0.0)},
    # gradient checkpointing runs the forward twice and changes no number
    "checkpointing": {"checkpointing": True},
    "checkpointing-accumulate-2": {"checkpointing": True, "k": 2, **F64},
    "checkpointing-target-none": {"checkpointing": True, "lora": None},
    "checkpointing-dora-adam": {**ONE_LAYER, "checkpointing": True, "lora": dora("0"), "optimizer": adam(), **SMALL},
    # one Linear used three times in the graph
    "shared": {**SHARED},
    "shared-float64": {**SHARED, **F64},
    "shared-target-none": {**SHARED, "lora": None},
    "shared-target-none-float64": {**SHARED, "lora": None, "model": mlp(5, 5, 5, act="silu", shared=True), **F64},
    "shared-bias-off": {**SHARED, "model": mlp(6, 6, 6, act="gelu", bias=False, shared=True)},
    "shared-adam-accumulate-2": {**SHARED, "optimizer": adam(), "k": 2, **SMALL},
    "shared-dora": {**SHARED, "lora": dora("0"), **F64},
    "shared-checkpointing": {**SHARED, "checkpointing": True},
    # cross_entropy over class labels
    "cross-entropy": {**LABELS},
    "cross-entropy-float64": {**LABELS, **F64},
    "cross-entropy-sum": {**LABELS, "reduction": "sum", **SMALL},
    "cross-entropy-ignored": {**IGNORED},
    "cross-entropy-ignored-sum": {**IGNORED, "reduction": "sum", **SMALL, **F64},
    "cross-entropy-ignored-accumulate-2": {**IGNORED, "k": 2, **F64},
    "cross-entropy-ignored-replicas-2": {**IGNORED, "replicas": 2},
    "cross-entropy-ignore-index": {**LABELS, "loss": {"kind": "cross_entropy", "ignore_index": -1, "ignored": 0.4}},
    "cross-entropy-ignore-class": {**LABELS, "loss": {"kind": "cross_entropy", "ignore_index": 2, "ignored": 0.2}, **F64},
    "cross-entropy-batch-1": {**LABELS, "batch": 1},
    "cross-entropy-two-classes": {**LABELS, "model": mlp(6, 4, 2, act="relu")},
    "cross-entropy-target-none": {**LABELS, **ONE_LAYER, "lora": None},
    "cross-entropy-adamw-warmup": {**LABELS, "optimizer": adamw(), "scheduler": constant(1), **SMALL},
    "cross-entropy-maximize": {**LABELS, "optimizer": sgd(maximize=True)},
})
