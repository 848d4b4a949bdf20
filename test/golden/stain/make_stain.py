"""Colour spaces by scikit-image; Macenko, Reinhard, HED jitter and virtual templates written from the papers in NumPy.

Run: /usr/bin/python3 make_stain.py   (made with scikit-image 0.19.3, numpy 1.24.2; seed 8)
Writes stain.json. Tolerances: channels 1e-9 of their largest; estimates 1e-9; images one grey level (rounding ties).
"""
import base64
import json

import numpy as np
from skimage.color import hed2rgb, hsv2rgb, lab2rgb, rgb2hed, rgb2hsv, rgb2lab

rng = np.random.default_rng(8)


def text(image):
    return base64.b64encode(np.ascontiguousarray(image, np.uint8).tobytes()).decode()


def to_bytes(image):
    return np.floor(255 * np.clip(image, 0, 1) + 0.5).astype(np.uint8)


# Tissue with glass: random amounts of two stains through Beer and Lambert, glass at 240, sensor noise.
def tissue(size, haematoxylin, eosin, strength):
    y, x = np.mgrid[:size, :size]
    inside = ((y - size / 2) ** 2 + (x - size / 2) ** 2) < (0.42 * size) ** 2
    amounts = np.stack([rng.gamma(1.5, 0.35 * strength[0], (size, size)), rng.gamma(3.0, 0.16 * strength[1], (size, size))], -1)
    density = (amounts * inside[..., None]) @ np.array([haematoxylin, eosin])
    light = 240 * np.exp(-density) - 1 + rng.normal(0, 1.5, (size, size, 3))
    return np.clip(np.round(light), 0, 255).astype(np.uint8), inside


def unit(v):
    return np.asarray(v) / np.linalg.norm(v)


first, first_mask = tissue(56, unit([0.60, 0.70, 0.38]), unit([0.18, 0.85, 0.48]), (1.0, 1.0))
second, second_mask = tissue(56, unit([0.68, 0.62, 0.40]), unit([0.25, 0.80, 0.55]), (0.7, 1.4))


def macenko(image, mask=None, beta=0.15, alpha=1.0, glass=240.0):
    density = -np.log((image.reshape(-1, 3).astype(float) + 1) / glass)
    chosen = density if mask is None else density[mask.reshape(-1)]
    stained = chosen[~np.any(chosen < beta, axis=1)]
    values, vectors = np.linalg.eigh(np.cov(stained.T))
    plane = vectors[:, [2, 1]]
    plane = plane * np.where(plane.sum(0) < 0, -1, 1)
    phi = np.arctan2(stained @ plane[:, 1], stained @ plane[:, 0])
    low, high = np.percentile(phi, [alpha, 100 - alpha])
    v1, v2 = (plane @ np.array([np.cos(p), np.sin(p)]) for p in (low, high))
    stains = np.array([v1, v2] if v1[0] > v2[0] else [v2, v1])
    amounts = np.linalg.lstsq(stains.T, stained.T, rcond=None)[0]
    return {"stains": stains, "maximum": np.percentile(amounts, 99, axis=1)}


def apply_macenko(image, own, target, glass=240.0):
    density = -np.log((image.reshape(-1, 3).astype(float) + 1) / glass)
    amounts = np.linalg.lstsq(own["stains"].T, density.T, rcond=None)[0]
    amounts *= (np.asarray(target["maximum"]) / own["maximum"])[:, None]
    light = glass * np.exp(-(np.asarray(target["stains"]).T @ amounts)).T
    return np.minimum(255, np.floor(light + 0.5)).astype(np.uint8).reshape(image.shape)


def reinhard(image, mask=None):
    lab = rgb2lab(image).reshape(-1, 3)
    if mask is not None:
        lab = lab[mask.reshape(-1)]
    return {"mean": lab.mean(0), "std": lab.std(0)}


def apply_reinhard(image, own, target):
    lab = (rgb2lab(image) - own["mean"]) / own["std"] * target["std"] + target["mean"]
    return to_bytes(lab2rgb(lab))


def plain(estimate):
    return {k: np.asarray(v).tolist() for k, v in estimate.items()}


REFERENCE = {"stains": [[0.5626, 0.7201, 0.4062], [0.2159, 0.8012, 0.5581]], "maximum": [1.9705, 1.0308]}
normalisation = {
    "size": 56, "first": text(first), "second": text(second), "mask": text(first_mask),
    "macenko": {"first": plain(macenko(first)), "masked": plain(macenko(first, first_mask)), "second": plain(macenko(second)),
                "toReference": text(apply_macenko(first, macenko(first), REFERENCE)),
                "toSecond": text(apply_macenko(first, macenko(first), macenko(second)))},
    "reinhard": {"first": plain(reinhard(first)), "masked": plain(reinhard(first, first_mask)), "second": plain(reinhard(second)),
                 "toSecond": text(apply_reinhard(first, reinhard(first, first_mask), reinhard(second)))},
}

# Every corner and face of the colour cube, greys, and random colours.
grid = [0, 1, 60, 128, 200, 254, 255]
colours = np.array([[r, g, b] for r in grid for g in grid for b in grid] + rng.integers(0, 256, (57, 3)).tolist(), np.uint8)
cube = colours.reshape(1, -1, 3)
hsv = rgb2hsv(cube)[0]
spaces = {
    "colours": colours.flatten().tolist(),
    "lab": np.round(rgb2lab(cube)[0], 9).tolist(),
    # scikit-image's hue starts at red, and greys have hue 0: they are told apart by their saturation.
    "hsv": np.round(hsv, 9).tolist(),
    # Decadic densities: scikit-image's are fractions of the density of 1e-6. It cuts negative amounts off.
    # lowmag counts black as a quarter of a grey level.
    "hed": np.round(6 * rgb2hed(np.maximum(cube, 0.25) / 255)[0], 9).tolist(),
    # Ways back, from channels moved a little.
    "fromLab": text(to_bytes(lab2rgb(rgb2lab(cube) + np.array([3, -4, 5.0])))),
    "fromHsv": text(to_bytes(hsv2rgb(np.clip(rgb2hsv(cube) * [1, 0.9, 0.95] + [0, 0.02, 0.01], 0, 1)))),
}

# HED jitter (Tellez 2018) with scikit-image's own conversion where no amount is negative.
amounts = np.stack([rng.uniform(0.1, 0.9, 300), rng.uniform(0.1, 0.6, 300), rng.uniform(0.02, 0.2, 300)], -1)
stained = to_bytes(hed2rgb(amounts.reshape(1, -1, 3) / 6))
alpha, beta = np.array([1.06, 0.93, 1.02]), np.array([0.03, -0.02, 0.01])
separated = 6 * rgb2hed(stained)
kept = np.all(separated[0] > 0, axis=1)
jitter = {"image": text(stained[:, kept]), "pixels": int(kept.sum()), "alpha": alpha.tolist(), "beta": beta.tolist(),
          "output": text(to_bytes(hed2rgb((alpha * separated + beta) / 6))[:, kept])}


# Virtual templates (RandStainNA): centre and spread over images of each image's means and standard deviations.
def channels(image, space):
    tissue_pixels = image.reshape(1, -1, 3)[:, image.reshape(-1, 3).min(1) <= 220]
    if space == "lab":
        return rgb2lab(tissue_pixels)[0]
    if space == "hed":
        rgb = np.maximum(tissue_pixels[0], 0.25) / 255
        return -np.log10(rgb) @ np.linalg.inv([[0.65, 0.70, 0.29], [0.07, 0.99, 0.11], [0.27, 0.57, 0.78]])
    hsv = rgb2hsv(tissue_pixels)[0]
    hsv[:, 0] = (hsv[:, 0] - 1 / 3) % 1
    return hsv


images = [first, second, tissue(40, unit([0.65, 0.70, 0.29]), unit([0.07, 0.99, 0.11]), (1.2, 0.8))[0]]
templates = {"images": [{"size": i.shape[0], "data": text(i)} for i in images], "statistics": {}}
for space in ("lab", "hsv", "hed"):
    own = [channels(i, space) for i in images]
    # A grey has no hue.
    means = np.array([[c[c[:, 1] > 0, 0].mean() if space == "hsv" else c[:, 0].mean(), *c[:, 1:].mean(0)] for c in own])
    stds = np.array([[c[c[:, 1] > 0, 0].std() if space == "hsv" else c[:, 0].std(), *c[:, 1:].std(0)] for c in own])
    templates["statistics"][space] = {"mean": {"centre": means.mean(0).tolist(), "spread": means.std(0).tolist()},
                                      "std": {"centre": stds.mean(0).tolist(), "spread": stds.std(0).tolist()}}

with open("stain.json", "w") as f:
    json.dump({"normalisation": normalisation, "spaces": spaces, "jitter": jitter, "templates": templates}, f)
    f.write("\n")
