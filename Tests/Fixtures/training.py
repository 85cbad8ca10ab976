"""One LoRA optimizer step as PyTorch users write it, with every quantity lorascope exports kept on the way."""
import warnings

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from models import DTYPES, trainable
from optimizers import clip, learning_rates, make_optimizer, make_scheduler

warnings.filterwarnings("ignore", message="Detected call of `lr_scheduler.step")  # a mistake that cases make on purpose


class Watcher:
    """The three `hook all` commands: 1 tensor capture=all, 2 post_accumulate capture=last, 3 step_pre."""

    def __init__(self, parameters, optimizer):
        self.watching, self.backward, self.accumulated, self.stepping = True, {}, {}, {}
        for name, parameter in parameters.items():
            parameter.register_hook(lambda gradient, name=name: self.saw_backward(name, gradient))
            parameter.register_post_accumulate_grad_hook(lambda p, name=name: self.saw_accumulated(name, p.grad))
        optimizer.register_step_pre_hook(lambda *_: self.stepping.update({n: p.grad.clone() for n, p in parameters.items()}))

    def saw_backward(self, name, gradient):
        if self.watching:
            self.backward.setdefault(name, []).append(gradient.clone())

    def saw_accumulated(self, name, gradient):
        if self.watching:
            self.accumulated[name] = gradient.clone()

    def begin(self):
        for seen in (self.backward, self.accumulated, self.stepping):
            seen.clear()

    def quantities(self, name):
        yield "hook.1", torch.stack(self.backward[name])
        yield "hook.2", self.accumulated[name]
        if self.stepping:  # a skipped step calls no optimizer hook
            yield "hook.3", self.stepping[name]


def make_criterion(config):
    options = config.get("loss", {"kind": "mse"})
    reduction = config.get("reduction", "mean")
    if options["kind"] == "mse":
        return nn.MSELoss(reduction=reduction)
    return nn.CrossEntropyLoss(reduction=reduction, ignore_index=options["ignore_index"])


def loss_function(config, model, data):
    """The loss of one row of the data, which floats enter in the model's dtype."""
    if "input_ids" in data:
        return lambda row: model(input_ids=data["input_ids"][row], labels=data["labels"][row]).loss
    criterion, dtype = make_criterion(config), DTYPES[config["dtype"]]
    inputs, wanted = data["inputs"].to(dtype), data["labels"] if "labels" in data else data["targets"].to(dtype)
    if config.get("checkpointing"):
        return lambda row: criterion(checkpoint(model, inputs[row], use_reentrant=False), wanted[row])
    return lambda row: criterion(model(inputs[row]), wanted[row])


def train(config, model, data):
    """Runs the steps and returns what `export FILE.safetensors` writes after the three `hook all` commands."""
    parameters, loss_of = trainable(model), loss_function(config, model, data)
    optimizer = make_optimizer(config, model, parameters)
    scheduler = make_scheduler(config, optimizer)
    scaler = torch.amp.GradScaler("cpu", init_scale=config.get("loss_scale", 1.0), enabled="loss_scale" in config)
    watcher = Watcher(parameters, optimizer)
    k, replicas, when = config["k"], config["replicas"], config.get("clip_when", "step")

    out = {}
    for step in range(1, config["steps"] + 1):
        watcher.begin()
        losses, local = [], []
        stale = {n: p.grad for n, p in parameters.items()}
        for replica in range(replicas):
            watcher.watching = replica == 0
            for name, parameter in parameters.items():
                parameter.grad = None if stale[name] is None else stale[name].clone()
            for micro in range(k):
                loss = loss_of(((step - 1) * k + micro) * replicas + replica)
                losses.append(loss.item())
                scaler.scale(loss / k if config["divide_loss"] else loss).backward()
                if when == "each_backward":
                    clip(config, parameters)
            local.append({n: p.grad for n, p in parameters.items()})
        for name, parameter in parameters.items():  # DistributedDataParallel divides first, so no sum overflows
            parameter.grad = torch.stack([g[name] * (1 / replicas) for g in local]).sum(0)
        scaler.unscale_(optimizer)
        if when == "step":
            clip(config, parameters)
        is_reference = config.get("snapshot") == "reference"
        before = {n: p.detach() if is_reference else p.detach().clone() for n, p in parameters.items()}
        grads = {n: p.grad.clone() for n, p in parameters.items()}
        if config.get("scheduler_order") == "before":
            scheduler.step()
        lr = learning_rates(optimizer, parameters)
        scaler.step(optimizer)
        scaler.update()
        if when == "after_step":
            clip(config, parameters)
        if config.get("scheduler_order") != "before":
            scheduler.step()
        if config.get("lr_read") == "current":
            lr = learning_rates(optimizer, parameters)
        for name, parameter in parameters.items():
            after = parameter.detach()
            quantities = {"before": before[name], "after": after, "grad": grads[name], **dict(watcher.quantities(name)),
                          "lr": torch.tensor(lr[name], dtype=torch.float64)}
            if lr[name] != 0:
                quantities["effective"] = (before[name].double() - after.double()) / lr[name]
            out.update({f"{step}/{quantity}/{name}": tensor.clone() for quantity, tensor in quantities.items()})
        out[f"{step}/loss"] = torch.tensor(sum(losses) / len(losses), dtype=torch.float64)
        if config["zero_grad"]:
            optimizer.zero_grad()
    return out


def compare(hook, effective):
    """c, cosine and residual of an effective gradient against what a hook saw, in Float64 (None: 0/0)."""
    h, e = hook.double().flatten(), effective.double().flatten()
    hh, ee, he = (h @ h).item(), (e @ e).item(), (h @ e).item()
    c = he / hh if hh else None
    return {
        "c": c,
        "cosine": he / (hh * ee) ** 0.5 if hh and ee else None,
        "residual": (e - c * h).norm().item() / ee ** 0.5 if c is not None and ee else None,
        "hook_norm": hh ** 0.5,
        "effective_norm": ee ** 0.5,
    }
