"""What torch makes of whole rows in float32: sums, norms, products with a narrow matrix, and Llama 3's frequencies.

Inputs are drawn from seeds, and of what has to agree to the last bit a checksum is kept: the files stay small."""
import types

import torch
from torch.nn import functional as F
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS
from transformers.models.llama.modeling_llama import LlamaRMSNorm

from fixture_files import write_json, write_tensors

NORM_SIZES = (6, 32, 48, 100, 576, 1024, 3000)
SUM_SIZES = (1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 32, 33, 576, 1000, 2048, 4095, 8192, 16384, 30000, 65536, 100000)
PRODUCTS = [(columns, k) for columns in range(2, 12) for k in (8, 16, 24, 64, 576, 1024)]
PRODUCTS += [(columns, k) for columns in (4, 8) for k in (4, 12, 20, 100)]
ROWS = 3
LLAMA3 = {"factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}


def checksum(tensor):
    """Every bit of every number counts, and its place."""
    bits = tensor.contiguous().view(torch.int32).flatten().to(torch.int64) & 0xFFFFFFFF
    return int((bits * (torch.arange(len(bits)) % 1009 + 1)).sum())


def drawn(*shape):
    return torch.randn(*shape)


def rms_norm(columns):
    torch.manual_seed(columns)
    x, weight, gradient = drawn(ROWS, columns).requires_grad_(), drawn(columns), drawn(ROWS, columns)
    norm = LlamaRMSNorm(columns, eps=1e-5)
    norm.weight.data = weight
    y = norm(x)
    y.backward(gradient)
    return {"columns": columns, "output": checksum(y.detach()), "gradient": checksum(x.grad)}


def row_sum(columns):
    torch.manual_seed(columns)
    return {"columns": columns, "sums": checksum(drawn(ROWS, columns).sum(-1))}


def product(columns, k):
    torch.manual_seed(1000 * columns + k)
    x, a = drawn(8 * ROWS, k), drawn(columns, k)
    return {"columns": columns, "k": k, "output": checksum(F.linear(x, a))}


def close():
    """What is a few units in the last place away."""
    for columns in (32, 100, 576):
        torch.manual_seed(columns)
        x, gradient = drawn(ROWS, columns).requires_grad_(), drawn(ROWS, columns)
        y = F.layer_norm(x, (columns,), eps=1e-5)
        y.backward(gradient)
        yield from ((f"layer_norm/{columns}/output", y), (f"layer_norm/{columns}/gradient", x.grad))
    x = torch.linspace(-6, 6, 257).requires_grad_()
    y = F.gelu(x, approximate="tanh")
    y.sum().backward()
    yield from (("gelu_tanh/input", x), ("gelu_tanh/output", y), ("gelu_tanh/gradient", x.grad))
    for size in (64, 128):
        config = types.SimpleNamespace(
            hidden_size=4 * size, num_attention_heads=4, head_dim=size, max_position_embeddings=131072,
            rope_parameters={"rope_theta": 500000.0, "rope_type": "llama3", **LLAMA3}, standardize_rope_params=lambda: None)
        yield f"llama3/{size}", ROPE_INIT_FUNCTIONS["llama3"](config, "cpu")[0]


def write_rows(root):
    write_json(root / "kernels" / "rows.json", {
        "rms_norm": [rms_norm(size) for size in NORM_SIZES], "row_sum": [row_sum(size) for size in SUM_SIZES],
        "product": [product(*sizes) for sizes in PRODUCTS]})
    write_tensors(root / "kernels" / "rows.safetensors", dict(close()))
