"""The plain-SGD cases: what each differs in from the default one, and the session that lorascope runs for it."""

DEFAULT = {
    "model": {"kind": "mlp", "sizes": [8, 6, 3], "act": "tanh", "bias": True},
    "lora": {"r": 2, "alpha": 4, "targets": ["0", "2"], "rslora": False, "warm_B": True},
    "optimizer": {"kind": "sgd"},
    "lr": 0.1, "steps": 3, "batch": 4, "dtype": "float32",
    "k": 1, "divide_loss": True, "zero_grad": True, "replicas": 1,
}


def mlp(*sizes, act="tanh", bias=True):
    return {"kind": "mlp", "sizes": list(sizes), "act": act, "bias": bias}


def linear(n_in, n_out, bias=True):
    return {"kind": "linear", "sizes": [n_in, n_out], "act": "relu", "bias": bias}


def lora(r, alpha, *targets, **more):
    return {"r": r, "alpha": alpha, "targets": list(targets), "rslora": False, "warm_B": True, **more}


def sgd(**options):
    return {"kind": "sgd", **options}


F64 = {"dtype": "float64"}

CASES = {
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


def on(flag):
    return "on" if flag else "off"


def model_lines(config):
    """`model`, the targets and the adapter's size."""
    model, lora_ = config["model"], config["lora"]
    words = ["model", model["kind"], *map(str, model["sizes"])]
    if model["kind"] == "mlp":
        words.append(model["act"])
    if not model["bias"]:
        words.append("bias=off")
    lines = [" ".join(words)]
    if lora_ is None:
        return lines + ["set target_modules none"]
    lines += [f"set target_modules {','.join(lora_['targets'])}", f"set r {lora_['r']}", f"set lora_alpha {lora_['alpha']}"]
    return lines + (["set use_rslora on"] if lora_["rslora"] else [])


def setting_lines(config):
    """The optimizer and everything between backward and the step; only what differs from the default."""
    lines = ["set optimizer sgd", f"set lr {config['lr']}"]
    for name, value in config["optimizer"].items():
        if name != "kind":
            lines.append(f"set {name} {on(value) if isinstance(value, bool) else value}")
    if "loraplus" in config:
        lines.append(f"set loraplus_lr_ratio {config['loraplus']}")
    if config["k"] > 1:
        lines += [f"set gradient_accumulation_steps {config['k']}", f"set divide_loss {on(config['divide_loss'])}"]
    for key, name in (("loss_scale", "loss_scale"), ("clip_norm", "max_grad_norm"),
                      ("clip_value", "clip_value"), ("clip_when", "clip_when")):
        if key in config:
            lines.append(f"set {name} {config[key]}")
    if config["replicas"] > 1:
        lines.append(f"set replicas {config['replicas']}")
    return lines + ([] if config["zero_grad"] else ["set zero_grad off"])


def session_lines(config):
    reduction = " reduction=sum" if config.get("reduction") == "sum" else ""
    return [
        f"set dtype {config['dtype']}", "set threads 1", *model_lines(config),
        "load weights weights.safetensors", "data load data.safetensors", f"loss mse{reduction}",
        *setting_lines(config),
        "hook all at tensor capture=all", "hook all at post_accumulate capture=last", "hook all at step_pre",
        f"step {config['steps']}", "export out.safetensors",
    ]
