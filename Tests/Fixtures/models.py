"""The models of the cases: built, wrapped by PEFT, and named as PEFT names their parameters."""
import warnings

import torch
from peft import LoraConfig, get_peft_model
from torch import nn
from transformers import LlamaConfig, LlamaForCausalLM

warnings.filterwarnings("ignore", category=FutureWarning)
warnings.filterwarnings("ignore", message="The following rank_pattern keys did not match")

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "silu": nn.SiLU, "gelu": nn.GELU}
DTYPES = {"float32": torch.float32, "float64": torch.float64, "bfloat16": torch.bfloat16, "float16": torch.float16}
PREFIX = "base_model.model."  # how PEFT names what is inside the wrapped model
LORA_OPTIONS = {"dora": "use_dora", "dropout": "lora_dropout", "init": "init_lora_weights",
                "rank_pattern": "rank_pattern", "alpha_pattern": "alpha_pattern"}


class SharedLinear(nn.Module):
    """One Linear, "0", used `uses` times with the activation "1" between: a parameter twice in one graph."""

    def __init__(self, size, uses, activation, bias):
        super().__init__()
        self.uses = uses
        self.add_module("0", nn.Linear(size, size, bias=bias))
        self.add_module("1", ACTIVATIONS[activation]())

    def forward(self, x):
        layer, activation = self.get_submodule("0"), self.get_submodule("1")
        for _ in range(self.uses - 1):
            x = activation(layer(x))
        return layer(x)


def build_base(kind, sizes, activation="relu", bias=True, shared=False):
    """nn.Sequential of Linear layers with an activation between them; `linear` is the same with one layer."""
    if shared:
        return SharedLinear(sizes[0], len(sizes) - 1, activation, bias)
    layers = []
    for n_in, n_out in zip(sizes, sizes[1:]):
        if layers:
            layers.append(ACTIVATIONS[activation]())
        layers.append(nn.Linear(n_in, n_out, bias=bias))
    assert kind == "mlp" or len(layers) == 1
    return nn.Sequential(*layers)


def build_transformer(options):
    """transformers' Llama with weights large enough to matter and RMSNorm weights that are not all one."""
    model = LlamaForCausalLM(LlamaConfig(
        **options, initializer_range=0.2, attention_dropout=0.0, use_cache=False, attn_implementation="eager",
        bos_token_id=None, eos_token_id=None))
    for name, parameter in model.named_parameters():
        if "norm" in name:
            nn.init.normal_(parameter, mean=1.0, std=0.2)
    return model


def build(model):
    if model["kind"] == "transformer":
        return build_transformer({key: value for key, value in model.items() if key != "kind"})
    return build_base(model["kind"], model["sizes"], model["act"], model["bias"], model.get("shared", False))


def wrap(base, lora):
    """The PEFT model, or the base model itself where nothing is targeted."""
    if lora is None:
        return base
    targets = lora["targets"]
    more = {name: lora[key] for key, name in LORA_OPTIONS.items() if key in lora}
    return get_peft_model(base, LoraConfig(
        r=lora["r"], lora_alpha=lora["alpha"], target_modules=targets if isinstance(targets, str) else list(targets),
        use_rslora=lora.get("rslora", False), **more))


def initialised(config):
    """The case's model; unless it is about a fresh adapter, lora_B is not zero. Buffers keep their dtype, as
    those of a model that from_pretrained loads in 16 bits do."""
    base = build(config["model"])
    if config["model"]["kind"] == "transformer" and config.get("checkpointing"):
        base.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    model = wrap(base, config["lora"])
    for name, parameter in trainable(model).items():
        if config["lora"] and config["lora"]["warm_B"] and "lora_B" in name:
            nn.init.normal_(parameter, std=0.1)
    for parameter in model.parameters():
        parameter.data = parameter.data.to(DTYPES[config["dtype"]])
    return model


def peft_name(name):
    """The name that PEFT would give a parameter; a model without LoRA gets the same prefix."""
    return name if name.startswith(PREFIX) else PREFIX + name


def state(model):
    """Every parameter by its name in PEFT's state dict; a tied one once, under its first name."""
    return {peft_name(n): t.detach().clone().contiguous() for n, t in model.named_parameters()}


def trainable(model):
    return {peft_name(n): p for n, p in model.named_parameters() if p.requires_grad}
