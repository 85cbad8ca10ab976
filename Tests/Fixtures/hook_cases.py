"""What PyTorch hooks really see: each case is a list of `hook` commands, run here with torch's own hooks."""
import torch
from torch import nn

from models import build_base, peft_name, trainable, wrap

LORA = {"r": 2, "alpha": 4, "targets": ["0", "2"]}
PARAMETERS = [f"base_model.model.{i}.lora_{m}.default.weight" for i in (2, 0) for m in "BA"]
MODULES = [f"base_model.model.{i}{rest}" for i in (0, 2) for rest in ("", ".base_layer", ".lora_A.default", ".lora_B.default")]
# The base layer of layer 0 is frozen and its input needs no gradient, so its output cannot carry a tensor hook.
ACTIVATIONS = [m for m in MODULES if m != "base_model.model.0.base_layer"]
A0, B0 = "base_model.model.0.lora_A.default.weight", "base_model.model.0.lora_B.default.weight"
KEEPS = ("last", "first", "sum", "all", "reference")


def each(targets, *placements):
    return [f"hook {target} at {placement}" for target in targets for placement in placements]


CASES = {
    "order-parameters": ("tensor, then post_accumulate, in backward order", {}, each(PARAMETERS[::-1], "post_accumulate", "tensor")),
    "order-modules": ("module_pre and module on every submodule, and on the activation between",
                      {}, each(MODULES + ["base_model.model.1"], "module", "module_pre")),
    "order-layer": ("module hooks on the two LoRA layers only", {}, each(MODULES[::4], "module_pre", "module")),
    "order-inner-modules": ("module hooks inside the LoRA layers only", {},
                            each([m for m in MODULES if m.count(".") > 2], "module_pre", "module")),
    "order-activations": ("tensor hooks on module outputs", {}, each(ACTIVATIONS + ["base_model.model.1"], "tensor")),
    "order-everything": ("a hook at every placement", {"gradient_accumulation_steps": 2},
                         each(MODULES, "module_pre", "module") + each(ACTIVATIONS, "tensor")
                         + each(PARAMETERS, "tensor", "post_accumulate") + each([B0], "step_pre", "step_post")),
    "scale-between": ("hooks 1 and 2 see g, hook 2 returns 2 g, hook 3 and post_accumulate see 2 g", {}, [
        f"hook {B0} at tensor", f"hook {B0} at tensor scale=2", f"hook {B0} at tensor",
        f"hook {B0} at post_accumulate", f"hook {B0} at step_pre"]),
    "scale-twice": ("two scaling hooks multiply", {}, [
        f"hook {A0} at tensor scale=2", f"hook {A0} at tensor scale=-0.5", f"hook {A0} at tensor", f"hook {A0} at step_pre"]),
    "scale-activation": ("a scaled activation gradient scales everything upstream of it", {}, [
        "hook base_model.model.0.lora_B.default at tensor scale=3", f"hook {A0} at tensor", f"hook {B0} at tensor"]),
    "capture-tensor": ("three micro-batches, clipped after the hooks", {"gradient_accumulation_steps": 3, "max_grad_norm": 0.05},
                       [f"hook all at tensor capture={keep}" for keep in KEEPS]),
    "capture-post-accumulate": ("a reference to .grad shows the clipped values, a clone does not",
                                {"gradient_accumulation_steps": 3, "max_grad_norm": 0.05},
                                [f"hook all at post_accumulate capture={keep}" for keep in KEEPS]),
    "capture-reference-one-batch": ("one micro-batch: a tensor hook's reference is not the storage of .grad",
                                    {"max_grad_norm": 0.05},
                                    ["hook all at tensor capture=reference", "hook all at post_accumulate capture=reference"]),
    "step-pre-post": ("the optimizer's hooks see the clipped .grad, before and after the step; the others do not",
                      {"gradient_accumulation_steps": 3, "max_grad_norm": 0.05},
                      ["hook all at tensor", "hook all at step_pre", "hook all at step_post"]),
    "loss-scale": ("hooks see the scaled gradient, step_pre the unscaled one", {"loss_scale": 1024},
                   ["hook all at tensor", "hook all at post_accumulate", "hook all at step_pre"]),
    "slot-module": ("one slot per module: bias fires first, so the weight overwrites it", {"target_modules": "none"},
                    ["hook all at tensor slot=module", "hook all at tensor slot=param"]),
    "slot-module-accumulated": ("the same over two micro-batches, where a list keeps them apart",
                                {"target_modules": "none", "gradient_accumulation_steps": 2},
                                ["hook all at tensor slot=module", "hook all at tensor slot=param capture=all"]),
    "plain-linear-modules": ("module hooks on a Linear whose input needs no gradient", {"target_modules": "none"},
                             each(["base_model.model.0"], "module_pre", "module", "tensor")),
}

ERRORS = {  # what is asked for -> settings, hooks; torch raises when it is registered or at the next step
    "tensor-on-frozen-parameter": ({}, ["hook base_model.model.0.base_layer.weight at tensor"]),
    "post-accumulate-on-frozen-parameter": ({}, ["hook base_model.model.0.base_layer.weight at post_accumulate"]),
    "post-accumulate-on-activation": ({}, ["hook base_model.model.0.lora_B.default at post_accumulate"]),
    "tensor-on-activation-without-gradient": ({}, ["hook base_model.model.0.base_layer at tensor"]),
    "merged-adapter": ({"merged": "on"}, ["hook all at tensor"]),
    "disabled-adapter": ({"adapters": "off"}, ["hook all at tensor"]),
}


def is_plain(settings):
    return settings.get("target_modules") == "none"


def session(settings, hooks):
    plain = is_plain(settings)
    lines = ["set dtype float64", "set threads 1", "model linear 6 3" if plain else "model mlp 6 5 3 tanh"]
    lines += ["set target_modules none"] if plain else ["set target_modules 0,2", "set r 2", "set lora_alpha 4"]
    lines += [f"load weights {'weights-plain' if plain else 'weights'}.safetensors", "data load data.safetensors",
              "loss mse", "set optimizer sgd", "set lr 0.1"]
    lines += [f"set {name} {value}" for name, value in settings.items() if name != "target_modules"]
    return lines + hooks + ["step 1"]


def nested(value):
    """A hook's tensor, or its tuple of tensors and Nones, as JSON lists."""
    if isinstance(value, tuple):
        return [None if v is None else v.tolist() for v in value]
    return value.tolist()


class Watcher:
    """Registers `hook` commands on a real model and keeps what they saw, in the order in which they fired."""

    def __init__(self, model, optimizer):
        self.parameters = {peft_name(n): p for n, p in model.named_parameters()}
        self.modules = {peft_name(n): m for n, m in model.named_modules() if n}
        self.trainable, self.optimizer = trainable(model), optimizer
        self.order, self.kept, self.owners, self.micro_batch = [], {}, {}, None

    def fired(self, hook, placement, target, **seen):
        self.order.append({"micro_batch": self.micro_batch, "hook": hook, "placement": placement, "target": target,
                           **{key: nested(value) for key, value in seen.items()}})

    def keep(self, hook, capture, slot, target, gradient):
        key = target.rpartition(".")[0] if slot == "module" else target
        slots = self.kept.setdefault(hook, {})
        if capture == "reference":
            slots[key] = gradient  # no clone: whatever happens to this storage later shows
        elif capture == "last":
            slots[key] = gradient.clone()
        elif capture == "first":
            slots.setdefault(key, gradient.clone())
        elif capture == "sum":
            slots[key] = slots[key] + gradient if key in slots else gradient.clone()
        else:
            slots.setdefault(key, []).append(gradient.clone())

    def add(self, command, number):
        words = command.split()
        target, placement = words[1], words[3]
        options = dict(word.split("=") for word in words[4:])
        for name in self.trainable if target == "all" else [target]:
            self.register(name, placement, number, **options)

    def register(self, name, placement, number, capture="last", slot="param", scale=None):
        def saw(gradient):
            self.fired(number, placement, name, saw=gradient)
            self.keep(number, capture, slot, name, gradient)
            return gradient * float(scale) if scale else None

        def accumulated(parameter):
            saw(parameter.grad)
            if scale:  # such a hook can only change .grad itself
                parameter.grad.mul_(float(scale))

        def on_output(_, __, output):
            if placement == "tensor":
                output.register_hook(saw)
            else:
                output.register_post_accumulate_grad_hook(accumulated)

        if placement in ("step_pre", "step_post"):
            register = getattr(self.optimizer, f"register_{placement}_hook")
            register(lambda *_: accumulated(self.parameters[name]))
        elif name in self.parameters and placement == "tensor":
            self.parameters[name].register_hook(saw)
        elif name in self.parameters and placement == "post_accumulate":
            self.parameters[name].register_post_accumulate_grad_hook(accumulated)
        elif placement == "module":
            self.modules[name].register_full_backward_hook(
                lambda _, grad_input, grad_output: self.fired(number, placement, name, grad_input=grad_input, grad_output=grad_output))
        elif placement == "module_pre":
            self.modules[name].register_full_backward_pre_hook(
                lambda _, grad_output: self.fired(number, placement, name, grad_output=grad_output))
        else:  # a module's output: its hook is registered by a forward hook, as no one else holds inner activations
            self.modules[name].register_forward_hook(on_output)


def start(settings, weights):
    """A fresh model with the fixture's weights; plain means nn.Linear(6, 3) without LoRA."""
    plain = is_plain(settings)
    model = wrap(build_base("linear", [6, 3]) if plain else build_base("mlp", [6, 5, 3], "tanh"), None if plain else LORA).double()
    model.load_state_dict({n: weights[peft_name(n)] for n in model.state_dict()})
    if settings.get("merged") == "on":
        model.merge_adapter()
    if settings.get("adapters") == "off":
        model.disable_adapter_layers()
    return model, torch.optim.SGD([p for p in model.parameters() if p.requires_grad] or model.parameters(), lr=0.1)


def run(settings, hooks, weights, data):
    """One optimizer step; returns the watcher, the parameters' history and the mean loss."""
    model, optimizer = start(settings, weights)
    watcher, k, scale = Watcher(model, optimizer), settings.get("gradient_accumulation_steps", 1), settings.get("loss_scale", 1)
    for number, command in enumerate(hooks, 1):
        watcher.add(command, number)
    before = {n: p.detach().clone() for n, p in watcher.trainable.items()}
    losses = []
    for micro in range(k):
        watcher.micro_batch = micro + 1
        loss = nn.functional.mse_loss(model(data["inputs"][micro]), data["targets"][micro])
        losses.append(loss.item())
        (loss / k * scale).backward()
    watcher.micro_batch = None
    for parameter in watcher.trainable.values():
        parameter.grad.div_(scale)
    if "max_grad_norm" in settings:
        nn.utils.clip_grad_norm_(watcher.trainable.values(), settings["max_grad_norm"])
    grads = {n: p.grad.clone() for n, p in watcher.trainable.items()}
    optimizer.step()
    history = {n: {"before": before[n].tolist(), "grad": grads[n].tolist(), "after": p.tolist()} for n, p in watcher.trainable.items()}
    optimizer.zero_grad()
    return watcher, history, sum(losses) / k


def hook_case(name, weights, data):
    about, settings, hooks = CASES[name]
    watcher, history, loss = run(settings, hooks, weights, data)
    fired = {entry["hook"] for entry in watcher.order}
    kept = {str(number): {key: [g.tolist() for g in value] if isinstance(value, list) else value.tolist()
                          for key, value in slots.items()} for number, slots in watcher.kept.items()}
    return {"about": about, "session": session(settings, hooks), "loss": loss,
            "never_fired": [n for n in range(1, len(hooks) + 1) if n not in fired],
            "order": watcher.order, "kept": kept, "parameters": history}


def error_case(name, weights, data):
    settings, hooks = ERRORS[name]
    model, optimizer = start(settings, weights)
    raised_at = "registration"
    try:
        watcher = Watcher(model, optimizer)
        for number, command in enumerate(hooks, 1):
            watcher.add(command, number)
        raised_at = "forward"
        loss = model(data["inputs"][0]).square().mean()
        raised_at = "backward"
        loss.backward()
    except Exception as error:
        return {"session": session(settings, hooks), "raised_at": raised_at, "type": type(error).__name__, "message": str(error)}
    raise AssertionError(f"{name}: torch raised nothing")
