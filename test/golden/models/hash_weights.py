"""Weights and inputs by formula, so that goldens need not store them.

The same formula stands in test/support/hash-weights.ts; both give the same float32 bits:
  seed = FNV-1a(name as UTF-8), 32 bits
  h_k  = mix(seed xor mix(k + 0x9E3779B9)),  mix = "lowbias32" (Wellons 2018)
  u_k  = (h_k >> 8) * 2^-24, in [0, 1), exact in float32
"""
import numpy as np


def _mix(h):
    h = h.astype(np.uint32)
    h ^= h >> np.uint32(16)
    h *= np.uint32(0x7FEB352D)
    h ^= h >> np.uint32(15)
    h *= np.uint32(0x846CA68B)
    h ^= h >> np.uint32(16)
    return h


def fnv1a(name):
    h = 0x811C9DC5
    for byte in name.encode("utf-8"):
        h = ((h ^ byte) * 0x01000193) & 0xFFFFFFFF
    return h


def hash_uniform(name, count):
    """u_0 .. u_{count-1} as float64 (each an exact multiple of 2^-24)."""
    k = (np.arange(count, dtype=np.uint64) + 0x9E3779B9) & np.uint64(0xFFFFFFFF)
    h = _mix(np.uint32(fnv1a(name)) ^ _mix(k))
    return (h >> np.uint32(8)).astype(np.float64) * 2.0**-24


def hash_image(name, height, width):
    """[3, H, W] float32 in [-2, 2): 4u - 2."""
    return (4 * hash_uniform(name, 3 * height * width) - 2).astype(np.float32).reshape(3, height, width)


def hash_array(name, dims):
    """float32 in [-1, 1): 2u - 1."""
    count = int(np.prod(dims, dtype=np.int64))
    return (2 * hash_uniform(name, count) - 1).astype(np.float32).reshape(dims)


def state_kind(name, dims):
    """What a state-dict entry of a ResNet is, from its name and shape."""
    last = name.rsplit(".", 1)[-1]
    if last in ("running_mean", "running_var", "num_batches_tracked"):
        return last
    if len(dims) == 4:
        return "conv.weight"
    return ("linear." if name.startswith("fc.") else "norm.") + last


def hash_entry(name, dims, kind):
    """One entry of a state dict, float32; arithmetic in float64, rounded once at the end."""
    u = hash_uniform(name, int(np.prod(dims, dtype=np.int64)))
    if kind == "conv.weight":  # variance 2 / fan_out, as Kaiming for ReLU
        value = (2 * u - 1) * np.sqrt(6 / (dims[0] * dims[2] * dims[3]))
    elif kind in ("linear.weight", "linear.bias"):
        value = (2 * u - 1) / 16
    elif kind == "norm.weight":
        value = 0.8 + 0.4 * u
    elif kind in ("norm.bias", "running_mean"):
        value = (2 * u - 1) * 0.1
    elif kind == "running_var":
        value = 0.5 + u
    elif kind == "num_batches_tracked":
        value = 0 * u
    else:
        raise ValueError(kind)
    return value.astype(np.float32).reshape(dims)
