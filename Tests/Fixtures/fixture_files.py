"""How fixtures are written: readable JSON, safetensors, and a whole step case as its folder of five files."""
import itertools
import json

import peft
import torch
from safetensors.torch import save_file

from models import DTYPES, initialised, state
from session_lines import session_lines
from training import train

VERSIONS = {"torch": torch.__version__.split("+")[0], "peft": peft.__version__}


def write_json(path, value):
    """JSON with one line per list element or member of the top level's containers: readable, diffable, small."""
    def block(v):
        if isinstance(v, list) and v and isinstance(v[0], (dict, str)):
            return "[\n  " + ",\n  ".join(json.dumps(x) for x in v) + "\n ]"
        if isinstance(v, dict) and any(isinstance(x, (dict, list)) for x in v.values()):
            return "{\n  " + ",\n  ".join(f"{json.dumps(k)}: {json.dumps(x)}" for k, x in v.items()) + "\n }"
        return json.dumps(v)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{\n " + ",\n ".join(f"{json.dumps(k)}: {block(v)}" for k, v in value.items()) + "\n}\n")


def write_tensors(path, tensors):
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({k: t.detach().clone().contiguous() for k, t in tensors.items()}, str(path))


def draw_tokens(config, rows):
    """Labels are the tokens themselves, which the model shifts; of `prompt`, row by row, so many are masked."""
    input_ids = torch.randint(config["model"]["vocab_size"], (rows, config["batch"], config["length"]))
    labels = input_ids.clone()
    for row, prompt in zip(labels, itertools.cycle(config.get("prompt", [0]))):
        row[:, :prompt] = -100
    return {"input_ids": input_ids, "labels": labels}


def draw_data(config):
    """One row a micro-batch, in the order (step, micro-batch, replica); floats of a 16-bit model are drawn in float32."""
    rows, batch = config["steps"] * config["k"] * config["replicas"], config["batch"]
    if config["model"]["kind"] == "transformer":
        return draw_tokens(config, rows)
    sizes, dtype = config["model"]["sizes"], DTYPES[config["dtype"]]
    dtype = dtype if dtype.itemsize >= 4 else torch.float32
    inputs = torch.randn(rows, batch, sizes[0], dtype=dtype)
    if "loss" not in config:
        return {"inputs": inputs, "targets": torch.randn(rows, batch, sizes[-1], dtype=dtype)}
    labels = torch.randint(sizes[-1], (rows, batch))
    ignored = torch.rand(rows, batch) < config["loss"].get("ignored", 0)
    ignored[:, 0] = False
    return {"inputs": inputs, "labels": labels.masked_fill(ignored, config["loss"]["ignore_index"])}


def not_finite(tensors):
    return sorted(key for key, tensor in tensors.items() if not tensor.isfinite().all())


def step_case(config, change=lambda data: data):
    """A case's weights, data and observations, from its seed alone; `change` may spoil the data."""
    torch.manual_seed(config["seed"])
    model = initialised(config)
    weights, data = state(model), change(draw_data(config))
    return weights, data, train(config, model, data)


def write_step_case(folder, config, weights, data, expected):
    assert bool(not_finite(expected)) == config.get("not_finite", False), (folder.name, not_finite(expected))
    write_tensors(folder / "weights.safetensors", weights)
    write_tensors(folder / "data.safetensors", data)
    write_tensors(folder / "expected.safetensors", expected)
    (folder / "case.session").write_text("\n".join(session_lines(config)) + "\n")
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
