"""transformers' LlamaForCausalLM under PEFT, with its own shifted cross entropy; -100 masks a label.

It computes RMSNorm, the attention's softmax and the loss in float32 whatever the model's dtype, float64 included."""
from configs import BF16, F16, F64, adam, adamw, cosine, linear_schedule, lora, sgd, with_default


def llama(hidden_size=8, layers=1, heads=2, key_value_heads=1, vocab_size=16, intermediate_size=12, **more):
    return {"kind": "transformer", "vocab_size": vocab_size, "hidden_size": hidden_size,
            "intermediate_size": intermediate_size, "num_hidden_layers": layers, "num_attention_heads": heads,
            "num_key_value_heads": key_value_heads, **more}


def attention(**more):
    return lora(2, 4, "q_proj", "v_proj", **more)


LARGER = {"model": llama(16, 2, 4, 2, 32, 24)}
TWO_LAYERS = {"model": llama(layers=2)}
TIED = {"model": llama(tie_word_embeddings=True)}
SMALL = {"lr": 0.01}

CASES = with_default({"model": llama(), "lora": attention(), "steps": 2, "batch": 2, "length": 6}, {
    "transformer": {**LARGER},
    "transformer-one-layer": {"steps": 3},
    "transformer-float64": {**TWO_LAYERS, **F64},
    "transformer-batch-1": {"batch": 1, "length": 5, **F64},
    # attention heads, positions, norms
    "transformer-every-head-its-own": {"model": llama(heads=2, key_value_heads=2)},
    "transformer-grouped-heads": {"model": llama(16, 1, 4, 2)},
    "transformer-one-key-value-head": {"model": llama(16, 1, 4, 1), **F64},
    "transformer-rope-theta": {"model": llama(16, 1, 2, 1, rope_theta=100.0), "length": 12},
    "transformer-rms-norm-eps": {"model": llama(rms_norm_eps=0.1)},
    "transformer-max-positions": {"model": llama(max_position_embeddings=64)},
    # what is trained
    "transformer-all-linear": {"lora": lora(2, 4, match="all-linear")},
    "transformer-all-linear-two-layers": {**TWO_LAYERS, "lora": lora(1, 2, match="all-linear"), "steps": 1},
    "transformer-target-none": {"lora": None, "steps": 1},
    "transformer-target-none-adamw": {"lora": None, "optimizer": adamw(weight_decay=0.1), **SMALL},
    "transformer-tied": {**TIED},
    "transformer-tied-target-none": {**TIED, "lora": None, "optimizer": sgd(momentum=0.9)},
    "transformer-tied-target-none-float64": {**TIED, "lora": None, "steps": 1, **F64},
    "transformer-lm-head": {"lora": lora(2, 4, "q_proj", "lm_head")},
    "transformer-mlp-targets": {"lora": lora(2, 4, "gate_proj", "up_proj", "down_proj"), "steps": 1},
    "transformer-suffixes": {**TWO_LAYERS, "lora": lora(2, 4, "self_attn.k_proj", "1.mlp.down_proj"), "steps": 1},
    "transformer-regex": {"lora": lora(2, 4, match=r".*\.(q|v)_proj")},
    "transformer-regex-layer": {**TWO_LAYERS, "lora": lora(2, 4, match=r"model\.layers\.1\..*(o|up)_proj")},
    "transformer-rank-pattern": {
        **TWO_LAYERS, "lora": attention(rank_pattern={"q_proj": 1, "layers.1.self_attn.v_proj": 3}), "steps": 1},
    "transformer-alpha-pattern": {"lora": attention(alpha_pattern={"v_proj": 16}), **F64},
    "transformer-dora": {"lora": attention(dora=True)},
    "transformer-dora-all-linear-adamw": {
        "lora": lora(2, 4, match="all-linear", dora=True), "optimizer": adamw(), "steps": 1, **SMALL},
    # the step around it
    "transformer-masked-prompt": {"prompt": [3]},
    "transformer-accumulate-2": {"k": 2},
    "transformer-accumulate-2-unequal": {"k": 2, "prompt": [1, 5], **F64},
    "transformer-clip-norm-momentum": {"optimizer": sgd(momentum=0.9), "clip_norm": 0.05},
    "transformer-adam-cosine": {"optimizer": adam(), "scheduler": cosine(8, 1), "steps": 3, **SMALL},
    "transformer-adamw": {"optimizer": adamw(), **SMALL},
    "transformer-adamw-loraplus-warmup": {
        "optimizer": adamw(), "loraplus": 16.0, "scheduler": linear_schedule(4, 1), "lr": 0.001, **F64},
    "transformer-replicas-2-loss-scale": {"replicas": 2, "loss_scale": 1024.0},
    "transformer-checkpointing": {**TWO_LAYERS, "checkpointing": True},
    "transformer-checkpointing-target-none-accumulate-2": {"checkpointing": True, "lora": None, "k": 2, "steps": 1},
    # 16 bits
    "transformer-bfloat16": {**TWO_LAYERS, **BF16},
    "transformer-bfloat16-all-linear-adamw": {"lora": lora(2, 4, match="all-linear"), "optimizer": adamw(), **SMALL, **BF16},
    "transformer-bfloat16-tied-target-none": {**TIED, "lora": None, "steps": 1, **BF16},
    "transformer-bfloat16-dora-masked-prompt": {"lora": attention(dora=True), "prompt": [2], **BF16},
    "transformer-float16": {"lora": attention(), "clip_norm": 1.0, **F16},
    "transformer-float16-checkpointing": {"checkpointing": True, "k": 2, **F16},
})
