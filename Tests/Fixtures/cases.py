"""All cases: the plain-SGD ones here, then one group per file."""
import adapter_cases
import dtype_cases
import optimizer_cases
import step_cases
import transformer_cases
from configs import DEFAULT, F64, linear, lora, mlp, sgd

SGD = {
    # the model and its adapter
    "linear-16-lora": {"model": linear(16, 16), "lora": lora(16, 16, "0"), "lr": 1.0, "steps": 2},
    "linear-16-lora-float64": {"model": linear(16, 16), "lora": lora(16, 16, "0"), "lr": 1.0, "steps": 2, **F64},
    "linear-no-lora": {"model": linear(16, 16), "lora": None, "lr": 1.0, "steps": 2},
    "linear-bias-off": {"model": linear(7, 3, bias=False), "lora": lora(2, 3, "0")},
    "target-none": {"lora": None},
    "target-none-float64": {"lora": None, **F64},
    "target-subset": {"model": mlp(8, 6, 5, 3), "lora": lora(2, 4, "0", "4")},
    "target-subset-float64": {"model": mlp(8, 6, 5, 3), "lora": lora(2, 4, "0", "4"), **F64},
    "target-last": {"model": mlp(8, 6, 5, 3, act="relu"), "lora": lora(2, 4, "4")},
    "bias-off": {"model": mlp(8, 6, 3, bias=False)},
    "lora-b-zero": {"lora": lora(2, 4, "0", "2", warm_B=False)},
    "rank-above-dims": {"model": mlp(4, 3, 2), "lora": lora(8, 8, "0", "2")},
    "rank-1": {"lora": lora(1, 1, "0", "2")},
    "alpha-32": {"lora": lora(2, 32, "0", "2"), "lr": 0.01},
    "rslora": {"lora": lora(3, 4, "0", "2", rslora=True)},
    "rslora-float64": {"lora": lora(3, 4, "0", "2", rslora=True), **F64},
    "batch-1": {"batch": 1},
    # activations and losses
    "relu": {"model": mlp(16, 24, 5, act="relu"), "lora": lora(4, 8, "0", "2"), "steps": 2},
    "gelu": {"model": mlp(8, 6, 3, act="gelu")},
    "gelu-float64": {"model": mlp(8, 6, 3, act="gelu"), **F64},
    "silu": {"model": mlp(8, 6, 3, act="silu")},
    "silu-float64": {"model": mlp(8, 6, 3, act="silu"), **F64},
    "tanh": {"model": mlp(8, 6, 3, act="tanh")},
    "tanh-float64": {"model": mlp(8, 6, 3, act="tanh"), **F64},
    "sum-loss": {"reduction": "sum", "lr": 0.01},
    # SGD
    "lr-1e-6": {"lr": 1e-6},
    "momentum-float32": {"optimizer": sgd(momentum=0.9)},
    "momentum-float64": {"optimizer": sgd(momentum=0.9), **F64},
    "dampening": {"optimizer": sgd(momentum=0.9, dampening=0.5)},
    "nesterov": {"optimizer": sgd(momentum=0.9, nesterov=True)},
    "nesterov-float64": {"optimizer": sgd(momentum=0.9, nesterov=True), **F64},
    "weight-decay": {"optimizer": sgd(weight_decay=0.1)},
    "maximize": {"optimizer": sgd(maximize=True)},
    "maximize-weight-decay-momentum": {
        "optimizer": sgd(momentum=0.9, dampening=0.1, weight_decay=0.1, maximize=True), **F64},
    "loraplus": {"loraplus": 16.0, "lr": 0.01},
    "zero-grad-off": {"zero_grad": False},
    "zero-grad-off-clip-norm": {"zero_grad": False, "clip_norm": 0.05, **F64},
    # accumulation, scaling, clipping, replicas
    "accumulate-4": {"k": 4},
    "accumulate-4-undivided": {"k": 4, "divide_loss": False},
    "loss-scale": {"loss_scale": 1024.0},
    "clip-norm": {"clip_norm": 0.05},
    "clip-norm-float64": {"clip_norm": 0.05, **F64},
    "clip-norm-0-is-off": {"clip_norm": 0},
    "clip-value": {"clip_value": 0.01},
    "clip-each-backward": {"clip_norm": 0.05, "clip_when": "each_backward", "k": 3, **F64},
    "clip-after-step": {"clip_norm": 0.05, "clip_when": "after_step"},
    "replicas-2": {"replicas": 2},
    "replicas-2-accumulate-2": {"replicas": 2, "k": 2, "steps": 2, **F64},
    "everything": {
        "optimizer": sgd(momentum=0.9, nesterov=True, weight_decay=0.01), "k": 2, "replicas": 2, "steps": 2,
        "loss_scale": 1024.0, "clip_norm": 0.1, "clip_value": 0.02, "loraplus": 4.0, "reduction": "sum", **F64},
}

GROUPS = (SGD, optimizer_cases.CASES, step_cases.CASES, adapter_cases.CASES, dtype_cases.CASES, transformer_cases.CASES)


def all_cases():
    """Every case's name and whole configuration; group g's seeds go up from 1000 (g + 1), so append to a group at its end."""
    for group, cases in enumerate(GROUPS, 1):
        for seed, (name, differences) in enumerate(cases.items(), 1000 * group):
            yield name, {**DEFAULT, **differences, "seed": seed}
