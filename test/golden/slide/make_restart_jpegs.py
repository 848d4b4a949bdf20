"""JPEGs with chroma subsampling and restart markers, as some scanners write them, by cjpeg of libjpeg-turbo 2.1.5 (numpy
1.24.2 makes the picture, seed 5). What djpeg of the same version decodes them to stands beside as SHA-256 of packed RGB;
no tolerance.

    python3 make_restart_jpegs.py > restart-jpegs.json
"""
import base64
import hashlib
import json
import subprocess

import numpy as np

WIDTH, HEIGHT = 156, 93
random = np.random.default_rng(5)
y, x = np.mgrid[:HEIGHT, :WIDTH]
image = np.stack([x * 255 / WIDTH, y * 255 / HEIGHT, 128 + 100 * np.sin(x / 5) * np.cos(y / 7)], 2)
image = np.clip(image + random.normal(0, 12, image.shape), 0, 255).astype(np.uint8)
ppm = b"P6 %d %d 255\n" % (WIDTH, HEIGHT) + image.tobytes()

made = {}
for sample in ["1x1", "2x1", "1x2", "2x2"]:
    for restart in ["1B", "2B", "5B", "1"]:
        jpeg = subprocess.run(
            ["cjpeg", "-quality", "70", "-sample", sample, "-restart", restart], input=ppm, capture_output=True, check=True
        ).stdout
        rgb = subprocess.run(["djpeg", "-pnm"], input=jpeg, capture_output=True, check=True).stdout[-3 * WIDTH * HEIGHT :]
        made[f"{sample}, restart {restart}"] = {
            "width": WIDTH,
            "height": HEIGHT,
            "jpeg": base64.b64encode(jpeg).decode(),
            "sha256": hashlib.sha256(rgb).hexdigest(),
        }
print(json.dumps(made, indent=1))
