#!/usr/bin/env python3
"""screen_times.py [--bin PATH] [--seconds N] [--json]: how fast the screen answers, on a terminal of 200x60.

The model is a decoder with 420 LoRA tensors, after one step.
key     from writing the key to the last byte of the painted answer, in milliseconds (median, slowest of 20), and the
        bytes of that answer; an answer is over when nothing more has come for 40 ms
step    the same for Enter on an empty line, which takes a step of a small model
run     frames per second and bytes per frame while `continue` runs; a frame ends where nothing has come for 3 ms
"""
import argparse
import fcntl
import json
import os
import pty
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BINARY = os.path.join(HERE, "..", "..", ".build", "release", "lorascope")
MODEL = ("model transformer num_hidden_layers=30 hidden_size=64 intermediate_size=128 vocab_size=256; "
         "data tokens batch=1 length=16 batches=4; set lr 0.01; hook all; break at skipped_step; step")
SMALL = "model linear 16 16; set r 16; hook all; step"
# What is pressed, and what is pressed afterwards to be where one was.
KEYS = {
    "a letter": (b"p", b"\x7f"),
    "a letter of `set lr`, with its hint": (b"0", b"\x7f"),
    "Tab, the commands": (b"\t", b"\x06"),
    "Tab, 420 tensors": (b"\t", b"\x06"),
    "Shift-Down, the next parameter": (b"\x1b[1;2B", b"\x1b[1;2A"),
    "Ctrl-Down, one row on": (b"\x1b[1;5B", b"\x1b[1;5A"),
    "F2, numbers or heat map": (b"\x1bOQ", b""),
    "PgUp, the transcript": (b"\x1b[5~", b"\x1b[6~"),
    "Ctrl-L, everything again": (b"\x0c", b""),
}
# What is on the line before.
TYPED = {"a letter of `set lr`, with its hint": b"set lr ", "Tab, 420 tensors": b"hook "}
TIMES = 20


class Screen:
    """The program on a terminal of its own."""

    def __init__(self, binary, folder, model):
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8", XDG_STATE_HOME=folder, XDG_CONFIG_HOME=folder,
                              INPUTRC="/dev/null")
            os.execv(binary, [binary, "--no-init", "-e", model])
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 200, 0, 0))

    def press(self, keys):
        os.write(self.terminal, keys)

    def read(self, patience):
        """What comes within that many seconds; nothing if nothing does."""
        if not select.select([self.terminal], [], [], patience)[0]:
            return b""
        try:
            return os.read(self.terminal, 1 << 20)
        except OSError:
            sys.exit("the program has ended")

    def wait_for(self, text, seconds=120):
        seen, end = b"", time.perf_counter() + seconds
        while text not in seen:
            if time.perf_counter() > end:
                sys.exit(f"never seen: {text.decode()}")
            seen += self.read(1)
        self.settle(0.5)

    def settle(self, quiet):
        while self.read(quiet):
            pass

    def answer(self, keys):
        """(milliseconds to the last byte, bytes)"""
        start = time.perf_counter()
        self.press(keys)
        last, size = start, 0
        patience = 2
        while part := self.read(patience):
            last, size, patience = time.perf_counter(), size + len(part), 0.04
        return 1000 * (last - start), size

    def frames(self, seconds):
        """The sizes of the frames that are painted in that time."""
        sizes, size = [], 0
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            part = self.read(0.003)
            size += len(part)
            if not part and size:
                sizes.append(size)
                size = 0
        return sizes

    def close(self):
        os.kill(self.pid, signal.SIGTERM)
        try:
            while os.read(self.terminal, 1 << 16):
                pass
        except OSError:
            pass
        os.waitpid(self.pid, 0)
        os.close(self.terminal)


def measure_keys(screen):
    found = {}
    for name, (key, back) in KEYS.items():
        screen.press(b"\x15" + TYPED.get(name, b""))
        screen.settle(0.2)
        answers = []
        for _ in range(TIMES):
            answers.append(screen.answer(key))
            if back:
                screen.press(back)
            screen.settle(0.1)
        times, sizes = zip(*answers)
        found[name] = {"median": statistics.median(times), "slowest": max(times), "bytes": statistics.median(sizes)}
    screen.press(b"\x15")
    screen.settle(0.2)
    return found


def measure_steps(screen):
    screen.press(b"step\r")
    screen.settle(0.5)
    answers = []
    for _ in range(TIMES):
        answers.append(screen.answer(b"\r"))
        screen.settle(0.1)
    times, sizes = zip(*answers)
    return {"median": statistics.median(times), "slowest": max(times), "bytes": statistics.median(sizes)}


def measure_run(screen, seconds):
    screen.press(b"continue\r")
    screen.frames(0.5)
    sizes = screen.frames(seconds)
    screen.press(b"\x03")
    screen.settle(0.5)
    if not sizes:
        return {"frames_per_second": 0, "bytes": 0, "largest": 0}
    return {"frames_per_second": len(sizes) / seconds, "bytes": statistics.median(sizes), "largest": max(sizes)}


def sitting(binary, folder, model, measure):
    screen = Screen(binary, folder, model)
    try:
        screen.press(b"print 40000 + 2\r")
        screen.wait_for(b"40002")
        return measure(screen)
    finally:
        screen.close()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--bin", default=BINARY)
    options.add_argument("--seconds", type=float, default=5)
    options.add_argument("--json", action="store_true")
    options = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        keys, run = sitting(options.bin, folder, MODEL,
                            lambda screen: (measure_keys(screen), measure_run(screen, options.seconds)))
        keys["Enter, a step of a Linear 16x16"] = sitting(options.bin, folder, SMALL, measure_steps)
    if options.json:
        print(json.dumps({"unit": "ms", "keys": keys, "run": run}))
        return
    print(f"{'key':38} {'median ms':>10} {'slowest':>8} {'bytes':>7}")
    for name, found in keys.items():
        print(f"{name:38} {found['median']:10.2f} {found['slowest']:8.2f} {found['bytes']:7.0f}")
    print(f"continue: {run['frames_per_second']:.1f} frames/s of {run['bytes']:.0f} bytes, the largest {run['largest']}")


if __name__ == "__main__":
    main()
