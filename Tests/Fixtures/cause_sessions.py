"""Reads a session of the catalogue: what it asks for, in the words that the other cases use for a configuration."""
import shlex

from configs import DEFAULT

# lorascope's defaults; the rest of a configuration is DEFAULT's.
START = {**DEFAULT, "lora": {"r": 8, "alpha": 8, "targets": "all-linear", "rslora": False, "warm_B": False},
         "lr": 0.01, "seed": 0, "data": {"kind": "regression", "batch": 8, "batches": 64, "seed": 7}}
ADAPTER = {"r": ("r", int), "lora_alpha": ("alpha", float), "use_rslora": ("rslora", lambda word: word == "on"),
           "use_dora": ("dora", lambda word: word == "on"), "lora_dropout": ("dropout", float),
           "init_lora_weights": ("init", lambda word: False if word == "false" else word)}
OPTIMIZER = {"momentum": float, "dampening": float, "weight_decay": float, "eps": float,
             "nesterov": lambda word: word == "on", "maximize": lambda word: word == "on"}
SCHEDULE = {"warmup_steps": int, "total_steps": int, "step_size": int, "gamma": float}
STEP = {"gradient_accumulation_steps": ("k", int), "divide_loss": ("divide_loss", lambda word: word == "on"),
        "zero_grad": ("zero_grad", lambda word: word == "on"), "replicas": ("replicas", int), "lr": ("lr", float),
        "max_grad_norm": ("clip_norm", float), "clip_value": ("clip_value", float), "clip_when": ("clip_when", str),
        "loss_scale": ("loss_scale", float), "snapshot": ("snapshot", str), "lr_read": ("lr_read", str),
        "scheduler_order": ("scheduler_order", str), "loraplus_lr_ratio": ("loraplus", float), "dtype": ("dtype", str),
        "checkpointing": ("checkpointing", lambda word: word == "on")}
# What the session says or checks, which torch has no part in.
SILENT = {"expect", "explain", "say", "info", "print"}


def commands(text):
    """The commands of a session as lists of words; `;` separates, `#` starts a comment. What `set $name` keeps is left out."""
    for line in text.splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars=";")
        lexer.whitespace_split, lexer.commenters = True, "#"
        words = list(lexer)
        while words:
            end = words.index(";") if ";" in words else len(words)
            if words[:end] and not (words[0] == "set" and words[1].startswith("$")):
                yield words[:end]
            words = words[end + 1:]


def model(words):
    kind, sizes = words[0], [int(word) for word in words[1:] if word.isdigit()]
    activation = next((word for word in words if word in ("relu", "tanh", "gelu", "silu")), "relu")
    return {"kind": kind, "sizes": sizes, "act": activation, "bias": "bias=off" not in words, "shared": "shared=on" in words}


def options(words):
    """kind option=N ..."""
    return {"kind": words[0], **{key: int(value) if value.lstrip("-").isdigit() else value
                                 for key, value in (word.split("=") for word in words[1:])}}


def adapter(config, change):
    """The adapter's part; target_modules none leaves no adapter to change."""
    return {"lora": {**config["lora"], **change}} if config["lora"] else {}


def setting(config, name, word):
    """What `set NAME WORD` changes in a configuration."""
    if name in STEP:
        key, kind = STEP[name]
        return {key: kind(word)}
    if name in ADAPTER:
        key, kind = ADAPTER[name]
        return adapter(config, {key: kind(word)})
    if name == "target_modules":
        return {"lora": None} if word == "none" else adapter(config, {"targets": word.split(",")})
    if name in OPTIMIZER:
        return {"optimizer": {**config["optimizer"], name: OPTIMIZER[name](word)}}
    if name == "optimizer":
        return {"optimizer": {**config["optimizer"], "kind": word}}
    schedule = config.get("scheduler", {"kind": "constant"})
    if name == "scheduler":
        return {"scheduler": {**schedule, "kind": word}}
    return {"scheduler": {**schedule, name: SCHEDULE[name](word)}}


def configured(config, words):
    """The configuration after a command that changes it; None if the command does something else."""
    name, arguments = words[0], words[1:]
    if name == "model":
        return {**config, "model": model(arguments)}
    if name == "set" and arguments[0] not in ("merged", "adapters"):
        return {**config, **setting(config, *arguments)}
    if name == "data":
        return {**config, "data": {**START["data"], **options(arguments)}}
    if name == "loss":
        loss = options(arguments)
        reduction = loss.pop("reduction", "mean")
        return {**config, "loss": {"ignore_index": -100, **loss}, "reduction": reduction}
    return None
