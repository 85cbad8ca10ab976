"""Hugging Face checkpoints and PEFT adapters: what a user gets from `from_pretrained`, trained for a few steps.

models/NAME holds model/ and, unless the adapter is a fresh one, adapter/, as save_pretrained writes them, data,
the session, and what its export has to contain; case.json names the trained parameters in the model's order.
"""
import json

import torch

from configs import DEFAULT, adam, adamw, cosine, lora, sgd, with_default
from fixture_files import draw_tokens, not_finite, write_tensors
from model_files import fresh_folder, load_adapter, load_checkpoint, write_adapter, write_checkpoint
from models import trainable, wrap
from session_lines import adapter_lines, setting_lines
from training import train


def llama(kind="llama", file=None, **more):
    config = {"hidden_size": 16, "intermediate_size": 12, "num_hidden_layers": 1, "num_attention_heads": 2,
              "num_key_value_heads": 1, "vocab_size": 50, "max_position_embeddings": 64, "rms_norm_eps": 1e-05,
              "tie_word_embeddings": False, **more}
    return {"kind": kind, "config": config, **({"file": file} if file else {})}


def mistral(**more):
    return llama("mistral", **{"sliding_window": None, **more})


def qwen2(**more):
    return llama("qwen2", **more)


def gpt2(file=None, **more):
    config = {"n_embd": 16, "n_layer": 1, "n_head": 2, "n_positions": 16, "n_inner": 24, "vocab_size": 50,
              "resid_pdrop": 0.0, "embd_pdrop": 0.0, "attn_pdrop": 0.0, **more}
    return {"kind": "gpt2", "config": config, **({"file": file} if file else {})}


def adapter(*targets, match=None, **more):
    """LoraConfig's options. A single `all-linear` or regular expression is given as `match=`."""
    return {"r": 2, "lora_alpha": 4, "target_modules": match or list(targets), **more}


def rope(kind, theta=10000.0, **more):
    return {"rope_parameters": {"rope_type": kind, "rope_theta": theta, **more}}


LLAMA3 = rope("llama3", 500000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=60)
EVERY = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
QV = adapter("q_proj", "v_proj")
TWO = {"num_hidden_layers": 2}
SMALL = {"hidden_size": 8, **TWO}
TIED, SMALL_TIED = llama(tie_word_embeddings=True), llama(hidden_size=8, tie_word_embeddings=True)
BIASED = llama(attention_bias=True, mlp_bias=True)
ALL_LINEAR = adapter(match="all-linear", file={"config": {"target_modules": "all-linear"}})
C_ATTN = {"model": gpt2(), "adapter": adapter("c_attn")}
FIRST_LLAMA = ["architectures", "bos_token_id", "eos_token_id", "hidden_act", "hidden_size", "initializer_range",
               "intermediate_size", "model_type", "num_attention_heads", "num_hidden_layers", "rms_norm_eps",
               "tie_word_embeddings", "torch_dtype", "use_cache", "vocab_size"]
FIRST_GPT2 = ["activation_function", "architectures", "attn_pdrop", "bos_token_id", "embd_pdrop", "eos_token_id",
              "initializer_range", "layer_norm_epsilon", "model_type", "n_embd", "n_head", "n_layer", "n_positions",
              "resid_pdrop", "vocab_size"]
FIRST_PEFT = ["base_model_name_or_path", "bias", "fan_in_fan_out", "inference_mode", "init_lora_weights", "lora_alpha",
              "lora_dropout", "modules_to_save", "peft_type", "r", "target_modules", "task_type"]

CASES = with_default({**DEFAULT, "model": llama(), "adapter": QV, "lora": None, "steps": 1, "batch": 2, "length": 8}, {
    # Llama
    "llama-untied": {"model": llama(**TWO), "adapter": adapter(*EVERY)},
    "llama-tied": {"model": llama(tie_word_embeddings=True, **SMALL), "steps": 2},
    "llama-head-dim-12": {
        "model": llama(hidden_size=32, num_attention_heads=4, head_dim=12), "adapter": adapter("q_proj", "o_proj")},
    "llama-head-dim-6": {"model": llama(head_dim=6)},
    "llama-head-dim-10": {
        "model": llama(head_dim=10, num_attention_heads=4, num_key_value_heads=2), "adapter": adapter("k_proj", "o_proj")},
    "llama-biases": {"model": BIASED, "adapter": adapter(*EVERY)},
    "llama-rope-theta": {"model": llama(**rope("default", 500.0)), "length": 12},
    "llama-rope-llama3": {"steps": 2, "model": llama(head_dim=12, **LLAMA3), "length": 16},
    "llama-rope-llama3-old-spelling": {"model": llama(file={"spelling": "old"}, num_attention_heads=1, **LLAMA3), "length": 16},
    "llama-old-spelling": {"model": llama(file={"spelling": "old"}, **rope("default", 500.0))},
    "llama-first-config": {"model": llama(num_key_value_heads=2, file={"spelling": "old", "only": FIRST_LLAMA})},
    "llama-gelu": {"model": llama(hidden_act="gelu"), "adapter": adapter("gate_proj", "down_proj")},
    "llama-gelu-tanh": {"model": llama(hidden_act="gelu_pytorch_tanh"), "adapter": adapter("up_proj")},
    "llama-rms-norm-eps": {"model": llama(rms_norm_eps=0.1)},
    "llama-bfloat16-file": {"model": llama(file={"dtype": "bfloat16"})},
    "llama-float16-file": {"model": llama(file={"dtype": "float16"})},
    "llama-sharded": {"model": llama(file={"shards": "6KB"}, **TWO)},
    "llama-tied-sharded-bfloat16": {"model": llama(file={"shards": "2KB", "dtype": "bfloat16"}, tie_word_embeddings=True)},
    # tied in config.json, and yet with an lm_head in the file: tied where that is the embedding
    "llama-tied-in-words-only": {"model": llama(file={"config": {"tie_word_embeddings": True}})},
    "llama-tied-twice-in-file": {
        "model": llama(hidden_size=8, tie_word_embeddings=True, file={"copies": {"lm_head.weight": "model.embed_tokens.weight"}}),
        "adapter": None},
    # the step around it
    "llama-masked-prompt": {"prompt": [3]},
    "llama-masked-row": {"steps": 2, "prompt": [2], "masked_row": True},
    "llama-accumulate-3": {"steps": 2, "k": 3, "prompt": [1, 5, 0]},
    "llama-clip-momentum": {"steps": 2, "optimizer": sgd(momentum=0.9), "clip_norm": 0.05},
    "llama-adamw": {"steps": 2, "optimizer": adamw(weight_decay=0.1), "lr": 0.01},
    "llama-adam-cosine-accumulate-2": {"optimizer": adam(), "scheduler": cosine(8, 1), "k": 2, "lr": 0.01, "steps": 2},
    # Mistral, Qwen2
    "mistral": {"model": mistral(), "adapter": adapter(*EVERY)},
    "mistral-sliding-window-beyond": {"steps": 2, "model": mistral(sliding_window=64)},
    "qwen2-untied": {"model": qwen2(), "adapter": adapter(*EVERY)},
    "qwen2-tied-old-spelling": {"steps": 2, "model": qwen2(tie_word_embeddings=True, file={"spelling": "old"})},
    # GPT-2
    "gpt2-all-targets": {"model": gpt2(n_layer=2, n_inner=None), "adapter": adapter("c_attn", "c_proj", "c_fc")},
    "gpt2-n-inner": {"steps": 2, "model": gpt2(n_inner=40), "adapter": adapter("c_fc", "mlp.c_proj")},
    "gpt2-inverse-layer-idx": {"model": gpt2(n_layer=2, scale_attn_by_inverse_layer_idx=True), "adapter": adapter("c_attn")},
    "gpt2-scale-off": {**C_ATTN, "model": gpt2(scale_attn_weights=False)},
    "gpt2-gelu": {**C_ATTN, "model": gpt2(activation_function="gelu")},
    "gpt2-relu": {**C_ATTN, "model": gpt2(activation_function="relu", layer_norm_epsilon=0.1)},
    "gpt2-untied": {**C_ATTN, "model": gpt2(tie_word_embeddings=False)},
    "gpt2-old-names": {
        **C_ATTN, "model": gpt2(n_inner=None, file={"names": "old", "spelling": "old", "only": FIRST_GPT2})},
    "gpt2-bfloat16-adamw": {"steps": 2, **C_ATTN, "model": gpt2(file={"dtype": "bfloat16"}), "optimizer": adamw(), "lr": 0.01},
    # adapters: their parameters
    "adapter-rslora": {"adapter": {**QV, "r": 3, "use_rslora": True}},
    "adapter-dora": {"steps": 2, "adapter": adapter("q_proj", "down_proj", use_dora=True)},
    "adapter-dora-gpt2": {"steps": 2, "model": gpt2(n_inner=20), "adapter": adapter("c_attn", "mlp.c_proj", use_dora=True)},
    "adapter-dora-adamw-biases": {
        "steps": 2, "model": BIASED, "adapter": {**QV, "use_dora": True}, "optimizer": adamw(), "lr": 0.01},
    "adapter-b-zero": {"steps": 2, "adapter": {**QV, "moved": False}},
    "adapter-patterns": {"model": llama(**SMALL), "adapter": {
        **QV, "rank_pattern": {"q_proj": 4, "layers.1.self_attn.v_proj": 1},
        "alpha_pattern": {"^model.layers.0.self_attn.q_proj": 16, "q_proj": 2}}},
    "adapter-patterns-rslora": {"adapter": {
        **QV, "use_rslora": True, "rank_pattern": {"(q|k)_proj": 3}, "alpha_pattern": {"v_proj": 5}}},
    "adapter-fan-in-fan-out": {**C_ATTN, "adapter": adapter("c_attn", fan_in_fan_out=True)},
    "adapter-fan-in-fan-out-wrong": {**C_ATTN, "adapter": adapter("c_attn", file={"config": {"fan_in_fan_out": False}})},
    "adapter-bfloat16": {"adapter": {**QV, "file": {"dtype": "bfloat16"}}},
    "adapter-first-peft": {"adapter": {**QV, "task_type": "CAUSAL_LM", "file": {"only": FIRST_PEFT}}},
    "adapter-pissa": {"steps": 2, "adapter": {**QV, "init_lora_weights": "pissa"}},
    "adapter-pissa-gpt2-rslora": {**C_ATTN, "adapter": adapter("c_attn", init_lora_weights="pissa", use_rslora=True)},
    "adapter-olora": {"steps": 2, "adapter": {**QV, "init_lora_weights": "olora", "lora_alpha": 6}},
    "adapter-gaussian": {"adapter": {**QV, "init_lora_weights": "gaussian"}},
    # adapters: the modules they are in
    "adapter-regex": {"model": llama(**SMALL), "adapter": adapter(match=r".*layers\.1\..*\.(q|up)_proj")},
    "adapter-all-linear": {"model": llama(hidden_size=8), "adapter": adapter(match="all-linear")},
    "adapter-all-linear-by-name": {"model": llama(hidden_size=8), "adapter": ALL_LINEAR},
    "adapter-all-linear-gpt2": {"model": gpt2(n_embd=8), "adapter": ALL_LINEAR},
    "adapter-default-targets": {"adapter": {**QV, "file": {"config": {"target_modules": None}}}},
    "adapter-exclude": {"model": llama(**SMALL), "adapter": {**QV, "exclude_modules": ["layers.0.self_attn.q_proj"]}},
    "adapter-exclude-regex": {"adapter": adapter(match="all-linear", exclude_modules=".*mlp.*")},
    "adapter-layers": {"model": llama(hidden_size=8, num_hidden_layers=3), "adapter": {**QV, "layers_to_transform": [0, 2]}},
    "adapter-layer-pattern-gpt2": {
        "model": gpt2(n_embd=8, n_layer=2), "adapter": adapter("c_attn", layers_to_transform=1, layers_pattern="h")},
    "adapter-lm-head": {"adapter": adapter("q_proj", "lm_head")},
    "adapter-lm-head-tied": { "model": TIED, "adapter": adapter("q_proj", "lm_head")},
    # adapters: what is trained beside them
    "adapter-bias-all-qwen2": {"model": qwen2(), "adapter": adapter("q_proj", bias="all")},
    "adapter-bias-all-llama": {"model": BIASED, "adapter": adapter("o_proj", "up_proj", bias="all")},
    "adapter-bias-all-gpt2": {"model": gpt2(n_embd=8), "adapter": adapter("c_attn", bias="all")},
    "adapter-bias-lora-only-qwen2": {"model": qwen2(), "adapter": adapter("q_proj", "o_proj", bias="lora_only")},
    "adapter-bias-lora-only-gpt2": {"steps": 2, **C_ATTN, "adapter": adapter("c_attn", bias="lora_only")},
    "adapter-save-lm-head": {"adapter": adapter("q_proj", modules_to_save=["lm_head"])},
    "adapter-save-lm-head-tied": { "model": TIED, "adapter": adapter("q_proj", modules_to_save=["lm_head"])},
    "adapter-save-embeddings": {"adapter": adapter("q_proj", modules_to_save=["embed_tokens"])},
    "adapter-save-embeddings-tied": {"model": TIED, "adapter": adapter("q_proj", modules_to_save=["embed_tokens"])},
    "adapter-save-both-tied": {"model": SMALL_TIED, "adapter": adapter("q_proj", modules_to_save=["embed_tokens", "lm_head"])},
    "adapter-save-norm": { "adapter": adapter("q_proj", modules_to_save=["norm"])},
    "adapter-save-ln-f-gpt2": {**C_ATTN, "adapter": adapter("c_attn", modules_to_save=["ln_f"])},
    # a fresh adapter, or none
    **with_default({"adapter": None}, {
        "fresh-llama": {"steps": 2, "lora": lora(4, 8, "q_proj", "v_proj"), "seed": 7},
        "fresh-all-linear": {"model": SMALL_TIED, "lora": lora(2, 4, match="all-linear"), "seed": 42},
        "fresh-rslora-patterns": {
            "lora": {**lora(2, 4, "q_proj", "down_proj", rank_pattern={"down_proj": 3}), "rslora": True}, "seed": 1},
        "fresh-gaussian": {"model": qwen2(), "lora": lora(2, 4, "k_proj", "gate_proj", init="gaussian"), "seed": 2},
        "fresh-dora-gpt2": {"model": gpt2(), "lora": lora(2, 4, "c_attn", "c_fc", dora=True), "seed": 3},
        "none-llama": {"model": llama(hidden_size=8)},
        "none-llama-tied-adamw": {"model": SMALL_TIED, "optimizer": adamw(), "lr": 0.01},
        "none-qwen2-tied": {"model": qwen2(tie_word_embeddings=True, hidden_size=8), "k": 2},
        "none-gpt2": {"model": gpt2(n_embd=8, n_inner=12)},
    }),
})


def session_of(config):
    fresh = [] if config["adapter"] else adapter_lines(config["lora"])
    return [
        f"set dtype {config['dtype']}", "set threads 1", f"set seed {config['seed']}", "load model model",
        *(["load adapter adapter"] if config["adapter"] else fresh), "data load data.safetensors", "loss cross_entropy",
        *setting_lines(config), "hook all at tensor capture=all", "hook all at post_accumulate capture=last",
        "hook all at step_pre", f"step {config['steps']}", "export out.safetensors",
    ]


def draw(config):
    data = draw_tokens({**config, "model": config["model"]["config"]}, config["steps"] * config["k"])
    if config.get("masked_row"):
        data["labels"][:, 1] = -100
    return data


def loaded(folder, config):
    """What a user has after from_pretrained; a fresh adapter is drawn straight after manual_seed."""
    if config["adapter"]:
        return load_adapter(folder / "model", folder / "adapter")
    base = load_checkpoint(folder / "model")
    torch.manual_seed(config["seed"])
    return wrap(base, config["lora"])


def write_model_case(folder, config):
    torch.manual_seed(config["seed"])
    write_checkpoint(fresh_folder(folder) / "model", config["model"])
    if config["adapter"]:
        write_adapter(folder / "adapter", folder / "model", config["adapter"])
    data, model = draw(config), loaded(folder, config).train()
    expected = train(config, model, data)
    assert not not_finite(expected), (folder.name, not_finite(expected))
    write_tensors(folder / "data.safetensors", data)
    write_tensors(folder / "expected.safetensors", expected)
    (folder / "case.session").write_text("\n".join(session_of(config)) + "\n")
    (folder / "case.json").write_text(json.dumps({**config, "trainable": list(trainable(model))}, indent=1) + "\n")


def all_models():
    """Every case with a seed of its own."""
    return {name: {"seed": 100 + number, **config} for number, (name, config) in enumerate(CASES.items())}


def write_models(root):
    for name, config in all_models().items():
        write_model_case(root / "models" / name, config)
