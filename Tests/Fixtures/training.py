"""One LoRA optimizer step as PyTorch users write it, with every quantity lorascope exports kept on the way."""
import copy
import warnings

import torch
from peft import LoraConfig, get_peft_model
from torch import nn

warnings.filterwarnings("ignore", category=FutureWarning)

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "silu": nn.SiLU, "gelu": nn.GELU}
DTYPES = {"float32": torch.float32, "float64": torch.float64}
PREFIX = "base_model.model."  # how PEFT names what is inside the wrapped model


def build_base(kind, sizes, activation="relu", bias=True):
    """nn.Sequential of Linear layers with an activation between them; `linear` is the same with one layer."""
    layers = []
    for n_in, n_out in zip(sizes, sizes[1:]):
        if layers:
            layers.append(ACTIVATIONS[activation]())
        layers.append(nn.Linear(n_in, n_out, bias=bias))
    assert kind == "mlp" or len(layers) == 1
    return nn.Sequential(*layers)


def wrap(base, lora):
    """The PEFT model, or the base model itself where nothing is targeted."""
    if lora is None:
        return base
    return get_peft_model(base, LoraConfig(
        r=lora["r"], lora_alpha=lora["alpha"], target_modules=list(lora["targets"]), use_rslora=lora.get("rslora", False)))


def peft_name(name):
    """The name that PEFT would give a parameter; a model without LoRA gets the same prefix."""
    return name if name.startswith(PREFIX) else PREFIX + name


def state(model):
    return {peft_name(n): t.detach().clone().contiguous() for n, t in model.state_dict().items()}


def trainable(model):
    return {peft_name(n): p for n, p in model.named_parameters() if p.requires_grad}


def loss_function(config):
    return nn.MSELoss(reduction=config.get("reduction", "mean"))


def make_optimizer(config, parameters):
    """Plain SGD; with LoRA+ every lora_B has its own group with lr * ratio."""
    options = {k: v for k, v in config["optimizer"].items() if k != "kind"}
    ratio = config.get("loraplus", 1.0)
    groups = [
        {"params": [p for n, p in parameters.items() if "lora_B" not in n], "lr": config["lr"]},
        {"params": [p for n, p in parameters.items() if "lora_B" in n], "lr": config["lr"] * ratio},
    ]
    return torch.optim.SGD([g for g in groups if g["params"]], lr=config["lr"], **options)


def clip(config, parameters):
    """Clips as set and returns the norm from before; max_grad_norm 0 is off, as in the HF Trainer."""
    norm = None
    if config.get("clip_norm"):
        norm = nn.utils.clip_grad_norm_(parameters.values(), config["clip_norm"])
    if config.get("clip_value"):
        nn.utils.clip_grad_value_(parameters.values(), config["clip_value"])
    return norm


def train(config, model, inputs, targets):
    """Runs the steps and returns what `export FILE.safetensors` writes after the three `hook all` commands:
    hook.1 tensor capture=all, hook.2 post_accumulate capture=last, hook.3 step_pre."""
    assert config["optimizer"]["kind"] == "sgd" and "scheduler" not in config
    parameters, loss_of = trainable(model), loss_function(config)
    optimizer = make_optimizer(config, parameters)
    lr_of = {id(p): g["lr"] for g in optimizer.param_groups for p in g["params"]}
    k, replicas, scale = config["k"], config["replicas"], config.get("loss_scale", 1.0)
    when = config.get("clip_when", "step")
    seen, watching = {}, [True]

    def on_backward(name):
        def hook(gradient):
            if watching[0]:
                seen.setdefault(("hook.1", name), []).append(gradient.clone())
        return hook

    def on_accumulated(name):
        def hook(parameter):
            if watching[0]:
                seen["hook.2", name] = parameter.grad.clone()
        return hook

    def on_step(*_):
        for name, parameter in parameters.items():
            seen["hook.3", name] = parameter.grad.clone()

    for name, parameter in parameters.items():
        parameter.register_hook(on_backward(name))
        parameter.register_post_accumulate_grad_hook(on_accumulated(name))
    optimizer.register_step_pre_hook(on_step)

    out = {}
    for step in range(1, config["steps"] + 1):
        seen.clear()
        losses, local = [], []
        stale = {n: p.grad for n, p in parameters.items()}
        for replica in range(replicas):
            watching[0] = replica == 0
            for name, parameter in parameters.items():
                parameter.grad = None if stale[name] is None else stale[name].clone()
            for micro in range(k):
                row = ((step - 1) * k + micro) * replicas + replica
                loss = loss_of(model(inputs[row]), targets[row])
                losses.append(loss.item())
                ((loss / k if config["divide_loss"] else loss) * scale).backward()
                if when == "each_backward":
                    clip(config, parameters)
            local.append({n: p.grad for n, p in parameters.items()})
        for name, parameter in parameters.items():
            parameter.grad = torch.stack([g[name] for g in local]).mean(0) / scale
        if when == "step":
            clip(config, parameters)
        before = copy.deepcopy({n: p.detach() for n, p in parameters.items()})
        optimizer.step()
        if when == "after_step":
            clip(config, parameters)
        for name, parameter in parameters.items():
            after, lr = parameter.detach().clone(), lr_of[id(parameter)]
            out[f"{step}/before/{name}"] = before[name]
            out[f"{step}/after/{name}"] = after
            out[f"{step}/grad/{name}"] = seen["hook.3", name]
            out[f"{step}/effective/{name}"] = (before[name].double() - after.double()) / lr
            out[f"{step}/lr/{name}"] = torch.tensor(lr, dtype=torch.float64)
            out[f"{step}/hook.1/{name}"] = torch.stack(seen["hook.1", name])
            out[f"{step}/hook.2/{name}"] = seen["hook.2", name]
            out[f"{step}/hook.3/{name}"] = seen["hook.3", name]
        out[f"{step}/loss"] = torch.tensor(sum(losses) / len(losses), dtype=torch.float64)
        if config["zero_grad"]:
            optimizer.zero_grad()
    return {key: tensor.clone().contiguous() for key, tensor in out.items()}


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
