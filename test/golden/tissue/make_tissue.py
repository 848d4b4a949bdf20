"""Thresholds, components, filters by area, growing and pieces by scikit-image and SciPy, for test/tissue.

Run: /usr/bin/python3 make_tissue.py   (made with scikit-image 0.19.3, scipy 1.10.1, numpy 1.24.2; seed 3)
Writes tissue.json. Everything is compared exactly: thresholds, labels, masks are whole numbers.
"""
import base64
import json

import numpy as np
from scipy import ndimage
from skimage.filters import threshold_otsu
from skimage.measure import label, regionprops
from skimage.morphology import remove_small_holes, remove_small_objects

rng = np.random.default_rng(3)


def text(mask):
    return base64.b64encode(np.asarray(mask, np.uint8).tobytes()).decode()


def blobs(height, width, sigma, share):
    noise = ndimage.gaussian_filter(rng.random((height, width)), sigma, mode="wrap")
    return noise > np.quantile(noise, 1 - share)


def two_humps(low, high, spread, share, count=4000):
    which = rng.random(count) < share
    return np.clip(np.round(np.where(which, high, low) + spread * rng.standard_normal(count)), 0, 255).astype(np.uint8)


otsu = []
for parameters in [(20, 90, 5, 0.4), (5, 30, 4, 0.1), (100, 140, 15, 0.5), (3, 200, 2, 0.02), (60, 70, 20, 0.9)]:
    values = two_humps(*parameters)
    otsu.append({"histogram": np.bincount(values, minlength=256).tolist(), "threshold": int(threshold_otsu(values))})

masks = []
for height, width, sigma, share in [(48, 64, 0.8, 0.4), (40, 40, 1.6, 0.5), (31, 57, 0.5, 0.55), (64, 48, 2.5, 0.3)]:
    mask = blobs(height, width, sigma, share)
    distance = ndimage.distance_transform_edt(~mask)
    masks.append({
        "width": width, "height": height, "mask": text(mask),
        "label8": int(label(mask, connectivity=2).max()), "label4": int(label(mask, connectivity=1).max()),
        "labels8": text(label(mask, connectivity=2)),
        "without12": text(remove_small_objects(mask, 12, connectivity=2)),
        # scikit-image fills holes at the border too; lowmag does not, so the border's background is put back.
        "filled20": text(mask | (remove_small_holes(mask, 20, connectivity=1) & ndimage.binary_fill_holes(mask))),
        "grown": [{"radius": radius, "mask": text(distance <= radius)} for radius in (1, 1.5, 2.9, 5, 11.25)],
    })

# Pieces: 8 um per pixel, gaps up to 40 um joined, at least 2,000 um2 (31.25 pixels).
mpp, gap, minimum = 8.0, 40.0, 2000.0
pieces = []
for height, width, sigma, share in [(60, 80, 2.2, 0.12), (80, 60, 1.2, 0.06), (70, 70, 3.0, 0.25)]:
    mask = blobs(height, width, sigma, share)
    joined = label(ndimage.distance_transform_edt(~mask) <= gap / 2 / mpp, connectivity=2)
    found = [p for p in regionprops(joined * mask) if p.area * mpp**2 >= minimum]
    found.sort(key=lambda p: (p.bbox[0], p.bbox[1]))
    pieces.append({
        "width": width, "height": height, "mask": text(mask),
        "pieces": [{"left": p.bbox[1], "top": p.bbox[0], "width": p.bbox[3] - p.bbox[1], "height": p.bbox[2] - p.bbox[0],
                    "area": float(p.area * mpp**2)} for p in found],
    })

with open("tissue.json", "w") as f:
    json.dump({"otsu": otsu, "masks": masks, "pieces": pieces}, f)
    f.write("\n")
