#!/usr/bin/env python3
"""ratio.py --torch PYTHON [--threads N ...] [--case NAME ...] [--rounds N] [--json]

Runs lorascope-bench's cases here and with torch + peft (torch_bench.py under the interpreter PYTHON) in one go and
prints how many times faster a step is here. Four processes take turns: bare and observed here, plain and
instrumented there. The ratio is instrumented/observed: both show a user the same things.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
BENCH = os.path.join(HERE, "..", "..", ".build", "release", "lorascope-bench")
TURNS = {"linear-16": (5000, 1000), "mlp-64-128-64": (2000, 500), "dora-64-128-64": (1000, 300),
         "accumulation-4": (500, 150), "adamw-clip": (2000, 500), "smollm-135m": (1, 1)}  # steps here and there


class Worker:
    def __init__(self, command, mode, case, threads):
        self.process = subprocess.Popen([*command, "--worker", mode, "--case", case, "--threads", str(threads)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.times, self.peak, self.medians = [], 0, []

    def take(self, steps, counts=True):
        self.process.stdin.write(f"{steps}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"a worker has ended: {' '.join(self.process.args)}")
        turn = json.loads(answer)
        self.peak = turn["peak"]
        if counts:
            self.times += turn["milliseconds"]
            self.medians.append(statistics.median(turn["milliseconds"]))

    def end(self):
        self.process.stdin.close()
        self.process.wait()

    def summary(self):
        ordered = sorted(self.times)
        return {"median": statistics.median(ordered), "low": ordered[len(ordered) // 10],
                "high": ordered[len(ordered) * 9 // 10], "peak": self.peak}


def measure(bench, python, case, threads, rounds):
    torch = [python, os.path.join(HERE, "torch_bench.py")]
    workers = {"bare": Worker([bench], "bare", case, threads), "observed": Worker([bench], "observed", case, threads),
               "plain": Worker(torch, "plain", case, threads), "instrumented": Worker(torch, "instrumented", case, threads)}
    here, there = TURNS.get(case, (8, 8))
    for turn in range(rounds + 1):
        for mode, worker in workers.items():
            steps = here if mode in ("bare", "observed") else there
            # The first turn finds caches, thread pools and the heap as they are at the start of a program.
            worker.take(steps if turn else max(steps // 4, 2), counts=turn > 0)
    for worker in workers.values():
        worker.end()
    costs = [b / a - 1 for a, b in zip(workers["bare"].medians, workers["observed"].medians)]
    row = {"case": case, "threads": threads, **{mode: worker.summary() for mode, worker in workers.items()}}
    row["ratio"] = row["instrumented"]["median"] / row["observed"]["median"]
    row["plain_ratio"] = row["plain"]["median"] / row["bare"]["median"]
    row["observing_costs"] = statistics.median(costs)
    return row


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--torch", metavar="PYTHON", required=True)
    options.add_argument("--bench", default=BENCH)
    options.add_argument("--threads", type=int, nargs="+", default=[1])
    options.add_argument("--case", nargs="+")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--json", action="store_true")
    options = options.parse_args()
    known = subprocess.run([options.bench, "--list"], check=True, capture_output=True, text=True).stdout.split()
    if not options.json:
        print(f"{'':21} thr  lorascope: bare  observed (cost)    MiB   torch + peft: plain  instrumented    MiB   ratio")
    for threads in options.threads:
        for case in options.case or known:
            row = measure(options.bench, options.torch, case, threads, options.rounds)
            if options.json:
                print(json.dumps(row), flush=True)
                continue
            print(f"{case:21} {threads:3} {row['bare']['median']:15.4f} {row['observed']['median']:9.4f} "
                  f"({100 * row['observing_costs']:+5.1f}%) {row['observed']['peak']:5.0f} {row['plain']['median']:20.4f} "
                  f"{row['instrumented']['median']:13.4f} {row['instrumented']['peak']:6.0f} {row['ratio']:7.2f}", flush=True)


if __name__ == "__main__":
    main()
