#!/usr/bin/env python3
"""torch_bench.py [--case NAME] [--threads N] [--steps N]: lorascope-bench's cases with torch + peft.

plain          zero_grad, forward, loss, backward, clipping if the case has it, optimizer
instrumented   the same, and what a user writes to compare gradients: hooks that clone, trainable state cloned
               before and after, (before - after) / lr in float64, c, cosine and residual of every parameter

As a worker (--worker MODE) it takes turns as lorascope-bench's own workers do: a line with a number of steps in,
a line of JSON out. ratio.py runs both.
"""
import argparse
import json
import statistics
import sys
import time
import warnings

import torch
from peft import LoraConfig, get_peft_model
from torch import nn
from transformers import LlamaConfig, LlamaForCausalLM

warnings.filterwarnings("ignore", category=FutureWarning)
SMALL_LLAMA = {
    "config": {"num_hidden_layers": 2, "hidden_size": 256, "intermediate_size": 688, "vocab_size": 1000,
               "num_attention_heads": 4, "num_key_value_heads": 4},
    "targets": ["q_proj", "k_proj", "v_proj", "o_proj"], "r": 8, "batch": 4, "length": 128, "steps": 10}
SMALL_MLP = {"sizes": [64, 128, 64], "r": 4, "batch": 32, "steps": 500}
CASES = {
    "linear-16": {"sizes": [16, 16], "r": 16, "batch": 8, "steps": 1000},
    "mlp-64-128-64": SMALL_MLP,
    "mlp-1024-4096-1024": {"sizes": [1024, 4096, 1024], "r": 16, "batch": 256, "steps": 8},
    "llama-2x256": SMALL_LLAMA,
    "smollm-135m": {
        "config": {"num_hidden_layers": 30, "hidden_size": 576, "intermediate_size": 1536, "vocab_size": 49152,
                   "num_attention_heads": 9, "num_key_value_heads": 3, "tie_word_embeddings": True},
        "targets": ["q_proj", "v_proj"], "r": 8, "batch": 1, "length": 128, "steps": 1},
    "dora-64-128-64": {**SMALL_MLP, "dora": True},
    "accumulation-4": {**SMALL_MLP, "accumulation": 4, "steps": 150},
    "adamw-clip": {**SMALL_MLP, "adamw": True, "clip": 1.0},
    "llama-2x256-bfloat16": {**SMALL_LLAMA, "dtype": torch.bfloat16},
}
BATCHES = 4


def perceptron(sizes):
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += ([nn.ReLU()] if layers else []) + [nn.Linear(inputs, outputs)]
    return nn.Sequential(*layers), [str(2 * index) for index in range(len(sizes) - 1)]


def build(case):
    """The PEFT model, and a function that gives the loss of the next batch."""
    torch.manual_seed(0)
    if "sizes" in case:
        base, targets = perceptron(case["sizes"])
    else:
        base = LlamaForCausalLM(LlamaConfig(
            **case["config"], use_cache=False, attn_implementation="sdpa", bos_token_id=None, eos_token_id=None))
        targets = case["targets"]
    model = get_peft_model(base, LoraConfig(
        r=case["r"], lora_alpha=case["r"], target_modules=targets, use_dora=case.get("dora", False)))
    model.to(case.get("dtype", torch.float32)).train()
    used = 0

    def turn(batches):
        nonlocal used
        used += 1
        return batches[used % BATCHES]

    if "sizes" in case:
        batches = [(torch.randn(case["batch"], case["sizes"][0]), torch.randn(case["batch"], case["sizes"][-1]))
                   for _ in range(BATCHES)]

        def loss():
            inputs, targets = turn(batches)
            return nn.functional.mse_loss(model(inputs), targets)
    else:
        batches = torch.randint(case["config"]["vocab_size"], (BATCHES, case["batch"], case["length"]))

        def loss():
            ids = turn(batches)
            return model(input_ids=ids, labels=ids).loss
    return model, loss


def compare(hook, effective):
    """c, cosine and residual of an effective gradient against what a hook saw, in float64."""
    h, e = hook.double().flatten(), effective.flatten()
    hh, ee, he = (h @ h).item(), (e @ e).item(), (h @ e).item()
    if not hh or not ee:
        return None
    c = he / hh
    return c, he / (hh * ee) ** 0.5, (e - c * h).norm().item() / ee ** 0.5


def make_step(case, is_instrumented, lr=0.01):
    model, loss = build(case)
    parameters = {name: p for name, p in model.named_parameters() if p.requires_grad}
    optimizer = (torch.optim.AdamW if case.get("adamw") else torch.optim.SGD)(parameters.values(), lr=lr)
    seen, micro_batches = {}, case.get("accumulation", 1)

    def plain():
        optimizer.zero_grad()
        for _ in range(micro_batches):
            (loss() / micro_batches if micro_batches > 1 else loss()).backward()
        if "clip" in case:
            nn.utils.clip_grad_norm_(parameters.values(), case["clip"])
        optimizer.step()

    def instrumented():
        before = {name: p.detach().clone() for name, p in parameters.items()}
        plain()
        after = {name: p.detach().clone() for name, p in parameters.items()}
        return {name: compare(seen[name], (before[name].double() - after[name].double()) / lr) for name in parameters}

    if not is_instrumented:
        return plain
    for name, parameter in parameters.items():
        parameter.register_hook(lambda gradient, name=name: seen.__setitem__(name, gradient.clone()))
    return instrumented


def take(step, count):
    times = []
    for _ in range(count):
        start = time.perf_counter()
        step()
        times.append(1000 * (time.perf_counter() - start))
    return times


def peak():
    """VmHWM in MiB."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--case", choices=CASES)
    options.add_argument("--threads", type=int, default=1)
    options.add_argument("--steps", type=int)
    options.add_argument("--worker", choices=["plain", "instrumented"])
    options = options.parse_args()
    torch.set_num_threads(options.threads)
    if options.worker:
        step = make_step(CASES[options.case], options.worker == "instrumented")
        for line in sys.stdin:
            print(json.dumps({"milliseconds": take(step, int(line)), "peak": peak()}), flush=True)
        return
    print(f"torch {torch.__version__}, threads {options.threads}: median milliseconds of a step")
    for name in [options.case] if options.case else CASES:
        steps, medians = options.steps or 5 * CASES[name]["steps"], []
        for is_instrumented in (False, True):
            step = make_step(CASES[name], is_instrumented)
            take(step, max(steps // 5, 1))
            medians.append(statistics.median(take(step, steps)))
        print(f"{name:22} plain {medians[0]:9.4f}   instrumented {medians[1]:9.4f}")


if __name__ == "__main__":
    main()
