"""Where a step ends in an error or in numbers that are not finite, and what merging does to the weights."""
import json
import math
import warnings

import torch

from configs import DEFAULT, F16, F64, adam, adamw, lora, mlp, sgd
from fixture_files import VERSIONS, draw_data, not_finite, step_case, write_json, write_step_case, write_tensors
from models import DTYPES, initialised, state, trainable
from optimizers import make_optimizer
from session_lines import session_lines
from training import loss_function
from transformer_cases import llama

PLAIN = {"model": mlp(4, 3, 2), "lora": lora(2, 4, "0", "2"), "steps": 1, "batch": 3}
LABELS = {"loss": {"kind": "cross_entropy", "ignore_index": -100, "ignored": 0}}
TOKENS = {"model": llama(), "lora": lora(2, 4, "q_proj", "v_proj"), "batch": 1, "length": 4}
RELU = {"model": mlp(4, 3, 2, act="relu")}
DORA = {"lora": lora(2, 4, "0", "2", dora=True)}


def with_labels(*labels):
    return lambda data: {**data, "labels": torch.tensor([labels])}


def with_batch(size):
    """Only the inputs' batch; the targets or labels keep theirs."""
    return lambda data: {**data, "inputs": data["inputs"][:, :size]}


def empty(data):
    return {key: tensor[:, :0] for key, tensor in data.items()}


def times(name, factor):
    return lambda data: {**data, name: data[name] * factor}


def masked(data):
    return {**data, "labels": torch.full_like(data["labels"], -100)}


def unchanged(data):
    return data


# What torch raises: the configuration, what becomes of the data, and what is typed beside the case's own lines.
ERRORS = {
    "merged-adapter": ({}, unchanged, "set merged on"),
    "merged-adapter-dora": (DORA, unchanged, "set merged on"),
    "disabled-adapter": ({}, unchanged, "set adapters off"),
    "label-too-large": (LABELS, with_labels(0, 1, 2), None),
    "label-negative": (LABELS, with_labels(0, -1, 1), None),
    "labels-of-another-batch": (LABELS, with_labels(0, 1), None),
    "targets-of-another-batch": ({}, with_batch(2), None),
    "targets-of-another-size": ({}, lambda data: {**data, "targets": data["targets"].repeat(1, 1, 2)[:, :, :3]}, None),
    "inputs-of-another-size": ({}, lambda data: {**data, "inputs": data["inputs"][:, :, :3]}, None),
    "token-too-large": (TOKENS, lambda data: {**data, "input_ids": data["input_ids"] + 16}, None),
    "loss-scale-float16": ({"loss_scale": 1024.0, **F16}, unchanged, None),
    "momentum-negative": ({"optimizer": sgd(momentum=-0.1)}, unchanged, None),
    "nesterov-without-momentum": ({"optimizer": sgd(nesterov=True)}, unchanged, None),
    "lr-negative": ({"lr": -0.1}, unchanged, None),
    "weight-decay-negative": ({"optimizer": sgd(weight_decay=-0.1)}, unchanged, None),
    "betas-out-of-range": ({"optimizer": adam(betas=[0.9, 1.0])}, unchanged, None),
    "eps-negative": ({"optimizer": adamw(eps=-1e-08)}, unchanged, None),
    "rank-0": ({"lora": lora(0, 4, "0")}, unchanged, None),
    "target-unknown": ({"lora": lora(2, 4, "9")}, unchanged, None),
    "target-regex-unmatched": ({"lora": lora(2, 4, match="(8|9)")}, unchanged, None),
    "target-is-no-linear": ({"lora": lora(2, 4, "1")}, unchanged, None),
    "lora-dropout-above-1": ({"lora": lora(2, 4, "0", dropout=1.5)}, unchanged, None),
}

# What torch computes without a complaint, or with a warning.
VALUES = {
    "empty-batch-mean": ({}, empty),
    "empty-batch-sum": ({"reduction": "sum"}, empty),
    "empty-batch-cross-entropy-mean": (LABELS, empty),
    "empty-batch-cross-entropy-sum": ({**LABELS, "reduction": "sum"}, empty),
    "empty-batch-target-none": ({"lora": None}, empty),
    "every-label-ignored": (LABELS, masked),
    "every-label-ignored-sum": ({**LABELS, "reduction": "sum"}, masked),
    "every-token-ignored": (TOKENS, masked),
    "one-token": ({**TOKENS, "length": 1}, unchanged),
    "targets-broadcast": ({}, lambda data: {**data, "targets": data["targets"][:, :1]}),
    "targets-huge": ({}, times("targets", 1e30)),
    "targets-huge-clip-norm": ({"clip_norm": 1.0}, times("targets", 1e30)),
    "targets-huge-adam": ({"optimizer": adam()}, times("targets", 1e30)),
    "inputs-huge": (RELU, times("inputs", 1e30)),
    "inputs-nan": ({}, times("inputs", math.nan)),
    "inputs-nan-loss-scale": ({"loss_scale": 1024.0}, times("inputs", math.nan)),
    "logits-huge-cross-entropy": ({**RELU, **LABELS}, times("inputs", 1e30)),
    "lr-0": ({"lr": 0.0}, unchanged),
    "lr-0-adamw": ({"lr": 0.0, "optimizer": adamw()}, unchanged),
}

MERGES = {"merge": {}, "merge-rslora": {"lora": {**lora(2, 4, "0", "2"), "rslora": True}}, "merge-dora": DORA,
          "merge-float64": F64, "merge-bfloat16": {"dtype": "bfloat16"}}


def configuration(differences, seed):
    return {**DEFAULT, **PLAIN, **differences, "seed": seed}


def raised(config, change, typed):
    """What torch or PEFT raises, and how far the case got."""
    stage = "adapter"
    torch.manual_seed(config["seed"])
    try:
        model = initialised(config)
        if typed == "set merged on":
            model.merge_adapter()
        elif typed == "set adapters off":
            model.disable_adapter_layers()
        stage = "optimizer"
        optimizer = make_optimizer(config, model, trainable(model) or dict(model.named_parameters()))
        scaler = torch.amp.GradScaler("cpu", init_scale=config.get("loss_scale", 1.0), enabled="loss_scale" in config)
        stage = "loss"
        loss = loss_function(config, model, change(draw_data(config)))(0)
        stage = "backward"
        scaler.scale(loss).backward()
        stage = "unscale"
        scaler.unscale_(optimizer)
    except Exception as error:
        return {"raised_at": stage, "type": type(error).__name__, "message": str(error)}
    raise AssertionError(f"{config}: nothing raised")


def error_case(folder, config, change, typed):
    """The error and the session that meets it; the data is there if the error needs it."""
    error = raised(config, change, typed)
    lines = [line for line in session_lines(config) if not line.startswith(("load", "hook", "export"))]
    data = f"data load {folder.parent.name}/{folder.name}/data.safetensors"
    lines = [data if line.startswith("data") else line for line in lines]
    lines[-1:-1] = [typed] if typed else []
    torch.manual_seed(config["seed"])
    write_tensors(folder / "data.safetensors", change(draw_data(config)))
    return {"session": lines, **error}


def value_case(folder, config, change):
    """An ordinary step case, and in short what is remarkable about it."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        weights, data, expected = step_case(config, change)
    odd = not_finite(expected)
    config |= {"not_finite": True} if odd else {}
    write_step_case(folder, config, weights, data, expected)
    grads = torch.cat([tensor.double().flatten() for key, tensor in expected.items() if key.startswith("1/grad/")])
    moved = any((expected[key] != expected[key.replace("/after/", "/before/")]).any() for key in expected if "/after/" in key)
    return {"loss": str(expected["1/loss"].item()), "grad_is_finite": bool(grads.isfinite().all()),
            "grad_is_zero": not grads.any(), "skipped": not any("/hook.3/" in key for key in expected), "moved": moved,
            "warnings": [str(w.message) for w in caught if "broadcasting" in str(w.message)]}


def merge_case(folder, config):
    """Parameters as they are, merged and unmerged again, and what the model computes in each state."""
    torch.manual_seed(config["seed"])
    model, data = initialised(config), draw_data(config)
    inputs = data["inputs"][0].to(DTYPES[config["dtype"]])
    write_tensors(folder / "weights.safetensors", state(model))
    values = {"output/inputs": inputs, "output/active": model(inputs)}
    with model.disable_adapter():
        values["output/disabled"] = model(inputs)
    for name, change in (("merged", model.merge_adapter), ("unmerged", model.unmerge_adapter)):
        change()
        values[f"output/{name}"] = model(inputs)
        values.update({f"{name}/{key}": tensor for key, tensor in state(model).items()})
    write_tensors(folder / "expected.safetensors", values)
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")


def write_edges(root):
    folder = root / "steps-errors"
    errors = {name: error_case(folder / name, configuration(differences, seed), change, typed)
              for seed, (name, (differences, change, typed)) in enumerate(ERRORS.items(), 7000)}
    values = {name: value_case(folder / name, configuration(differences, seed), change)
              for seed, (name, (differences, change)) in enumerate(VALUES.items(), 8000)}
    for seed, (name, differences) in enumerate(MERGES.items(), 9000):
        merge_case(folder / name, configuration(differences, seed))
    write_json(root / "steps-errors.json", {
        "about": "errors: what torch or PEFT raises; values: cases of steps-errors/NAME that it does not stop at; "
                 "merges: steps-errors/NAME/expected.safetensors has merged/PARAM, unmerged/PARAM and the outputs in each state",
        "versions": VERSIONS, "errors": errors, "values": values, "merges": list(MERGES)})
