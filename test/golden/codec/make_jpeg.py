"""Writes jpeg.json: small JPEG streams of every sampling and kind, and the SHA-256 of the RGB that libjpeg-turbo's djpeg
makes of them (accurate DCT, fancy upsampling: its defaults).

Run: python3 test/golden/codec/make_jpeg.py
Versions: libjpeg-turbo 2.1.5 (cjpeg, djpeg, jpegtran), numpy 1.24. Seed 7. Tolerance: none, pixels are equal.
"""
import base64, hashlib, json, pathlib, subprocess
import numpy as np

here = pathlib.Path(__file__).parent
rng = np.random.default_rng(7)

def run(command, data):
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout

def picture(width, height, noise):
    """Smooth colours, edges and noise."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    rgb = np.stack([128 + 120 * np.sin(x / 9 + y / 17), 128 + 110 * np.cos(x / 5 - y / 11), 255 * ((x // 8 + y // 6) % 2)], -1)
    return np.clip(rgb + rng.normal(0, noise, rgb.shape), 0, 255).astype(np.uint8)

def ppm(rgb):
    return b"P6 %d %d 255\n" % (rgb.shape[1], rgb.shape[0]) + rgb.tobytes()

def decoded(jpeg):
    """djpeg's PPM (or PGM, for grey), as RGB."""
    out = run(["djpeg"], jpeg)
    kind, size, _, pixels = out.split(b"\n", 3)
    width, height = map(int, size.split())
    pixels = np.frombuffer(pixels, np.uint8).reshape(height, width, -1)
    return np.repeat(pixels, 3, 2) if kind == b"P5" else pixels

cases = []
def add(name, jpeg, colour="unknown"):
    rgb = decoded(jpeg)
    cases.append({"name": name, "width": rgb.shape[1], "height": rgb.shape[0], "colour": colour,
                  "jpeg": base64.b64encode(jpeg).decode(), "sha256": hashlib.sha256(rgb.tobytes()).hexdigest()})

samplings = {"4:4:4": "1x1", "4:2:2": "2x1", "4:2:0": "2x2", "4:4:0": "1x2", "4:1:1": "4x1", "4:1:0": "4x2"}
for name, factors in samplings.items():
    for width, height in [(1, 1), (3, 2), (8, 8), (17, 33), (67, 53)]:
        jpeg = run(["cjpeg", "-quality", "85", "-sample", factors], ppm(picture(width, height, 20)))
        add(f"{name} {width} x {height}", jpeg)
    add(f"{name} 40 x 40, coarse", run(["cjpeg", "-quality", "5", "-sample", factors], ppm(picture(40, 40, 60))))
    add(f"{name} 50 x 50, restarts", run(["cjpeg", "-restart", "1B", "-sample", factors], ppm(picture(50, 50, 20))))
    add(f"{name} 50 x 50, optimised", run(["cjpeg", "-quality", "100", "-optimize", "-sample", factors], ppm(picture(50, 50, 5))))
    add(f"{name} 61 x 47, progressive", run(["cjpeg", "-progressive", "-sample", factors], ppm(picture(61, 47, 20))))
for factors in ["1x1", "2x2"]:
    scans = here / "scans.txt"
    scans.write_text("0;\n1;\n2;\n")
    add(f"{factors}, a scan for each component", run(["cjpeg", "-scans", str(scans), "-sample", factors], ppm(picture(45, 39, 20))))
    scans.unlink()
for width, height in [(1, 1), (9, 7), (64, 48)]:
    add(f"grey {width} x {height}", run(["cjpeg", "-grayscale"], ppm(picture(width, height, 20))))
add("grey, progressive", run(["cjpeg", "-grayscale", "-progressive"], ppm(picture(33, 21, 20))))
add("RGB with an Adobe marker", run(["cjpeg", "-rgb"], ppm(picture(40, 30, 20))), "ycbcr")
add("4:2:0 of 256 x 256", run(["cjpeg", "-quality", "75"], ppm(picture(256, 256, 6))))
(here / "jpeg.json").write_text(json.dumps({"cases": cases}, indent=1) + "\n")
