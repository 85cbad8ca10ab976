#!/usr/bin/env python3
"""adapter_check.py --bin PATH [NAME...]: does PEFT get from `save adapter` the model that lorascope trained?

Every case of models/ with an adapter, loaded or fresh, is trained by lorascope, which exports its observations and
saves the adapter. PEFT loads what was saved. It has to hold the exported weights and give the same logits and loss
as the case's own model with those weights put in, and its file has to have the names that PEFT would write.
Prints a line per case; exit status 1 where one differs.
"""
import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile
import warnings

import torch
from safetensors.torch import load_file
from transformers.utils import logging

from model_cases import all_models, loaded
from model_files import load_adapter
from models import trainable

HERE = pathlib.Path(__file__).parent
TOLERANCE = 1e-5  # of the largest logit: a residual base is computed by two LAPACKs
ADAPTER_FILE = "adapter_model.safetensors"


def session_of(case):
    """The case's own session without its hooks, and the adapter saved at the end."""
    lines = (case / "case.session").read_text().splitlines()
    return [line for line in lines if not line.startswith("hook ")] + ["save adapter saved"]


def run(binary, case):
    program = subprocess.run([binary, "--no-init", "--batch", "-"], input="\n".join(session_of(case)) + "\n", cwd=case,
                             capture_output=True, text=True, timeout=120)
    if program.returncode:
        raise ValueError(f"exit {program.returncode}: {program.stderr.strip()[-200:]}")


def put(model, values):
    for name, parameter in trainable(model).items():
        parameter.data.copy_(values[name])


def shapes(folder):
    return {name: tuple(tensor.shape) for name, tensor in load_file(folder / ADAPTER_FILE).items()}


def compare_files(found, wanted):
    """What of the names and shapes differs, in words; nothing where they agree."""
    missing, extra = sorted(set(wanted) - set(found)), sorted(set(found) - set(wanted))
    other = [f"{name} is {found[name]}, not {wanted[name]}" for name in wanted if name in found and found[name] != wanted[name]]
    return "; ".join([f"lacks {name}" for name in missing] + [f"has {name} too" for name in extra] + other)


def check(case, config):
    """The largest difference of the logits, relative to the largest logit; raises where something else differs."""
    exported, data = load_file(case / "out.safetensors"), load_file(case / "data.safetensors")
    values = {key.split("/", 2)[2]: tensor for key, tensor in exported.items() if key.startswith(f"{config['steps']}/after/")}
    wanted = loaded(case, config).eval()
    put(wanted, values)
    wanted.save_pretrained(case / "peft")
    if difference := compare_files(shapes(case / "saved"), shapes(case / "peft")):
        raise ValueError(f"{ADAPTER_FILE} {difference}")
    found = load_adapter(case / "model", case / "saved").eval()
    if list(trainable(found)) != list(trainable(wanted)):
        raise ValueError(f"PEFT trains {list(trainable(found))}")
    for name, parameter in trainable(found).items():
        if not torch.equal(parameter, values[name]):
            raise ValueError(f"{name} is not what was exported")
    with torch.no_grad():
        ours, theirs = (model(input_ids=data["input_ids"][0], labels=data["labels"][0]) for model in (found, wanted))
    logits = (ours.logits - theirs.logits).abs().max().item() / theirs.logits.abs().max().item()
    return max(logits, abs(ours.loss.item() - theirs.loss.item()) / theirs.loss.item())


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--bin", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    options.add_argument("names", nargs="*", metavar="NAME")
    options = options.parse_args()
    warnings.filterwarnings("ignore")
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    torch.set_num_threads(1)
    failed = 0
    cases = {name: config for name, config in all_models().items() if config["adapter"] or config["lora"]}
    for name in options.names or cases:
        with tempfile.TemporaryDirectory() as folder:
            case = pathlib.Path(shutil.copytree(HERE / "models" / name, pathlib.Path(folder) / name))
            try:
                run(options.bin, case)
                difference = check(case, cases[name])
                ok, words = difference <= TOLERANCE, f"{difference:.1e}"
            except (ValueError, RuntimeError, OSError, KeyError, subprocess.TimeoutExpired) as error:
                ok, words = False, f"{type(error).__name__}: {error}"
        failed += not ok
        print(f"{'ok  ' if ok else 'FAIL'} {name:34} {words}")
    print(f"{len(options.names or cases) - failed} passed, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
