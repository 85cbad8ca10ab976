"""What torch's elementwise kernels round where: the operations that optimizers are made of, in every dtype."""
import torch

from fixture_files import write_tensors
from models import DTYPES

COUNT = 101  # past the vector loop's blocks, so that what is left over counts too
WEIGHTS, VALUES = (0.1, 0.2, 0.7), (0.001, 0.05, -0.0123)
ADDENDS, FACTORS = (1e-08, 0.001, 0.3), (0.999, 0.7)


def outcomes(x, y, positive):
    yield from ((f"lerp/{w}", torch.lerp(x, y, w)) for w in WEIGHTS)
    for value in VALUES:
        yield f"addcmul/{value}", torch.addcmul(x, y, y, value=value)
        yield f"addcdiv/{value}", torch.addcdiv(x, y, positive, value=value)
        yield f"add_alpha/{value}", torch.add(x, y, alpha=value)
    yield from ((f"add/{number}", x + number) for number in ADDENDS)
    for factor in FACTORS:
        yield f"mul/{factor}", x * factor
        yield f"div/{factor}", x / factor
    yield "sqrt", positive.sqrt()
    yield "row_norm", torch.linalg.norm((x * 1e25).reshape(1, -1), dim=1)  # its square is beyond float32


def write_kernels(root):
    torch.manual_seed(11)
    drawn = torch.randn(3, COUNT, dtype=torch.float64)
    for name, dtype in DTYPES.items():
        x, y, positive = (drawn * torch.tensor([[0.1], [0.01], [0.03]], dtype=torch.float64)).to(dtype)
        positive = positive.abs() + 0.001
        tensors = {"x": x, "y": y, "positive": positive, **dict(outcomes(x, y, positive))}
        write_tensors(root / "kernels" / f"{name}.safetensors", tensors)
