"""How a Hugging Face checkpoint and a PEFT adapter are written, and loaded again as users load them."""
import json
import shutil

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file
from torch import nn
from transformers import (
    AutoModelForCausalLM, GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM, MistralConfig, MistralForCausalLM,
    Qwen2Config, Qwen2ForCausalLM)

from fixture_files import write_tensors
from models import DTYPES

KINDS = {"llama": (LlamaConfig, LlamaForCausalLM), "mistral": (MistralConfig, MistralForCausalLM),
         "qwen2": (Qwen2Config, Qwen2ForCausalLM), "gpt2": (GPT2Config, GPT2LMHeadModel)}
NO_TOKENS = {"bos_token_id": None, "eos_token_id": None}  # the defaults lie beyond a small vocabulary


def build_checkpoint(kind, config):
    """Weights large enough to matter; norms that are not all one and biases that are not zero."""
    make_config, make_model = KINDS[kind]
    model = make_model(make_config(**config, **NO_TOKENS, initializer_range=0.2, use_cache=False))
    for name, parameter in model.named_parameters():
        if parameter.ndim == 1:
            nn.init.normal_(parameter, mean=0.0 if name.endswith("bias") else 1.0, std=0.2)
    return model


def spell_as_before(config):
    """config.json as transformers 4 wrote it."""
    config["torch_dtype"] = config.pop("dtype")
    config.pop("head_dim", None)
    if "rope_parameters" in config:
        rope = config.pop("rope_parameters")
        config["rope_theta"] = rope.pop("rope_theta")
        config["rope_scaling"] = None if rope == {"rope_type": "default"} else rope


def change_config(path, how):
    """`config` overrides members, `only` keeps those that an old version wrote. Lists of names, which PEFT writes
    in the order of a set, are sorted."""
    config = json.loads(path.read_text())
    config = {key: sorted(v) if isinstance(v, list) and all(isinstance(x, str) for x in v) else v for key, v in config.items()}
    if how.get("spelling") == "old":
        spell_as_before(config)
    config.update(how.get("config", {}))
    for key in set(config) - set(how.get("only", config)):
        del config[key]
    path.write_text(json.dumps(config, indent=2) + "\n")


def name_as_before(folder, config):
    """GPT-2's tensors as the first checkpoints named them, with the causal mask among them."""
    path, positions = folder / "model.safetensors", config["n_positions"]
    tensors = {name.removeprefix("transformer."): tensor for name, tensor in load_file(path).items()}
    for layer in range(config["n_layer"]):
        tensors[f"h.{layer}.attn.bias"] = torch.ones(positions, positions).tril().view(1, 1, positions, positions)
        tensors[f"h.{layer}.attn.masked_bias"] = torch.tensor(-1e4)
    write_tensors(path, tensors)


def write_checkpoint(folder, model):
    """What `save_pretrained` writes; `file` says how an older, a larger or another program's one differs."""
    how = model.get("file", {})
    made = build_checkpoint(model["kind"], model["config"]).to(DTYPES[how.get("dtype", "float32")])
    made.save_pretrained(folder, **({"max_shard_size": how["shards"]} if "shards" in how else {}))
    (folder / "generation_config.json").unlink(missing_ok=True)
    change_config(folder / "config.json", how)
    if how.get("names") == "old":
        name_as_before(folder, model["config"])
    if "copies" in how:
        tensors = load_file(folder / "model.safetensors")
        write_tensors(folder / "model.safetensors", tensors | {copy: tensors[name] for copy, name in how["copies"].items()})


def load_checkpoint(folder):
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")


def write_adapter(folder, checkpoint, adapter):
    """What `save_pretrained` writes of an adapter that some training has moved; `file` says what is changed in it."""
    options = {key: value for key, value in adapter.items() if key not in ("file", "moved")}
    model = get_peft_model(load_checkpoint(checkpoint), LoraConfig(**options))
    model.peft_config["default"].base_model_name_or_path = None
    model.base_model.model.name_or_path = ""
    if adapter.get("moved", True):
        for parameter in filter(lambda p: p.requires_grad, model.parameters()):
            parameter.data += 0.1 * torch.randn_like(parameter)
    model.save_pretrained(folder)
    (folder / "README.md").unlink()
    how = adapter.get("file", {})
    change_config(folder / "adapter_config.json", how)
    if "dtype" in how:
        path = folder / "adapter_model.safetensors"
        write_tensors(path, {name: tensor.to(DTYPES[how["dtype"]]) for name, tensor in load_file(path).items()})


def load_adapter(checkpoint, folder):
    return PeftModel.from_pretrained(load_checkpoint(checkpoint), folder, is_trainable=True)


def fresh_folder(folder):
    """An empty folder: shards and adapters of an earlier run are gone."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
