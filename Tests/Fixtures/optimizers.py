"""The optimizer, its learning-rate scheduler and clipping, as torch, transformers and PEFT have them."""
import torch
from peft.optimizers import create_loraplus_optimizer
from torch import nn
from transformers import get_constant_schedule_with_warmup, get_cosine_schedule_with_warmup, get_linear_schedule_with_warmup

OPTIMIZERS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}
SCHEDULERS = {
    "constant": lambda optimizer, warmup_steps=0: get_constant_schedule_with_warmup(optimizer, warmup_steps),
    "linear": lambda optimizer, warmup_steps, total_steps: (
        get_linear_schedule_with_warmup(optimizer, warmup_steps, total_steps)),
    "cosine": lambda optimizer, warmup_steps, total_steps: (
        get_cosine_schedule_with_warmup(optimizer, warmup_steps, total_steps)),
    "step": torch.optim.lr_scheduler.StepLR,
}


def without_kind(options):
    return {key: value for key, value in options.items() if key != "kind"}


def make_optimizer(config, model, parameters):
    """With LoRA+ every lora_B has its own group with lr * ratio, and so has what PEFT puts beside it: DoRA's magnitudes."""
    kind, options = OPTIMIZERS[config["optimizer"]["kind"]], without_kind(config["optimizer"])
    ratio = config.get("loraplus", 1.0)
    faster = {n for n, p in parameters.items() if config["lora"] and ("lora_B" in n or p.ndim == 1)}
    groups = [
        {"params": [p for n, p in parameters.items() if n not in faster], "lr": config["lr"]},
        {"params": [p for n, p in parameters.items() if n in faster], "lr": config["lr"] * ratio},
    ]
    optimizer = kind([g for g in groups if g["params"]], lr=config["lr"], **options)
    if config["lora"] and "loraplus" in config:
        peft_optimizer = create_loraplus_optimizer(model, kind, lr=config["lr"], loraplus_lr_ratio=ratio)
        assert learning_rates(optimizer, parameters) == learning_rates(peft_optimizer, parameters)
    return optimizer


def make_scheduler(config, optimizer):
    options = config.get("scheduler", {"kind": "constant"})
    return SCHEDULERS[options["kind"]](optimizer, **without_kind(options))


def learning_rates(optimizer, parameters):
    of = {id(p): group["lr"] for group in optimizer.param_groups for p in group["params"]}
    return {name: of[id(p)] for name, p in parameters.items()}


def clip(config, parameters):
    """Clips as set; max_grad_norm 0 is off, as in the HF Trainer."""
    if config.get("clip_norm"):
        nn.utils.clip_grad_norm_(parameters.values(), config["clip_norm"])
    if config.get("clip_value"):
        nn.utils.clip_grad_value_(parameters.values(), config["clip_value"])
