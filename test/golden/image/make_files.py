"""Image files of every kind that lowmag must read or refuse, with the pixels expected, for test/image/decode.test.ts.

Run: /usr/bin/python3 make_files.py   (made with Pillow 9.4, numpy 1.24; seed 3)
Writes files/* and files.json: for each readable file its size, µm/px and RGB bytes. Lossless files are compared exactly;
lossy ones (JPEG, WebP) within a few grey levels, because decoders differ.
"""
import io
import json
import struct
import zlib

import numpy as np
from PIL import Image, ImageCms

rng = np.random.default_rng(3)
W, H = 9, 7
rgb = rng.integers(0, 256, (H, W, 3), dtype=np.uint8)
grey = rng.integers(0, 256, (H, W), dtype=np.uint8)
alpha = rng.integers(0, 256, (H, W), dtype=np.uint8)
rgb16 = rng.integers(0, 65536, (H, W, 3), dtype=np.uint16)
rgb16[0, 0] = [128, 129, 65535]  # round(128 / 257) = 0, round(129 / 257) = 1
alpha16 = rng.integers(0, 65536, (H, W), dtype=np.uint16)
smooth = np.stack(np.broadcast_arrays(np.linspace(90, 220, 32)[None, :], np.linspace(60, 200, 24)[:, None], 150.0), -1)
smooth = smooth.round().astype(np.uint8)
expected = {}


def expect(name, pixels, mpp=None, exact=True):
    h, w = pixels.shape[:2]
    expected[name] = {"width": w, "height": h, "mpp": mpp, "exact": exact, "pixels": pixels.astype(int).flatten().tolist()}


def replicate(plane):
    return np.stack([plane] * 3, -1)


def over_white(colour, a, white):
    """Exact rational compositing, rounded half up to 8 bits."""
    c, a = colour.astype(object), a.astype(object)[..., None]
    top = 255 * (c * a + white * (white - a))
    return ((2 * top + white * white) // (2 * white * white)).astype(np.int64)


def png(name, kind, depth, samples, extra=b""):
    """A PNG written by hand: Pillow cannot write 16-bit RGB."""
    rows = samples.astype(">u2" if depth == 16 else np.uint8)
    raw = b"".join(b"\0" + row.tobytes() for row in rows)
    chunk = lambda t, d: struct.pack(">I", len(d)) + t + d + struct.pack(">I", zlib.crc32(t + d))
    h, w = samples.shape[:2]
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, depth, kind, 0, 0, 0))
    data += (chunk(b"pHYs", extra) if extra else b"") + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b"")
    open("files/" + name, "wb").write(data)


to8 = lambda v: (2 * v.astype(np.int64) + 257) // 514  # round(v / 257), half up
png("rgb.png", 2, 8, rgb, struct.pack(">IIB", 1000000, 1000000, 1)); expect("rgb.png", rgb, 1.0)
png("rgb-72dpi.png", 2, 8, rgb, struct.pack(">IIB", 2835, 2835, 1)); expect("rgb-72dpi.png", rgb)
png("rgb-aspect.png", 2, 8, rgb, struct.pack(">IIB", 1000000, 1000000, 0)); expect("rgb-aspect.png", rgb)
png("grey.png", 0, 8, grey); expect("grey.png", replicate(grey))
png("grey-alpha.png", 4, 8, np.stack([grey, alpha], -1)); expect("grey-alpha.png", over_white(replicate(grey), alpha, 255))
png("rgba.png", 6, 8, np.dstack([rgb, alpha])); expect("rgba.png", over_white(rgb, alpha, 255))
png("rgb16.png", 2, 16, rgb16); expect("rgb16.png", to8(rgb16))
png("grey16.png", 0, 16, rgb16[..., 1]); expect("grey16.png", replicate(to8(rgb16[..., 1])))
png("grey-alpha16.png", 4, 16, np.stack([rgb16[..., 1], alpha16], -1))
expect("grey-alpha16.png", over_white(replicate(rgb16[..., 1]), alpha16, 65535))
png("rgba16.png", 6, 16, np.dstack([rgb16, alpha16])); expect("rgba16.png", over_white(rgb16, alpha16, 65535))
png("one-pixel.png", 2, 8, rgb[:1, :1]); expect("one-pixel.png", rgb[:1, :1])

palette = Image.fromarray(rgb).quantize(8)
palette.save("files/palette.png"); expect("palette.png", np.asarray(palette.convert("RGB")))
one_bit = Image.fromarray(grey).convert("1", dither=0)
one_bit.save("files/one-bit.png"); expect("one-bit.png", replicate(np.asarray(one_bit) * 255))

# An sRGB profile with the primaries of red and blue exchanged: whoever applies it changes the colours grossly.
profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
profile = profile.replace(b"rXYZ", b"tmp!", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"tmp!", b"bXYZ", 1)
Image.fromarray(rgb).save("files/icc.png", icc_profile=profile); expect("icc.png", rgb)

tiff = lambda name, image, **k: Image.fromarray(image).save("files/" + name, compression="tiff_lzw", **k)
tiff("half-micron.tif", rgb, resolution_unit="cm", resolution=20000.0); expect("half-micron.tif", rgb, 0.5)
tiff("inch.tif", rgb, resolution_unit="inch", resolution=25400.0); expect("inch.tif", rgb, 1.0)
tiff("printer.tif", rgb, resolution_unit="inch", resolution=300.0); expect("printer.tif", rgb)
tiff("grey16.tif", rgb16[..., 0]); expect("grey16.tif", replicate(to8(rgb16[..., 0])))
tiff("float.tif", grey.astype(np.float32) / 255)
pages = io.BytesIO()
Image.fromarray(rgb).save(pages, "TIFF", save_all=True, append_images=[Image.fromarray(255 - rgb)])
open("files/pages.tif", "wb").write(pages.getvalue()); expect("pages.tif", rgb)

jpeg = lambda name, image, **k: image.save("files/" + name, quality=95, subsampling=0, **k)
jpeg("micron.jpg", Image.fromarray(smooth), dpi=(25400, 25400)); expect("micron.jpg", smooth, 1.0, exact=False)
exif = Image.Exif(); exif[0x0112] = 6  # "rotate by 90 degrees"
jpeg("turned.jpg", Image.fromarray(smooth), exif=exif); expect("turned.jpg", smooth, exact=False)
jpeg("grey.jpg", Image.fromarray(smooth[..., 0]).convert("L")); expect("grey.jpg", replicate(smooth[..., 0]), exact=False)
jpeg("cmyk.jpg", Image.fromarray(smooth).convert("CMYK"))
Image.fromarray(smooth).convert("CMYK").save("files/cmyk.tif", compression="tiff_lzw")
Image.fromarray(rgb).save("files/lossless.webp", lossless=True, exact=True); expect("lossless.webp", rgb)
Image.fromarray(rgb).save("files/other.gif")

with open("files.json", "w") as f:
    json.dump(expected, f)
    f.write("\n")
