"""Steps in 16 bits: weights, activations, gradients and optimizer state all have the dtype; data comes in float32."""
from configs import BF16, F16, ONE_LAYER, TWO_LAYERS, adam, adamw, constant, cosine, lora, mlp, sgd, with_default

SMALL = {"lr": 0.01}
LABELS = {"model": mlp(6, 4, 5), "loss": {"kind": "cross_entropy", "ignore_index": -100, "ignored": 0.2}}
HALF = {"eps": 1e-04}  # float16 has no 1e-8: Adam's denominator is 0 with torch's default

SHAPES = {  # name -> the case, with Adam's options for float16
    "sgd": lambda **_: {**TWO_LAYERS},
    "sgd-one-layer": lambda **_: {**ONE_LAYER},
    "relu": lambda **_: {**TWO_LAYERS, "model": mlp(6, 4, 3, act="relu")},
    "gelu": lambda **_: {**TWO_LAYERS, "model": mlp(6, 4, 3, act="gelu")},
    "silu": lambda **_: {**TWO_LAYERS, "model": mlp(6, 4, 3, act="silu")},
    "bias-off-rslora": lambda **_: {"model": mlp(6, 4, 3, bias=False), "lora": {**lora(3, 4, "0", "2"), "rslora": True}},
    "momentum": lambda **_: {**ONE_LAYER, "steps": 3, "optimizer": sgd(momentum=0.9)},
    "nesterov-weight-decay": lambda **_: {**ONE_LAYER, "optimizer": sgd(momentum=0.9, nesterov=True, weight_decay=0.1)},
    "adam": lambda **more: {**ONE_LAYER, "steps": 3, "optimizer": adam(**more), **SMALL},
    "adam-amsgrad-weight-decay": lambda **more: {
        **ONE_LAYER, "optimizer": adam(weight_decay=0.1, amsgrad=True, **more), **SMALL},
    "adamw": lambda **more: {**TWO_LAYERS, "optimizer": adamw(**more), **SMALL},
    "adamw-warmup-loraplus": lambda **more: {
        **ONE_LAYER, "optimizer": adamw(**more), "scheduler": constant(1), "loraplus": 4.0, **SMALL},
    "clip-norm": lambda **_: {**TWO_LAYERS, "clip_norm": 0.05},
    "clip-value": lambda **_: {**ONE_LAYER, "clip_value": 0.01},
    "accumulate-4": lambda **_: {**ONE_LAYER, "k": 4},
    "replicas-2": lambda **_: {**ONE_LAYER, "replicas": 2},
    "zero-grad-off": lambda **_: {**ONE_LAYER, "zero_grad": False},
    "lost-updates": lambda **_: {**TWO_LAYERS, "steps": 3, "lr": 0.0001},
    "dora": lambda **_: {"model": mlp(6, 3), "lora": lora(2, 4, "0", dora=True)},
    "target-none": lambda **_: {"model": mlp(6, 4, 3), "lora": None},
    "sum-loss": lambda **_: {**ONE_LAYER, "reduction": "sum", **SMALL},
    "cross-entropy": lambda **_: {**TWO_LAYERS, **LABELS},
    "shared": lambda **_: {"model": mlp(6, 6, 6, shared=True), "lora": lora(2, 4, "0")},
}

ONCE = ("gelu", "bias-off-rslora", "nesterov-weight-decay", "replicas-2", "zero-grad-off", "clip-value", "shared")

CASES = with_default({"steps": 2}, {
    **{f"bfloat16-{name}": {**case(), **BF16} for name, case in SHAPES.items()},
    **{f"float16-{name}": {**case(**HALF), **F16} for name, case in SHAPES.items() if name not in ONCE},
    # bfloat16 gradients may be scaled; torch refuses to unscale float16 ones
    "bfloat16-loss-scale-1000": {**ONE_LAYER, "loss_scale": 1000.0, **BF16},
    "bfloat16-cosine-checkpointing": {**ONE_LAYER, "scheduler": cosine(8, 1), "checkpointing": True, **BF16},
    # lora_A's gradient is 0 while lora_B is: 0/0
    "float16-adam-default-eps": {
        "model": mlp(6, 3), "lora": lora(2, 4, "0", warm_B=False), "optimizer": adam(), "not_finite": True, **SMALL, **F16},
})
