#!/usr/bin/env python3
"""bench_torch.py [--json] [--steps N]: what one LoRA training step costs with torch + peft on one thread.

plain          zero_grad, forward, mse_loss, backward, SGD step
instrumented   the same, and what a user writes to compare gradients: hooks that clone, trainable state cloned
               before and after, (before - after) / lr in Float64, c, cosine and residual of every parameter
"""
import argparse
import json
import statistics
import time

import torch
from torch import nn

from models import build_base, trainable, wrap
from training import compare

WORKS = {
    "linear 16x16, r 16, batch 8": {"kind": "linear", "sizes": [16, 16], "r": 16, "batch": 8},
    "mlp 64-128-64, r 4, batch 32": {"kind": "mlp", "sizes": [64, 128, 64], "r": 4, "batch": 32},
}


def make_step(kind, sizes, r, batch, instrumented, lr=0.01):
    torch.manual_seed(0)
    targets_of_lora = [str(2 * i) for i in range(len(sizes) - 1)]
    model = wrap(build_base(kind, sizes), {"r": r, "alpha": r, "targets": targets_of_lora})
    parameters, seen = trainable(model), {}
    optimizer = torch.optim.SGD(parameters.values(), lr=lr)
    inputs, targets = torch.randn(batch, sizes[0]), torch.randn(batch, sizes[-1])

    def plain():
        optimizer.zero_grad()
        nn.functional.mse_loss(model(inputs), targets).backward()
        optimizer.step()

    def watched():
        before = {n: p.detach().clone() for n, p in parameters.items()}
        plain()
        after = {n: p.detach().clone() for n, p in parameters.items()}
        return {n: compare(seen[n], (before[n].double() - after[n].double()) / lr) for n in parameters}

    if not instrumented:
        return plain
    for name, parameter in parameters.items():
        parameter.register_hook(lambda gradient, name=name: seen.__setitem__(name, gradient.clone()))
    return watched


def median_milliseconds(step, steps):
    for _ in range(steps // 10):
        step()
    times = []
    for _ in range(steps):
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--json", action="store_true")
    options.add_argument("--steps", type=int, default=4000)
    options = options.parse_args()
    torch.set_num_threads(1)
    rows = [{"work": name, **{mode: round(median_milliseconds(make_step(**work, instrumented=mode == "instrumented"), options.steps), 4)
                              for mode in ("plain", "instrumented")}} for name, work in WORKS.items()]
    if options.json:
        print(json.dumps({"unit": "ms per step, median", "steps": options.steps, "threads": 1, "torch": torch.__version__, "rows": rows}))
        return
    print(f"torch {torch.__version__}, 1 thread, median of {options.steps} steps, milliseconds per step")
    for row in rows:
        print(f"{row['work']:30} plain {row['plain']:.3f}   instrumented {row['instrumented']:.3f}")


if __name__ == "__main__":
    main()
