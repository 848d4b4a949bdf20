"""Writes interop.safetensors with a writer of its own, straight from the format's description, for the reader's tests.

Run: /usr/bin/python3 test/golden/models/make_interop.py
Values: float tensors are hash arrays (2u-1) of the tensor's name, cast to the dtype; `steps` (I64) is 0, 7, -3, 2^24.
"""
import json
import os
import struct

import numpy as np
import torch

from hash_weights import hash_array

HERE = os.path.dirname(os.path.abspath(__file__))


def save_safetensors(path, tensors, metadata):
    """tensors: name -> (dtype, shape, little-endian bytes)."""
    header, offset = {"__metadata__": metadata}, 0
    for name, (dtype, shape, data) in tensors.items():
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
    text = json.dumps(header).encode("utf-8")
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(data for _, _, data in tensors.values()))


def bfloat16_bytes(values):
    return torch.from_numpy(values.copy()).bfloat16().view(torch.int16).numpy().astype("<i2").tobytes()


if __name__ == "__main__":
    special = np.array([0.0, -0.0, 1.0, 65504.0, 2.0**-24, 2.0**-14, np.inf, -np.inf], "<f2")
    a = hash_array
    save_safetensors(os.path.join(HERE, "interop.safetensors"), {
        "conv1.weight": ("F32", (2, 3, 2, 2), a("conv1.weight", (2, 3, 2, 2)).astype("<f4").tobytes()),
        "half": ("F16", (3, 5), a("half", (3, 5)).astype("<f2").tobytes()),
        "half.special": ("F16", (8,), special.tobytes()),
        "brain": ("BF16", (7,), bfloat16_bytes(a("brain", (7,)))),
        "double": ("F64", (2, 2), a("double", (2, 2)).astype("<f8").tobytes()),
        "steps": ("I64", (4,), np.array([0, 7, -3, 2**24], "<i8").tobytes()),
        "bn1.num_batches_tracked": ("I64", (), np.array(41, "<i8").tobytes()),
        "empty": ("F32", (0, 4), b""),
        "größe": ("F32", (1,), np.array([0.5], "<f4").tobytes()),
    }, {"format": "pt", "note": "written by \"make_interop.py\""})
