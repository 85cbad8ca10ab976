#!/usr/bin/env python3
"""export_py_check.py --bin PATH [--write] [NAME...]: plays every session of the catalogue, and those of
export_py/sessions, exports each of its models as a PyTorch script and as JSON, runs the script with torch + peft, and compares c, loss and verdict row by row.
--write keeps what the scripts printed in export_py/, which the Swift tests read, and a few scripts whole."""
import argparse
import io
import contextlib
import json
import math
import os
import pathlib
import re
import runpy
import shutil
import subprocess
import sys
import tempfile
import warnings

HERE = pathlib.Path(__file__).parent
SESSIONS = HERE.parents[1] / "sessions"
# These scripts are kept whole, to be read and to see what changes.
WHOLE = ("baseline-lora", "several-at-once", "ddp-local-gradient", "dropout", "peft-1893-4")
OTHER = re.compile(r"  hook (\d+) on (\S+): fired (\d+) times, norm (\S+)")
STEP = re.compile(r"step (\d+)  loss (\S+)  lr (\S+)")
NUMBER = re.compile(r"-|[-+.\deE]+(nan|inf)?")
# A training begins anew, or an adapter is about to be of use again.
TURN = re.compile(r"((silent )?(model |new$)|set merged off|set adapters on)")


def exporting(text, name):
    """The session with exports before every new model and at its end; returns the names it exports to."""
    lines, names, seen = [], [], False
    for line in text.splitlines() + ["model "]:
        is_stuck = line in ("set merged off", "set adapters on")
        if TURN.match(line) and (seen or is_stuck):
            part = f"{name}-{len(names) + 1}"
            names.append((part, is_stuck))
            lines.append(f"export {part}.py")
            lines += [] if is_stuck else [f"export {part}.json"]
            seen = False
        seen = seen or re.search(r"(^|; *|silent )step", line) is not None
        lines.append(line)
    if len(names) == 1:  # one model: its name will do
        lines = [line.replace(f"{name}-1.", f"{name}.") if line.startswith("export ") else line for line in lines]
        names = [(name, names[0][1])]
    return "\n".join(lines[:-1]) + "\n", names


def table(printed):
    """(step, parameter, hook) -> (c, verdict), the losses by step, and what hooks on modules saw."""
    rows, losses, others, step = {}, {}, {}, None
    for line in printed.splitlines():
        if head := STEP.fullmatch(line):
            step = int(head[1])
            losses[step] = float(head[2])
        elif step is not None and len(words := line.split()) == 8 and words[0] != "parameter" and words[0] != "hook":
            rows[step, words[0], words[1]] = (None if words[2] == "-" else float(words[2]), words[7])
        elif other := OTHER.fullmatch(line):
            others[step, other[1], other[2]] = (int(other[3]), math.nan if other[4] == "-" else float(other[4]))
    return rows, losses, others


def short(name):
    return name.removeprefix("base_model.model.").removesuffix(".default.weight").replace(".default.", ".")


def disagreements(document, printed, script):
    rows, losses, others = table(printed)
    wanted, bad, worst = 0, [], 0.0
    fresh = re.search(r"before\s+step (\d+) w", script)  # the script says so
    for step in document["steps"]:
        if fresh and step["step"] < int(fresh[1]):
            continue
        settings = document["setups"][step["setup"]]["settings"]
        dtype, adam = settings["dtype"], settings["optimizer"] != "sgd"
        if dtype == "float64" and "agree to about" in script:
            dtype = "float32"
        tolerance = {"float64": 1e-8, "float32": 2e-4 if adam else 2e-5}.get(dtype, 1e-2)
        ours, theirs = step["loss"], losses.get(step["step"])
        same = theirs is not None and (ours is None or abs(ours - theirs) <= max(tolerance, 1e-8) * abs(ours))
        if not same:
            bad.append(f"step {step['step']}: loss {ours}, torch has {theirs}")
        for row in step["params"]:
            wanted += 1
            key = (step["step"], short(row["param"]), "-" if row["hook"] is None else str(row["hook"]))
            if key not in rows:
                bad.append(f"{key}: missing")
                continue
            c, verdict = rows[key]
            # In 16 bits a last bit decides whether rounding is most of what is there.
            borderline = tolerance == 1e-2 and {verdict, row["verdict"]} <= {"scaled", "below_resolution"}
            if verdict != row["verdict"] and not borderline:
                bad.append(f"{key}: verdict {row['verdict']}, torch has {verdict}")
            if (c is None) != (row["c"] is None):
                bad.append(f"{key}: c {row['c']}, torch has {c}")
            elif c is not None:
                # An update is known to within the dtype's last bit over lr.
                floor = 0.0
                if row["hook_norm"] and row["resolution"]:
                    floor = row["resolution"] * math.sqrt(math.prod(row["shape"])) / row["hook_norm"]
                error = max(0.0, abs(c - row["c"]) - floor) / max(abs(row["c"]), 1e-30)
                worst = max(worst, error)
                if error > tolerance:
                    bad.append(f"{key}: c {row['c']}, torch has {c} (off by {error:.1e}, floor {floor:.1e})")
        for hook in step["hooks"]:
            norm, tolerance = hook["hook_norm"], max(tolerance, 2e-4)
            found = others.get((step["step"], str(hook["hook"]), short(hook["module"])))
            close = found and (norm is None or abs(found[1] - norm) <= tolerance * abs(norm))
            if not close or found[0] != hook["fired"]:
                bad.append(f"step {step['step']}: {hook}, torch has {found}")
    if len(rows) != wanted:
        bad.append(f"{len(rows)} rows, wanted {wanted}")
    return bad, worst


def run(script, folder):
    """The script in a process of its own, but without importing torch anew; what it printed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.chdir(folder)
        out, status = io.StringIO(), 0
        with contextlib.redirect_stdout(out):
            try:
                runpy.run_path(str(script), run_name="__main__")
            except BaseException as error:
                status = 1
                print(f"{type(error).__name__}: {error}")
        with os.fdopen(writing, "w") as file:
            file.write(out.getvalue())
        os._exit(status)
    os.close(writing)
    with os.fdopen(reading) as file:
        printed = file.read()
    return printed, os.waitpid(child, 0)[1]


def check(binary, path, write):
    is_case = path.name == "case.session"
    name, bad, worst = path.parent.name if is_case else path.stem, [], 0.0
    text, names = exporting(path.read_text(), name)
    with tempfile.TemporaryDirectory() as folder:
        if is_case:
            shutil.copytree(path.parent, folder, dirs_exist_ok=True)
        session = pathlib.Path(folder, path.name)
        session.write_text(text)
        done = subprocess.run([binary, "--no-init", "--batch", path.name], cwd=folder, capture_output=True, text=True)
        if done.returncode:
            return [f"exit {done.returncode}: {done.stderr.strip()[-300:]}"], worst, 0
        for part, is_stuck in names:
            script = pathlib.Path(folder, part + ".py")
            printed, status = run(script, folder)
            if status:
                bad.append(f"{part}.py failed: {printed.strip()[-300:]}")
                continue
            if is_stuck:
                if "a step fails now: element 0 of tensors does not require grad" not in printed:
                    bad.append(f"{part}.py does not say why a step fails: {printed}")
            else:
                found, error = disagreements(json.loads(script.with_suffix(".json").read_text()), printed, script.read_text())
                bad += [f"{part}: {one}" for one in found]
                worst = max(worst, error)
            if write and path.parent.name != "lessons":  # what lessons do, the catalogue does
                (HERE / "export_py" / f"{part}.txt").write_text(printed)
                if part in WHOLE:
                    (HERE / "export_py" / f"{part}.py.txt").write_text(script.read_text())
    return bad, worst, len(names)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--bin", required=True)
    options.add_argument("--write", action="store_true")
    options.add_argument("--cases", action="store_true", help="the cases of steps/ and models/ instead")
    options.add_argument("names", nargs="*")
    given = options.parse_args()
    warnings.filterwarnings("ignore")
    import peft, torch, transformers  # noqa: F401 (every script is forked from here)
    torch.set_num_threads(1)
    failed = scripts = 0
    cases = [*HERE.glob("steps/*/case.session"), *HERE.glob("models/*/case.session")]
    for path in sorted(cases if given.cases else [*SESSIONS.glob("**/*.session"), *(HERE / "export_py" / "sessions").glob("*.session")]):
        if given.names and path.stem not in given.names and path.parent.name not in given.names:
            continue
        bad, worst, count = check(os.path.abspath(given.bin), path, given.write)
        scripts += count
        failed += bool(bad)
        print(f"{'FAIL' if bad else 'ok  '} {path.parent.name if given.cases else path.stem}: {count} script{'s' if count != 1 else ''}, c off by {worst:.1e} at most")
        for line in bad:
            print("     " + line)
    print(f"{scripts} scripts, {failed} sessions failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
