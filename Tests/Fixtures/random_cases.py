#!/usr/bin/env python3
"""random_cases.py DIRECTORY COUNT [SEED]: writes COUNT cases drawn at random over everything that a step has.

The same COUNT and SEED draw the same cases, named random-000, random-001, ...
"""
import pathlib
import random
import sys

import torch

from configs import adam, constant, cosine, linear_schedule, mlp, sgd, step_lr
from fixture_files import not_finite, step_case, write_step_case
from models import initialised
from training import train

HUGE = 2.0 ** 126  # a loss scale that float32 gradients overflow with


def draw_model(draw):
    if draw.random() < 0.06:
        size = draw.choice([5, 8])
        return mlp(*[size] * draw.choice([3, 4]), act=draw.choice(["tanh", "silu"]), bias=draw.random() < 0.7, shared=True)
    hidden = [draw.choice([5, 8, 24]) for _ in range(draw.choice([0, 1, 1, 2]))]
    return mlp(draw.choice([3, 8, 16, 17]), *hidden, draw.choice([2, 4, 9]),
               act=draw.choice(["relu", "tanh", "silu", "gelu"]), bias=draw.random() < 0.6)


def draw_lora(draw, model):
    if draw.random() < 0.06:
        return None
    layers = ["0"] if model.get("shared") else [str(2 * i) for i in range(len(model["sizes"]) - 1)]
    targets = sorted(draw.sample(layers, draw.randint(1, len(layers))))
    lora = {"r": draw.choice([1, 2, 3, 4, 8]), "alpha": draw.choice([1, 4, 5, 8, 16]), "targets": targets,
            "rslora": draw.random() < 0.3, "warm_B": draw.random() < 0.6}
    if draw.random() < 0.08:
        lora["targets"] = draw.choice(["all-linear", f"({'|'.join(targets)})"])
    if draw.random() < 0.12:
        lora["dora"] = True
    if draw.random() < 0.08:
        lora["rank_pattern"] = {target: draw.choice([1, 2, 5]) for target in targets[:1]}
    if draw.random() < 0.08:
        lora["alpha_pattern"] = {target: draw.choice([2, 16]) for target in targets[-1:]}
    return lora


def draw_optimizer(draw):
    kind = draw.choice(["sgd", "sgd", "adam", "adamw"])
    if kind != "sgd":
        more = {"amsgrad": True} if draw.random() < 0.25 else {}
        more.update({"maximize": True} if draw.random() < 0.1 else {})
        return adam(kind, betas=draw.choice([[0.9, 0.999], [0.8, 0.95]]), eps=draw.choice([1e-08, 1e-06]),
                    weight_decay=draw.choice([0.0, 0.01, 0.1]), **more)
    options = {}
    if draw.random() < 0.6:
        options["momentum"] = draw.choice([0.5, 0.9])
        options.update(draw.choice([{}, {}, {"dampening": 0.1}, {"nesterov": True}]))
    if draw.random() < 0.4:
        options["weight_decay"] = draw.choice([0.01, 0.1])
    if draw.random() < 0.15:
        options["maximize"] = True
    return sgd(**options)


def draw_scheduler(draw):
    warmup = draw.choice([0, 1, 2])
    return draw.choice([cosine(8, warmup), cosine(4, warmup), linear_schedule(8, warmup), linear_schedule(3, warmup),
                        step_lr(2, 0.5), step_lr(1, 0.9), constant(warmup)])


def draw_config(draw):
    """Keys that a session leaves out are left out here too."""
    model = draw_model(draw)
    optimizer = draw_optimizer(draw)
    dtype = draw.choices(["float32", "float64", "bfloat16", "float16"], [60, 30, 6, 4])[0]
    config = {
        "seed": draw.randrange(10 ** 6), "model": model, "lora": draw_lora(draw, model), "optimizer": optimizer,
        "lr": draw.choice([0.003, 0.01, 0.1, 1.0] if optimizer["kind"] == "sgd" else [0.001, 0.01]),
        "steps": draw.randint(1, 6), "batch": draw.choice([1, 3, 8]), "dtype": dtype,
        "k": draw.choice([1, 1, 2, 4]), "divide_loss": draw.random() < 0.6, "zero_grad": draw.random() < 0.8,
        "replicas": draw.choice([1, 1, 1, 2]),
    }
    options = {
        "loss": (0.15, lambda: {
            "kind": "cross_entropy", "ignore_index": draw.choice([-100, -100, -1]), "ignored": draw.choice([0, 0.3])}),
        "reduction": (0.2, lambda: "sum"),
        "loss_scale": (0.0 if dtype == "float16" else 0.2, lambda: draw.choice([1024.0, 1000.0, 65536.0, HUGE])),
        "clip_norm": (0.25, lambda: draw.choice([0.05, 0.5, 1.0])),
        "clip_value": (0.15, lambda: draw.choice([0.01, 0.1])),
        "scheduler": (0.4, lambda: draw_scheduler(draw)),
        "loraplus": (0.2 if config["lora"] else 0.0, lambda: draw.choice([4.0, 16.0])),
        "lr_read": (0.08, lambda: "current"),
        "snapshot": (0.05, lambda: "reference"),
        "checkpointing": (0.06, lambda: True),
    }
    config.update({key: value() for key, (share, value) in options.items() if draw.random() < share})
    if ("clip_norm" in config or "clip_value" in config) and draw.random() < 0.3:
        config["clip_when"] = draw.choice(["each_backward", "after_step"])
    if "scheduler" in config and draw.random() < 0.2:
        config["scheduler_order"] = "before"
    return config


def size_of(tensors):
    """Bytes, about: each tensor's name and shape take more than its numbers."""
    return sum(130 + tensor.numel() * tensor.itemsize for tensor in tensors.values())


def is_stable(config, data, expected):
    """Whether rounding stays rounding: float64 gives the same numbers, to what is told apart in float32.

    A case whose steps amplify it (a diverging lr, a ReLU at its kink, Adam on a vanishing gradient) says nothing about
    who computed it right."""
    if config["dtype"] != "float32" or config.get("not_finite"):
        return True
    wide, tolerance = {**config, "dtype": "float64"}, 5e-6 if config["optimizer"]["kind"] == "sgd" else 5e-5
    torch.manual_seed(config["seed"])
    exact = train(wide, initialised(wide), data)
    return exact.keys() == expected.keys() and all(
        (value - expected[key]).abs().max() <= tolerance * value.abs().max() + rounding_of(key, expected)
        for key, value in exact.items())


def rounding_of(key, expected):
    """What the rounding of a float32 weight alone makes of its effective gradient."""
    if "/effective/" not in key:
        return 0.0
    after, lr = (expected[key.replace("/effective/", f"/{quantity}/")] for quantity in ("after", "lr"))
    return 2.0 ** -21 * after.abs().max() / lr.abs()


def draw_case(draw, most):
    while True:
        config = draw_config(draw)
        weights, data, expected = step_case(config)
        if not_finite(expected):
            config["not_finite"] = True
        if config.get("not_finite") and config.get("loss_scale") != HUGE:
            continue
        if size_of(expected) <= most and is_stable(config, data, expected):
            return config, weights, data, expected


def write(folder, count, seed=0, most=250_000):
    """Cases of at most about `most` bytes of observations."""
    draw = random.Random(seed)
    for number in range(count):
        config, *tensors = draw_case(draw, most)
        write_step_case(folder / f"random-{number:03d}", config, *tensors)


if __name__ == "__main__":
    torch.set_num_threads(1)
    write(pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0)
