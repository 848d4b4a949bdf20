"""Makes jpeg2000-tiles.json: the test pattern's tiles as JPEG 2000 by opj_compress (OpenJPEG 2.5.0), since no npm package
encodes it. The pattern is drawn here a second time, by the formulas of test/support/slide-writers/pattern.ts.

Run: python3 make_jpeg2000_tiles.py   (needs numpy and opj_compress; no randomness)
"""
import base64, json, os, re, subprocess, tempfile
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
MPP, WIDTH, HEIGHT, TILE = 0.265, 1203, 907, 240
SOURCE = open(os.path.join(HERE, "../../support/slide-writers/pattern.ts")).read()
NUMBERS = r"disc\(([\d.]+), ([\d.]+), (\d+), (\d+), (\d+)\)"
DISCS = [tuple(float(v) for v in match) for match in re.findall(NUMBERS, SOURCE)]
RADIUS = 11.5
assert len(DISCS) == 12


def pattern():
    x = (np.arange(WIDTH) + 0.5)[None, :] * MPP
    y = (np.arange(HEIGHT) + 0.5)[:, None] * MPP
    image = np.stack([255 - 0.05 * x + 0 * y, 255 - 0.07 * y + 0 * x, 250 + 0 * x + 0 * y], -1)
    for cx, cy, *colour in DISCS:
        cover = np.clip((RADIUS - np.hypot(x - cx, y - cy)) / MPP + 0.5, 0, 1)[..., None]
        image = image + cover * (np.array(colour) - image)
    return np.floor(image + 0.5)


def area_mean(image, width, height):
    def weights(source, target):
        w = np.zeros((target, source))
        for i in range(target):
            a, b = i * source / target, (i + 1) * source / target
            for s in range(int(a), min(source, int(np.ceil(b)))):
                w[i, s] = max(0, min(b, s + 1) - max(a, s))
        return w / w.sum(1, keepdims=True)

    rows, columns = weights(image.shape[0], height), weights(image.shape[1], width)
    return np.floor(np.einsum("ys,sxc->yxc", rows, np.einsum("xs,ysc->yxc", columns, image)) + 0.5)


def ycbcr(rgb):
    r, g, b = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    return np.clip(np.round(np.stack([
        0.299 * r + 0.587 * g + 0.114 * b,
        128 - 0.168735892 * r - 0.331264108 * g + 0.5 * b,
        128 + 0.5 * r - 0.418687589 * g - 0.081312411 * b], -1)), 0, 255)


def compress(tile, colour):
    with tempfile.TemporaryDirectory() as folder:
        raw, out = os.path.join(folder, "a.raw"), os.path.join(folder, "a.j2k")
        planes = tile if colour == "rgb" else ycbcr(tile)
        planes = [planes[..., c] for c in range(3)]
        sampling = "1x1:1x1:1x1"
        if colour == "ycbcr-422":
            planes = [planes[0]] + [(p[:, ::2] + p[:, 1::2]) / 2 for p in planes[1:]]
            sampling = "1x1:2x1:2x1"
        data = b"".join(np.round(p).astype(np.uint8).tobytes() for p in planes)
        open(raw, "wb").write(data)
        subprocess.run(["opj_compress", "-i", raw, "-o", out, "-F", f"{TILE},{TILE},3,8,u@{sampling}", "-mct",
                        "1" if colour == "rgb" else "0", "-I", "-q", "48", "-n", "4"], check=True, capture_output=True)
        return base64.b64encode(open(out, "rb").read()).decode()


def tiles(image, colour):
    height, width = image.shape[:2]
    padded = np.pad(image, ((0, -height % TILE), (0, -width % TILE), (0, 0)), mode="edge")
    return [compress(padded[y:y + TILE, x:x + TILE], colour)
            for y in range(0, height, TILE) for x in range(0, width, TILE)]


def main():
    finest = pattern()
    levels = [finest, area_mean(finest, WIDTH // 4, HEIGHT // 4)]
    golden = {"tileSize": TILE, "downsamples": [1, 4]}
    for colour in ("rgb", "ycbcr-444", "ycbcr-422"):
        golden[colour] = [tiles(level, colour) for level in levels]
    with open(os.path.join(HERE, "jpeg2000-tiles.json"), "w") as file:
        json.dump(golden, file, indent=0)
        file.write("\n")


main()
