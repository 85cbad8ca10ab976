#!/usr/bin/env python3
"""bench.py [--bin PATH] [--torch PYTHON] [--steps N] [--json]: lorascope's speed, and its ratio to torch + peft.

step         one step with every observation taken: hook gradients, state before and after, effective
             gradient, c, cosine, residual. (time of N+1 steps - time of 1 step) / N, median of several runs.
first frame  from starting the program to the first painted screen on a terminal of 80x24, median.
back         from typing `back N` to its answer, after so many steps, beside one step of the same model; median.

With --torch, an interpreter that has torch and peft, the same work is timed there by bench_torch.py.
"""
import argparse
import fcntl
import json
import os
import pty
import select
import statistics
import struct
import subprocess
import sys
import termios
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BINARY = os.path.join(HERE, "..", "..", ".build", "release", "lorascope")
WORKS = {
    "linear 16x16, r 16, batch 8": ("linear 16 16", 16, 8),
    "mlp 64-128-64, r 4, batch 32": ("mlp 64 128 64 relu", 4, 32),
}

LINEAR = "model linear 16 16; set r 16; set lora_alpha 16; set max_grad_norm 1; hook all"
DECODER = ("model transformer num_hidden_layers=2 hidden_size=256 intermediate_size=688 vocab_size=1000; set r 8; "
           "set target_modules '.*\\.(q|k|v|o)_proj'; data tokens batch=4 length=128 batches=4; hook all")
JOURNEYS = {"linear 16x16, 10,000 of 10,010 steps": (LINEAR, 10010, 10000), "2-layer decoder, 10 of 30 steps": (DECODER, 30, 10)}


def batch_seconds(binary, model, r, batch, steps):
    script = f"model {model}; set r {r}; set lora_alpha {r}; data regression batch={batch}; hook all at tensor; step {steps}"
    start = time.perf_counter()
    subprocess.run([binary, "--no-init", "--batch", "-e", script], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def step_milliseconds(binary, work, steps, runs):
    found = []
    for _ in range(runs):
        found.append(1000 * (batch_seconds(binary, *work, steps + 1) - batch_seconds(binary, *work, 1)) / steps)
    return found


def first_frame_milliseconds(binary):
    start = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execv(binary, [binary, "--no-init"])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    seen = b""
    while b"hook gradient" not in seen:
        if not select.select([terminal], [], [], 10)[0]:
            sys.exit("no frame within ten seconds")
        seen += os.read(terminal, 65536)
    elapsed = time.perf_counter() - start
    os.kill(pid, 15)
    try:
        while os.read(terminal, 65536):
            pass
    except OSError:
        pass
    os.waitpid(pid, 0)
    os.close(terminal)
    return 1000 * elapsed


def back_milliseconds(binary, setup, steps, back):
    """(of `back`, of one step)"""
    program = subprocess.Popen([binary, "--no-init", "--batch", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(command):
        start = time.perf_counter()
        program.stdin.write(command + "\nsay answered\n")
        program.stdin.flush()
        while program.stdout.readline() != "answered\n":
            pass
        return 1000 * (time.perf_counter() - start)

    ask(f"{setup}; step {steps - 1}")
    step = ask("step")
    travel = ask(f"back {back}")
    program.communicate()
    return travel, step


def summary(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--bin", default=BINARY)
    options.add_argument("--torch", metavar="PYTHON")
    options.add_argument("--steps", type=int, default=20000)
    options.add_argument("--runs", type=int, default=7)
    options.add_argument("--json", action="store_true")
    options = options.parse_args()
    rows = {name: summary(step_milliseconds(options.bin, work, options.steps, options.runs)) for name, work in WORKS.items()}
    frame = summary([first_frame_milliseconds(options.bin) for _ in range(20)])
    journeys = {}
    for name, journey in JOURNEYS.items():
        found = [back_milliseconds(options.bin, *journey) for _ in range(3)]
        journeys[name] = {"back": statistics.median(f[0] for f in found), "step": statistics.median(f[1] for f in found)}
    if options.torch:
        answer = subprocess.run([options.torch, os.path.join(HERE, "bench_torch.py"), "--json"],
                                check=True, capture_output=True, text=True).stdout
        for row in json.loads(answer)["rows"]:
            rows[row["work"]]["torch_instrumented"] = row["instrumented"]
            rows[row["work"]]["ratio"] = row["instrumented"] / rows[row["work"]]["median"]
    if options.json:
        print(json.dumps({"unit": "ms", "step": rows, "first_frame": frame, "back": journeys}))
        return
    for name, row in rows.items():
        line = f"step   {name:30} {row['median']:.4f} ms ({row['min']:.4f} to {row['max']:.4f})"
        if "ratio" in row:
            line += f"   torch + peft instrumented {row['torch_instrumented']:.4f} ms   ratio {row['ratio']:.1f}"
        print(line)
    for name, journey in journeys.items():
        print(f"back   {name:38} {journey['back']:.2f} ms, one step {journey['step']:.2f} ms")
    print(f"first frame {frame['median']:.1f} ms ({frame['min']:.1f} to {frame['max']:.1f})")


if __name__ == "__main__":
    main()
