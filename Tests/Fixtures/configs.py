"""A case is a dictionary of what it differs in from DEFAULT; these are the words that the tables of cases use."""

DEFAULT = {
    "model": {"kind": "mlp", "sizes": [8, 6, 3], "act": "tanh", "bias": True},
    "lora": {"r": 2, "alpha": 4, "targets": ["0", "2"], "rslora": False, "warm_B": True},
    "optimizer": {"kind": "sgd"},
    "lr": 0.1, "steps": 3, "batch": 4, "dtype": "float32",
    "k": 1, "divide_loss": True, "zero_grad": True, "replicas": 1,
}

F64, BF16, F16 = {"dtype": "float64"}, {"dtype": "bfloat16"}, {"dtype": "float16"}


def mlp(*sizes, act="tanh", bias=True, **more):
    return {"kind": "mlp", "sizes": list(sizes), "act": act, "bias": bias, **more}


def linear(n_in, n_out, bias=True):
    return {"kind": "linear", "sizes": [n_in, n_out], "act": "relu", "bias": bias}


def lora(r, alpha, *targets, **more):
    """Targets are names; a single `all-linear` or regular expression is given as `match=`."""
    match = more.pop("match", None)
    return {"r": r, "alpha": alpha, "targets": match or list(targets), "rslora": False, "warm_B": True, **more}


def sgd(**options):
    return {"kind": "sgd", **options}


def adam(kind="adam", **options):
    return {"kind": kind, "betas": [0.9, 0.999], "eps": 1e-08, "weight_decay": 0.0, **options}


def adamw(**options):
    return adam("adamw", **{"weight_decay": 0.01, **options})


def linear_schedule(total_steps, warmup_steps=0):
    return {"kind": "linear", "warmup_steps": warmup_steps, "total_steps": total_steps}


def cosine(total_steps, warmup_steps=0):
    return {"kind": "cosine", "warmup_steps": warmup_steps, "total_steps": total_steps}


def step_lr(step_size, gamma):
    return {"kind": "step", "step_size": step_size, "gamma": gamma}


def constant(warmup_steps):
    return {"kind": "constant", "warmup_steps": warmup_steps}


def with_default(default, cases):
    """Cases that share what they differ in: a small model keeps the files small."""
    return {name: {**default, **differences} for name, differences in cases.items()}


ONE_LAYER = {"model": linear(6, 3), "lora": lora(2, 4, "0")}
TWO_LAYERS = {"model": mlp(6, 4, 3), "lora": lora(2, 4, "0", "2")}
