"""torch's random numbers and freshly initialised models, bit for bit."""
import math

import torch

from fixture_files import VERSIONS, write_json, write_tensors
from models import LORA_OPTIONS, build_base, state, wrap

SEEDS = (0, 1, 42, 2**31 + 7, 2**40 + 5)
INIT_LORA = {"r": 4, "alpha": 4, "targets": ["0", "2"]}


def init_values(seed):
    """torch.manual_seed(seed) comes before each line, except rand_f64, which goes on after rand_f32's 37 draws."""
    out = {}

    def seeded(draw):
        torch.manual_seed(seed)
        return draw()

    out["rand_f32"] = seeded(lambda: torch.rand(37))
    out["rand_f64"] = torch.rand(9, dtype=torch.float64)
    out["uniform_f32"] = seeded(lambda: torch.empty(33).uniform_(-1 / math.sqrt(8), 1 / math.sqrt(8)))
    out["randn_f32_7"] = seeded(lambda: torch.randn(7))
    out["randn_f32_40"] = seeded(lambda: torch.randn(40))
    out["randn_f64_20"] = seeded(lambda: torch.randn(20, dtype=torch.float64))
    model = seeded(lambda: wrap(build_base("mlp", [16, 24, 5]), INIT_LORA))
    out.update(state(model))
    out.update({f"double/{n}": t for n, t in state(model.double()).items()})
    torch.set_default_dtype(torch.float64)
    try:
        model = seeded(lambda: wrap(build_base("mlp", [16, 24, 5]), INIT_LORA))
    finally:
        torch.set_default_dtype(torch.float32)
    out.update({f"default_float64/{n}": t for n, t in state(model).items()})
    return out


LORA_INITS = {  # init/lora-NAME.safetensors: what LoraConfig says beside r=4, lora_alpha=8, target_modules=["0", "2"]
    "default": {},
    "gaussian": {"init": "gaussian"},
    "pissa": {"init": "pissa"},
    "olora": {"init": "olora"},
    "false": {"init": False},
    "dora": {"dora": True},
    "dora-false": {"dora": True, "init": False},
    "rslora-pissa": {"rslora": True, "init": "pissa"},
    "rank-pattern": {"rank_pattern": {"0": 2}},
    "rank-pattern-gaussian": {"rank_pattern": {"2": 3}, "init": "gaussian"},
}
CONFIG_NAMES = {**LORA_OPTIONS, "rslora": "use_rslora"}


def fresh_lora(options):
    torch.manual_seed(0)
    return state(wrap(build_base("mlp", [16, 24, 5]), {"r": 4, "alpha": 8, "targets": ["0", "2"], **options}))


def write_init(root):
    for seed in SEEDS:
        write_tensors(root / "init" / f"seed{seed}.safetensors", init_values(seed))
    for name, options in LORA_INITS.items():
        write_tensors(root / "init" / f"lora-{name}.safetensors", fresh_lora(options))
    write_json(root / "init" / "recipe.json", {
        "seeds": list(SEEDS), "versions": VERSIONS,
        "keys": {
            "rand_f32": "manual_seed(s); torch.rand(37)",
            "rand_f64": "no new seed, straight after rand_f32: torch.rand(9, dtype=torch.float64)",
            "uniform_f32": "manual_seed(s); torch.empty(33).uniform_(-1/sqrt(8), 1/sqrt(8))",
            "randn_f32_7": "manual_seed(s); torch.randn(7)",
            "randn_f32_40": "manual_seed(s); torch.randn(40)",
            "randn_f64_20": "manual_seed(s); torch.randn(20, dtype=torch.float64)",
            "base_model...": "manual_seed(s); nn.Sequential(Linear(16, 24), ReLU(), Linear(24, 5)), then get_peft_model(r=4, target_modules=['0', '2'])",
            "double/base_model...": "the model above, then .double(): the Float32 draws, converted",
            "default_float64/base_model...": "manual_seed(s); the same two lines under torch.set_default_dtype(torch.float64): Float64 draws",
        },
        "lora": {
            "recipe": "lora-NAME.safetensors: manual_seed(0); nn.Sequential(Linear(16, 24), ReLU(), Linear(24, 5)), then "
                      "get_peft_model(r=4, lora_alpha=8, target_modules=['0', '2'], ...); svd's and qr's signs are LAPACK's",
            **{name: {CONFIG_NAMES[key]: value for key, value in options.items()} for name, options in LORA_INITS.items()},
        }})
