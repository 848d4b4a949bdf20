"""How golden numbers are written: 9 significant digits for float32, base64 for long arrays, summaries for gradients."""
import base64
import json
import os
import platform

import numpy as np
import torch
import torchvision

from hash_weights import hash_uniform

SAMPLES = 8


def number(value):
    return float(f"{float(value):.9g}")


def numbers(tensor):
    return [number(v) for v in np.asarray(tensor.detach()).reshape(-1)]


def array(tensor):
    """A whole array: {dims, float32: little-endian base64}."""
    data = np.ascontiguousarray(tensor.detach().numpy().astype("<f4"))
    return {"dims": list(data.shape), "float32": base64.b64encode(data.tobytes()).decode()}


def summary(name, tensor):
    """Norm, sum, largest magnitude, dot product with the probe 2u-1 of "probe/<name>", 8 entries at floor(u*n) of "sample/<name>"."""
    flat = np.asarray(tensor.detach()).astype(np.float64).reshape(-1)
    at = np.floor(hash_uniform("sample/" + name, SAMPLES) * flat.size).astype(np.int64)
    return {
        "l2": number(np.sqrt((flat * flat).sum())),
        "maxAbs": number(np.abs(flat).max()),
        "sum": number(flat.sum()),
        "dot": number(flat @ (2 * hash_uniform("probe/" + name, flat.size) - 1)),
        "samples": [number(v) for v in flat[at]],
    }


def gradients(network):
    return {name: summary(name, p.grad) for name, p in network.named_parameters()}


def deviation(network32, network64):
    """Largest over parameters of ||g32 - g64|| / ||g64||: how far float32 itself is from the truth."""
    worst = 0.0
    for (_, a), (_, b) in zip(network32.named_parameters(), network64.named_parameters()):
        worst = max(worst, float((a.grad.double() - b.grad).norm() / b.grad.norm()))
    return float(f"{worst:.2g}")


def write(folder, name, content):
    made = {"python": platform.python_version(), "torch": torch.__version__, "torchvision": torchvision.__version__, "numpy": np.__version__}
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        json.dump({"madeBy": made, **content}, file, separators=(",", ":"), allow_nan=False)
        file.write("\n")
    print(f"{name}: {os.path.getsize(path) / 1024:.0f} kB")
