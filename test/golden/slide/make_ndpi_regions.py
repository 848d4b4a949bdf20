"""Regions of the real NDPI slide as OpenSlide 3.4.1 sees them (openslide-python 1.2.0): SHA-256 of packed RGB. Places are
whole multiples of the downsample; its levels 4 to 6 are no levels of the file but reduced decodes, and left out.

    python3 make_ndpi_regions.py FOLDER_OF_SLIDES > ndpi-regions.json
"""
import hashlib
import json
import sys

import numpy as np
import openslide

NAME = "test3-DAPI-2-387.ndpi"
slide = openslide.OpenSlide(f"{sys.argv[1]}/{NAME}")


def sha256(image):
    return hashlib.sha256(np.ascontiguousarray(np.asarray(image.convert("RGB"))).tobytes()).hexdigest()


windows = [(0, 0, 0, 600, 600), (0, 1537, 2049, 777, 300), (1, 100, 1000, 800, 700), (2, 3, 5, 980, 1200), (3, 0, 0, 496, 608)]
regions = []
for level, left, top, width, height in windows:
    scale = round(slide.level_downsamples[level])
    image = slide.read_region((left * scale, top * scale), level, (width, height))
    regions.append({"level": level, "window": [left, top, width, height], "sha256": sha256(image)})
macro = slide.associated_images["macro"]
made = {
    "name": NAME,
    "levels": [list(size) for size in slide.level_dimensions[:4]],
    "mpp": float(slide.properties["openslide.mpp-x"]),
    "regions": regions,
    "macro": {"size": list(macro.size), "sha256": sha256(macro)},
}
print(json.dumps(made, indent=1))
