#!/usr/bin/env python3
"""waiting_times.py [--bin PATH] [--json]: how long somebody waits for lorascope, in milliseconds.

first frame  from starting the program to the first painted screen on a terminal of 80x24, median of 20
back         from typing `back N` to its answer, after so many steps, beside one step of the same model, median of 3
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
LINEAR = "model linear 16 16; set r 16; set lora_alpha 16; set max_grad_norm 1; hook all"
DECODER = ("model transformer num_hidden_layers=2 hidden_size=256 intermediate_size=688 vocab_size=1000; set r 8; "
           "set target_modules '.*\\.(q|k|v|o)_proj'; data tokens batch=4 length=128 batches=4; hook all")
JOURNEYS = {"linear 16x16, 10,000 of 10,010 steps": (LINEAR, 10010, 10000), "2-layer decoder, 10 of 30 steps": (DECODER, 30, 10)}


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


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--bin", default=BINARY)
    options.add_argument("--json", action="store_true")
    options = options.parse_args()
    frame = statistics.median(first_frame_milliseconds(options.bin) for _ in range(20))
    journeys = {}
    for name, journey in JOURNEYS.items():
        found = [back_milliseconds(options.bin, *journey) for _ in range(3)]
        journeys[name] = {"back": statistics.median(f[0] for f in found), "step": statistics.median(f[1] for f in found)}
    if options.json:
        print(json.dumps({"unit": "ms", "first_frame": frame, "back": journeys}))
        return
    print(f"first frame {frame:.1f} ms")
    for name, journey in journeys.items():
        print(f"back {name:38} {journey['back']:.2f} ms, one step {journey['step']:.2f} ms")


if __name__ == "__main__":
    main()
