#!/usr/bin/env python3
"""make_fixtures.py [DIRECTORY]: writes the numbers that real torch + peft compute, for lorascope's tests.

steps/NAME     sessions with what lorascope's export has to contain: the tables of *_cases.py, and 40 drawn at random
steps-errors*  what is raised where a step cannot go on, what is computed where it can but should not, merged adapters
hooks/         what hooks at every placement see, in the order in which they fire
peft1893*      the reproduction of huggingface/peft issue #1893
kernels/       elementwise operations, rounded as torch rounds them
init/          torch's random numbers and freshly initialised models, bit for bit
models/NAME    Hugging Face checkpoints and PEFT adapters, as from_pretrained loads them, trained for a few steps
causes.json    what is measured at the last step of every session of the catalogue of causes

The same versions on the same CPU write the same bytes. pip install -r requirements.txt
"""
import pathlib
import sys
import warnings

import torch
from torch import nn
from transformers.utils import logging

import hook_cases
import random_cases
from cases import all_cases
from cause_cases import write_causes
from edge_cases import write_edges
from fixture_files import VERSIONS, step_case, write_json, write_step_case, write_tensors
from init_fixtures import write_init
from kernel_fixtures import write_kernels
from model_cases import write_models
from models import build_base, state, trainable, wrap
from row_fixtures import write_rows
from training import compare


# ---------------------------------------------------------------- steps

def write_steps(root):
    for name, config in all_cases():
        write_step_case(root / "steps" / name, config, *step_case(config))
    random_cases.write(root / "steps", 40, seed=1, most=12_000)


# ---------------------------------------------------------------- hooks

def write_hooks(root):
    torch.manual_seed(3)
    model = wrap(build_base("mlp", [6, 5, 3], "tanh"), hook_cases.LORA)
    for name, parameter in trainable(model).items():
        if "lora_B" in name:
            nn.init.normal_(parameter, std=0.5)
    weights = state(model.double())
    plain_weights = state(build_base("linear", [6, 3]).double())
    data = {"inputs": torch.randn(3, 4, 6, dtype=torch.float64), "targets": torch.randn(3, 4, 3, dtype=torch.float64)}
    folder = root / "hooks"
    write_tensors(folder / "weights.safetensors", weights)
    write_tensors(folder / "weights-plain.safetensors", plain_weights)
    write_tensors(folder / "data.safetensors", data)
    for name, (_, settings, _) in hook_cases.CASES.items():
        chosen = plain_weights if hook_cases.is_plain(settings) else weights
        write_json(folder / f"{name}.json", hook_cases.hook_case(name, chosen, data))
    write_json(folder / "errors.json", {n: hook_cases.error_case(n, weights, data) for n in hook_cases.ERRORS})


# ---------------------------------------------------------------- peft #1893

RECIPE_1893 = """torch.manual_seed(0)
model = nn.Sequential(nn.Linear(16, 16))
model = get_peft_model(model, LoraConfig(r=16, lora_alpha=16, target_modules=["0"]))  # not for linear-*
torch.manual_seed(7)
inputs = torch.randn(8, 8, 16)
targets = torch.randn(8, 8, 16)
optimizer = torch.optim.SGD(trainable, lr=1.0)
per step: mse_loss(model(inputs[step]), targets[step]).backward(), clip_grad_norm_(trainable, max_norm), optimizer.step()"""


def run_1893(model, inputs, targets, max_norm, values, prefix):
    """Five steps with the issue's two closures: a slot per parameter, and one slot per module name."""
    parameters = trainable(model)
    optimizer = torch.optim.SGD(parameters.values(), lr=1.0)
    per_parameter, per_module, fired = {}, {}, []

    def save_gradient(name):
        def hook(gradient):
            fired.append(name)
            per_parameter[name] = per_module[name.rpartition(".")[0]] = gradient.clone()
        return hook

    for name, parameter in parameters.items():
        parameter.register_hook(save_gradient(name))
    steps = []
    for step in range(1, 6):
        per_parameter.clear(), per_module.clear(), fired.clear()
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(inputs[step - 1]), targets[step - 1])
        loss.backward()
        total = nn.utils.get_total_norm([p.grad for p in parameters.values()]).item()
        if max_norm is not None:
            nn.utils.clip_grad_norm_(parameters.values(), max_norm)
        before = state(model)
        optimizer.step()
        after = state(model)
        rows = {}
        for name, parameter in parameters.items():
            effective = before[name].double() - after[name].double()  # lr is 1
            rows[name] = compare(per_parameter[name], effective)
            for quantity, tensor in (("hook", per_parameter[name]), ("grad", parameter.grad), ("effective", effective)):
                values[f"{prefix}/{step}/{quantity}/{name}"] = tensor
        slots = {}
        for module, gradient in per_module.items():
            kept = next(n for n in reversed(fired) if n.rpartition(".")[0] == module)
            lost = [n for n in fired if n.rpartition(".")[0] == module and n != kept]
            slots[module] = {"keeps": kept, "shape": list(gradient.shape), "lost": lost}
        steps.append({"step": step, "loss": loss.item(), "total_norm": total,
                      "clip_coefficient": 1.0 if max_norm is None else min(1.0, max_norm / (total + 1e-6)),
                      "fired": list(fired), "slot_per_module": slots, "parameters": rows})
    return steps


def write_1893(root):
    values, runs = {}, {}
    folder = root / "peft1893"
    for kind in ("lora", "linear"):
        for label, max_norm in (("unclipped", None), ("clip-1.0", 1.0), ("clip-0.05", 0.05)):
            torch.manual_seed(0)
            model = wrap(build_base("linear", [16, 16]), {"r": 16, "alpha": 16, "targets": ["0"]} if kind == "lora" else None)
            torch.manual_seed(7)
            inputs, targets = torch.randn(8, 8, 16), torch.randn(8, 8, 16)
            write_tensors(folder / f"{kind}-weights.safetensors", state(model))
            steps = run_1893(model, inputs, targets, max_norm, values, f"{kind}-{label}")
            lines = ["set seed 0", "model linear 16 16"]
            lines += ["set target_modules 0", "set r 16", "set lora_alpha 16"] if kind == "lora" else ["set target_modules none"]
            lines += ["data load peft1893/data.safetensors", "loss mse", "set optimizer sgd", "set lr 1.0"]
            lines += [] if max_norm is None else [f"set max_grad_norm {max_norm}"]
            lines += ["hook all at tensor", "hook all at tensor slot=module", "step 5"]
            runs[f"{kind}-{label}"] = {"max_norm": max_norm, "session": lines, "steps": steps}
    write_tensors(folder / "data.safetensors", {"inputs": inputs, "targets": targets})
    write_tensors(folder / "values.safetensors", values)
    write_json(root / "peft1893.json", {
        "about": "c, cosine and residual are null where the hook gradient is 0 (lora_A while lora_B = 0)",
        "versions": VERSIONS, "recipe": RECIPE_1893.split("\n"), "tensors": "peft1893/values.safetensors: RUN/STEP/QUANTITY/PARAM", **runs})


def main():
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent
    torch.set_num_threads(1)
    warnings.filterwarnings("ignore", message="Full backward hook is firing")
    warnings.filterwarnings("ignore", message="Using a target size")
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    write_steps(root)
    write_hooks(root)
    write_1893(root)
    write_kernels(root)
    write_rows(root)
    write_init(root)
    write_edges(root)
    write_causes(root)
    write_models(root)


if __name__ == "__main__":
    main()
