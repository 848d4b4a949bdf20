"""Colour jitter by torchvision on a float tensor, for test/image/jitter.test.ts.

Run: /usr/bin/python3 make_jitter.py   (made with torch 1.13.0a0, torchvision 0.14.1a0, numpy 1.24; seed 5)
Writes jitter.json. Tolerance 2e-6 absolute: torchvision computes in float32, lowmag in float64 stored as float32; a hue
at the border of two sextants is continuous, so no larger difference can come of it.
"""
import json

import numpy as np
import torch
import torchvision.transforms.functional as TF

rng = np.random.default_rng(5)
image = rng.random((3, 6, 8)).astype(np.float32)
# The corners of the colour cube, greys, ties of two channels: every case of the hue formula.
special = [(0, 0, 0), (1, 1, 1), (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (0, 1, 1), (1, 0, 1),
           (0.5, 0.5, 0.5), (0.25, 0.25, 0.75), (0.75, 0.25, 0.25), (0.25, 0.75, 0.75)]
for k, colour in enumerate(special):
    image[:, k // 8, k % 8] = colour
x = torch.from_numpy(image)
apply = {"brightness": TF.adjust_brightness, "contrast": TF.adjust_contrast,
         "saturation": TF.adjust_saturation, "hue": TF.adjust_hue}


def case(*steps):
    y = x.clone()
    for name, factor in steps:
        y = apply[name](y, factor)
    return {"steps": [{"name": n, "factor": f} for n, f in steps],
            "output": [round(float(v), 7) for v in y.flatten()]}


cases = [case((name, factor)) for name in ("brightness", "contrast", "saturation") for factor in (0.0, 0.55, 1.45)]
cases += [case(("hue", factor)) for factor in (-0.5, -0.2, -0.03, 0.11, 0.2, 0.5)]
cases += [case(("brightness", 1.3), ("contrast", 0.6), ("saturation", 1.4), ("hue", -0.13)),
          case(("hue", 0.17), ("saturation", 0.7), ("contrast", 1.5), ("brightness", 0.8)),
          case(("contrast", 1.2), ("hue", 0.2), ("brightness", 1.5), ("saturation", 0.5))]
with open("jitter.json", "w") as f:
    json.dump({"height": 6, "width": 8, "input": [round(float(v), 7) for v in image.flatten()], "cases": cases}, f)
    f.write("\n")
