"""Writes tiff.json: strips of TIFF files as libtiff compresses them (LZW, PackBits, deflate; with and without the
horizontal predictor; 8 and 16 bits; both byte orders), and the SHA-256 of the samples they came from.

Run: python3 test/golden/codec/make_tiff.py
Versions: libtiff 4.5 (tiffcp), numpy 1.24. Seed 7. Tolerance: none.
"""
import base64, hashlib, json, pathlib, struct, subprocess, tempfile
import numpy as np

here = pathlib.Path(__file__).parent
rng = np.random.default_rng(7)

def picture(width, height, samples, dtype, noise):
    y, x = np.mgrid[0:height, 0:width].astype(float)
    top = np.iinfo(dtype).max
    planes = [top * (0.5 + 0.4 * np.sin(x / (9 + i) + y / 17)) for i in range(samples)]
    image = np.stack(planes, -1) + rng.normal(0, noise, (height, width, samples))
    return np.clip(image, 0, top).astype(dtype)

def plain_tiff(image, order):
    """A baseline TIFF with one strip."""
    height, width, samples = image.shape
    bits = image.dtype.itemsize * 8
    data = image.astype(image.dtype.newbyteorder(order)).tobytes()
    entries = [(256, 4, 1, width), (257, 4, 1, height), (259, 3, 1, 1), (262, 3, 1, 2 if samples == 3 else 1),
               (277, 3, 1, samples), (278, 4, 1, height), (279, 4, 1, len(data))]
    out = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
    count = len(entries) + 2
    depth_at = 8 + 2 + 12 * count + 4
    data_at = depth_at + 2 * samples
    entries += [(258, 3, samples, bits if samples == 1 else depth_at), (273, 4, 1, data_at)]
    body = struct.pack(order + "H", count)
    for tag, kind, n, value in sorted(entries):
        body += struct.pack(order + "HHI", tag, kind, n)
        body += struct.pack(order + "HH", value, 0) if kind == 3 and n == 1 else struct.pack(order + "I", value)
    return out + body + struct.pack(order + "I", 0) + struct.pack(order + f"{samples}H", *[bits] * samples) + data

def strip_of(tiff, order):
    """The bytes of the only strip."""
    (at,) = struct.unpack_from(order + "I", tiff, 4)
    (count,) = struct.unpack_from(order + "H", tiff, at)
    found = {}
    for i in range(count):
        tag, kind, n = struct.unpack_from(order + "HHI", tiff, at + 2 + 12 * i)
        (found[tag],) = struct.unpack_from(order + ("H" if kind == 3 else "I"), tiff, at + 10 + 12 * i)
        assert tag not in (273, 279) or n == 1, (tag, n)
    return tiff[found[273]:found[273] + found[279]]

cases = []
def add(name, image, order, compression, predictor):
    with tempfile.TemporaryDirectory() as folder:
        source, out = pathlib.Path(folder) / "in.tif", pathlib.Path(folder) / "out.tif"
        source.write_bytes(plain_tiff(image, order))
        option = compression + (f":{predictor}" if compression != "packbits" else "")
        subprocess.run(["tiffcp", "-r", str(image.shape[0]), "-L" if order == "<" else "-B", "-c", option, source, out], check=True)
        strip = strip_of(out.read_bytes(), order)
    height, width, samples = image.shape
    cases.append({"name": name, "compression": compression, "predictor": predictor, "width": width, "height": height,
                  "samples": samples, "bits": image.dtype.itemsize * 8, "littleEndian": order == "<",
                  "strip": base64.b64encode(strip).decode(),
                  "sha256": hashlib.sha256(image.astype(image.dtype.newbyteorder(order)).tobytes()).hexdigest()})

for compression in ["lzw", "packbits", "zip"]:
    for predictor in [1, 2] if compression != "packbits" else [1]:
        label = f"{compression}, predictor {predictor}"
        add(f"{label}, RGB", picture(61, 47, 3, np.uint8, 6), "<", compression, predictor)
        add(f"{label}, grey", picture(53, 31, 1, np.uint8, 1), "<", compression, predictor)
        add(f"{label}, flat", np.full((90, 110, 3), 245, np.uint8), "<", compression, predictor)
        if compression != "packbits":
            for order in "<>":
                add(f"{label}, 16 bits {order}", picture(23, 19, 3, np.uint16, 900), order, compression, predictor)
add("lzw, predictor 1, noise that fills the table", rng.integers(0, 256, (40, 80, 3)).astype(np.uint8), "<", "lzw", 1)
(here / "tiff.json").write_text(json.dumps({"cases": cases}, indent=1) + "\n")
