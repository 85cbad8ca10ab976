"""Every session of the catalogue of causes in real torch + peft: its model, data, hooks and steps, and what a user
would measure with those hooks at the last step. causes.json keeps c, cosine and residual of each."""
import math
import os
import pathlib
import tempfile

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from torch.nn.parallel import DistributedDataParallel

from cause_sessions import SILENT, START, commands, configured
from fixture_files import VERSIONS, write_json
from hook_cases import Watcher
from models import DTYPES, PREFIX, build, trainable, wrap
from optimizers import clip, learning_rates, make_optimizer, make_scheduler
from training import compare, loss_function


def fresh(config):
    """As a user makes it: `torch.manual_seed(0)`, then the model in the dtype it is trained in."""
    torch.set_default_dtype(torch.float64 if config["dtype"] == "float64" else torch.float32)
    torch.manual_seed(config["seed"])
    try:
        return wrap(build(config["model"]), config["lora"]).to(DTYPES[config["dtype"]])
    finally:
        torch.set_default_dtype(torch.float32)


def drawn(config):
    """What `data regression` and `data classification` draw, in float32."""
    kind, batches, batch, seed = (config["data"][key] for key in ("kind", "batches", "batch", "seed"))
    sizes = config["model"]["sizes"]
    torch.manual_seed(seed)
    inputs = torch.randn(batches, batch, sizes[0])
    if kind == "regression":
        return {"inputs": inputs, "targets": torch.randn(batches, batch, sizes[-1])}
    return {"inputs": inputs, "labels": torch.randint(0, sizes[-1], (batches, batch))}


class Run:
    """A model in training, from its first hook on."""

    def __init__(self, config, rank=0):
        self.config, self.rank, self.used = config, rank, 0
        self.model = fresh(config)
        self.forward = DistributedDataParallel(self.model) if dist.is_initialized() else self.model
        self.parameters, data = trainable(self.model), drawn(config)
        self.rows, self.loss_of = len(data["inputs"]), loss_function(config, self.forward, data)
        self.optimizer = make_optimizer(config, self.model, self.parameters)
        self.scheduler = make_scheduler(config, self.optimizer)
        self.scaler = torch.amp.GradScaler("cpu", init_scale=config.get("loss_scale", 1.0), enabled="loss_scale" in config)
        self.watcher, self.hooks, self.rows_of_last = Watcher(self.model, self.optimizer), [], {}

    def full_name(self, target, placement):
        """`0.lora_B` is short for a parameter's name; modules have theirs but for the prefix."""
        names = self.watcher.modules if placement == "module" else self.watcher.parameters
        return next(n for n in (PREFIX + target, PREFIX + target + ".default.weight") if n in names)

    def hook(self, words):
        """`hook TARGET at PLACEMENT ...`"""
        target, placement, more = words[1], words[3], words[4:]
        if target != "all":
            target = self.full_name(target, placement)
        number = len(self.hooks) + 1
        self.watcher.add(" ".join(["hook", target, "at", placement, *more]), number)
        self.hooks.append({"target": target, "placement": placement, **dict(word.split("=") for word in more)})

    def lr_now(self):
        return learning_rates(self.optimizer, self.parameters)

    def backward(self):
        config, k, when = self.config, self.config["k"], self.config.get("clip_when", "step")
        for micro in range(k):
            self.watcher.micro_batch = micro + 1
            # What DDP's no_sync() sets: nothing is sent before the last micro-batch. Forward reads it, too.
            self.forward.require_backward_grad_sync = micro + 1 == k
            loss = self.loss_of((self.used + micro * config["replicas"] + self.rank) % self.rows)
            loss = loss / k if config["divide_loss"] else loss
            self.scaler.scale(loss).backward()
            if when == "each_backward":
                clip(config, self.parameters)
        self.used += k * config["replicas"]

    def step(self):
        config, when = self.config, self.config.get("clip_when", "step")
        self.watcher.kept.clear(), self.watcher.order.clear()
        self.backward()
        self.scaler.unscale_(self.optimizer)
        if when == "step":
            clip(config, self.parameters)
        is_reference = config.get("snapshot") == "reference"
        before = {n: p.detach() if is_reference else p.detach().clone() for n, p in self.parameters.items()}
        if config.get("scheduler_order") == "before":
            self.scheduler.step()
        lr = self.lr_now()
        if config.get("lr_read") == "first_group":
            lr = dict.fromkeys(lr, self.optimizer.param_groups[0]["lr"])
        self.scaler.step(self.optimizer)
        self.scaler.update()
        if when == "after_step":
            clip(config, self.parameters)
        if config.get("scheduler_order") != "before":
            self.scheduler.step()
        if config.get("lr_read") == "current":
            lr = self.lr_now()
        self.rows_of_last = {str(number): {n: self.row(number, n, before, lr) for n in self.seen(hook)}
                             for number, hook in enumerate(self.hooks, 1)}
        if config["zero_grad"]:
            self.optimizer.zero_grad()

    def seen(self, hook):
        return self.parameters if hook["target"] == "all" else [hook["target"]]

    def slot(self, number, target):
        return target.rpartition(".")[0] if self.hooks[number - 1].get("slot") == "module" else target

    def row(self, number, name, before, lr):
        fired = [entry for entry in self.watcher.order
                 if entry["hook"] == number and self.slot(number, entry["target"]) == self.slot(number, name)]
        is_module = self.hooks[number - 1]["placement"] == "module"
        return {"fired": len(fired), **({} if is_module else self.measured(number, name, before[name], lr[name]))}

    def measured(self, number, name, before, lr):
        """c, cosine and residual from what the hook kept and the two state dicts; None where there is no number."""
        hook, after = self.hooks[number - 1], self.parameters[name].detach()
        kept = self.watcher.kept[number][self.slot(number, name)]
        kept = torch.stack(kept) if hook.get("capture") == "all" else kept
        norm, seen = kept.double().norm().item(), kept.sum(0) if hook.get("capture") == "all" else kept
        found = {} if lr == 0 or seen.shape != before.shape else compare(seen, (before.double() - after.double()) / lr)
        values = {"norm": norm, **{key: found.get(key) for key in ("c", "cosine", "residual")}}
        return {key: value if value is not None and math.isfinite(value) else None for key, value in values.items()}

    def switch(self, name, word):
        if name == "merged":
            self.model.merge_adapter() if word == "on" else self.model.unmerge_adapter()
        else:
            self.model.enable_adapter_layers() if word == "on" else self.model.disable_adapter_layers()

    def raised(self, words):
        """What torch says to a command that cannot be done; None for what only lorascope has, such as `print`."""
        if words[0] not in ("hook", "step"):
            return None
        try:
            self.backward() if words[0] == "step" else self.hook(words)
        except RuntimeError as error:
            return str(error)
        raise AssertionError(f"{words}: torch raised nothing")


def play(text, rank=0):
    """Runs a session; returns what was measured at its last step and what torch raised on the way."""
    config, run, errors = START, None, []
    for words in commands(text):
        changed = configured(config, words)
        if changed is not None:
            # What was trained before a change is not trained on: such sessions are about a first step.
            assert run is None or words[0] == "model", f"{words}: only a new model after the first hook"
            config, run = changed, None
        elif words[0] == "expect_error":
            run = run or Run(config, rank)
            error = run.raised(words[2:])
            errors += [error] if error else []
        elif words[0] not in SILENT:
            run = run or Run(config, rank)
            if words[0] == "hook":
                run.hook(words)
            elif words[0] == "set":
                run.switch(*words[1:])
            else:
                for _ in range(int(words[1]) if len(words) > 1 else 1):
                    run.step()
    return config, run, errors


def rank_of_two(rank, text, place, answers):
    dist.init_process_group("gloo", init_method=f"file://{place}", rank=rank, world_size=2)
    _, run, _ = play(text, rank)
    answers[rank] = run.rows_of_last
    dist.destroy_process_group()


def under_ddp(text):
    """The same under DistributedDataParallel with two processes; hooks are rank 0's."""
    context = mp.get_context("fork")
    with tempfile.TemporaryDirectory() as folder, context.Manager() as manager:
        answers, place = manager.dict(), os.path.join(folder, "rendezvous")
        ranks = [context.Process(target=rank_of_two, args=(rank, text, place, answers)) for rank in range(2)]
        [rank.start() for rank in ranks]
        [rank.join() for rank in ranks]
        assert all(rank.exitcode == 0 for rank in ranks)
        return dict(answers)[0]


def case(text):
    if "set replicas" in text:
        return {"dtype": "float64", "hooks": under_ddp(text), "errors": []}
    config, run, errors = play(text)
    hooks = run.rows_of_last
    if config["lora"] and "dropout" in config["lora"]:
        # torch draws its masks from a generator of its own: only a sum over all micro-batches does not depend on them.
        hooks = {n: {name: {key: value for key, value in row.items() if key != "norm"} for name, row in rows.items()}
                 for n, rows in hooks.items() if run.hooks[int(n) - 1].get("capture") == "all"}
    return {"dtype": config["dtype"], "hooks": hooks, "errors": errors}


def write_causes(root):
    folder = pathlib.Path(__file__).parents[2] / "sessions" / "causes"
    write_json(root / "causes.json", {
        "about": "sessions/causes, the last step of each: by hook and parameter how often it fired, the norm of what it kept, "
                 "c, cosine and residual; null is 0/0, inf or tensors that cannot be compared; and what torch raised",
        "versions": VERSIONS,
        **{path.stem: case(path.read_text()) for path in sorted(folder.glob("*.session"))}})
