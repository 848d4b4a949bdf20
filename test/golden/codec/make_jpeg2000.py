"""Writes jpeg2000.json: small JPEG 2000 codestreams, and the SHA-256 of the RGB that opj_decompress and, for coarser or
YCbCr components, OpenSlide's own rule (repeat, then the conversion of JFIF) make of them.

Run: python3 test/golden/codec/make_jpeg2000.py
Versions: OpenJPEG 2.5.0 (opj_compress, opj_decompress), numpy 1.24. Seed 7. Tolerance: none, pixels are equal.
"""
import base64, hashlib, json, pathlib, subprocess, tempfile
import numpy as np

here = pathlib.Path(__file__).parent
rng = np.random.default_rng(7)

def picture(width, height, noise=15):
    y, x = np.mgrid[0:height, 0:width].astype(float)
    rgb = np.stack([128 + 120 * np.sin(x / 9 + y / 17), 128 + 110 * np.cos(x / 5 - y / 11), 255 * ((x // 8 + y // 6) % 2)], -1)
    return np.clip(rgb + rng.normal(0, noise, rgb.shape), 0, 255).astype(np.uint8)

def compress(planes, width, height, sampling, options):
    """Planes one after the other as raw samples; sampling as OpenJPEG writes it, "1x1:2x1:2x1"."""
    with tempfile.TemporaryDirectory() as folder:
        raw, out = f"{folder}/in.raw", f"{folder}/out.j2k"
        pathlib.Path(raw).write_bytes(b"".join(plane.astype(np.uint8).tobytes() for plane in planes))
        form = f"{width},{height},{len(planes)},8,u" + (f"@{sampling}" if sampling else "")
        subprocess.run(["opj_compress", "-i", raw, "-o", out, "-F", form, *options], check=True, capture_output=True)
        return pathlib.Path(out).read_bytes()

def components(codestream, sizes):
    """What opj_decompress makes of each component."""
    with tempfile.TemporaryDirectory() as folder:
        source, out = f"{folder}/in.j2k", f"{folder}/out.raw"
        pathlib.Path(source).write_bytes(codestream)
        subprocess.run(["opj_decompress", "-i", source, "-o", out], check=True, capture_output=True)
        data = np.frombuffer(pathlib.Path(out).read_bytes(), np.uint8)
    planes, at = [], 0
    for width, height in sizes:
        planes.append(data[at:at + width * height].reshape(height, width))
        at += width * height
    assert at == len(data), (at, len(data))
    return planes

def to_rgb(y, cb, cr):
    """OpenSlide's tables (make-tables.c)."""
    half_up = lambda v: np.sign(v) * np.floor(np.abs(v) + 0.5)
    y, cb, cr = (plane.astype(np.int64) for plane in (y, cb, cr))
    red = y + half_up(1.402 * (cr - 128))
    green = y + ((half_up(65536 * (0.5 - 0.34414 * (cb - 128))) + half_up(65536 * -0.71414 * (cr - 128))).astype(np.int64) >> 16)
    blue = y + half_up(1.772 * (cb - 128))
    return np.clip(np.stack([red, green, blue], -1), 0, 255).astype(np.uint8)

cases = []
def add(name, planes, width, height, options, steps=((1, 1), (1, 1), (1, 1)), colour="rgb"):
    steps = steps[:len(planes)]
    sampling = ":".join(f"{x}x{y}" for x, y in steps) if any(step != (1, 1) for step in steps) else ""
    stream = compress(planes, width, height, sampling, options)
    # opj_decompress converts coarser components by a rule of its own, so those are written without loss.
    found = components(stream, [(width, height)] * len(planes)) if sampling == "" else planes
    found = [np.repeat(np.repeat(plane, y, 0), x, 1)[:height, :width] for plane, (x, y) in zip(found, steps)]
    if len(found) == 1: found = found * 3
    rgb = to_rgb(*found) if colour == "ycbcr" else np.stack(found, -1)
    cases.append({"name": name, "width": width, "height": height, "colour": colour, "jpeg2000": base64.b64encode(stream).decode(),
                  "sha256": hashlib.sha256(rgb.tobytes()).hexdigest()})

def planes_of(rgb): return [rgb[:, :, i] for i in range(3)]

for width, height in [(1, 1), (7, 5), (64, 64), (67, 53)]:
    levels = ["-n", "1"] if min(width, height) < 16 else []
    add(f"reversible {width} x {height}", planes_of(picture(width, height)), width, height, levels)
    add(f"irreversible {width} x {height}", planes_of(picture(width, height)), width, height, ["-I", "-r", "8", *levels])
add("without colour transform", planes_of(picture(50, 40)), 50, 40, ["-mct", "0", "-r", "6"])
add("three layers, RPCL, small precincts", planes_of(picture(90, 70)), 90, 70, ["-r", "20,10,5", "-p", "RPCL", "-c", "[64,64],[32,32]", "-b", "16,16"])
add("four tiles", planes_of(picture(80, 60)), 80, 60, ["-t", "40,30", "-n", "4", "-r", "6"])
add("bypass, termination, markers", planes_of(picture(60, 60)), 60, 60, ["-M", "63", "-SOP", "-EPH"])
add("grey", [picture(50, 40)[:, :, 0]], 50, 40, ["-r", "5"])
add("YCbCr 4:4:4", planes_of(picture(48, 48)), 48, 48, ["-mct", "0", "-I", "-r", "5"], colour="ycbcr")
for name, step in [("4:2:2", (2, 1)), ("4:2:0", (2, 2))]:
    full = picture(64, 48)
    coarse = full[::step[1], ::step[0]]
    add(f"YCbCr {name}", [full[:, :, 0], coarse[:, :, 1], coarse[:, :, 2]], 64, 48, ["-mct", "0"],
        ((1, 1), step, step), "ycbcr")
(here / "jpeg2000.json").write_text(json.dumps({"cases": cases}, indent=1) + "\n")
