"""Regions of real slides as independent readers see them: SHA-256 of packed RGB.

Made with OpenSlide 3.4.1 (libjpeg-turbo 2.1.5, OpenJPEG 2.5.0) through openslide-python 1.2.0, and, for files that it
does not read, with tifffile 2023.2.3 and Pillow 9.4 (libjpeg-turbo 2.1.5). Run:
  python3 make_regions.py FOLDER-OF-SLIDES > regions.json
Windows are in pixels of their level; what lies outside is white. Places at a level are whole multiples of its
downsample, where OpenSlide does not interpolate. Tolerance: none, pixels are identical.
"""
import hashlib
import io
import json
import os
import sys

import numpy
import openslide
import PIL.Image
import tifffile

FOLDER = sys.argv[1]


def digest(rgb):
    return hashlib.sha256(numpy.ascontiguousarray(rgb).tobytes()).hexdigest()


def over_white(rgba):
    white = PIL.Image.new("RGB", rgba.size, (255, 255, 255))
    white.paste(rgba, mask=rgba.getchannel("A"))
    return numpy.asarray(white)


def with_openslide(name, windows):
    slide = openslide.OpenSlide(os.path.join(FOLDER, name))
    levels = []
    for level, left, top, width, height in windows:
        scale = round(slide.level_downsamples[level])
        region = slide.read_region((left * scale, top * scale), level, (width, height))
        levels.append({"level": level, "window": [left, top, width, height], "sha256": digest(over_white(region))})
    pictures = {
        key: {"size": image.size, "sha256": digest(numpy.asarray(image.convert("RGB")))}
        for key, image in sorted(slide.associated_images.items())
    }
    return {
        "reader": "openslide",
        "levels": [list(size) for size in slide.level_dimensions],
        "regions": levels,
        "associated": pictures,
    }


def from_array(name, whole, windows):
    regions = []
    for level, left, top, width, height in windows:
        part = numpy.full((height, width, 3), 255, numpy.uint8)
        inside = whole[max(0, top) : top + height, max(0, left) : left + width]
        y, x = max(0, -top), max(0, -left)
        part[y : y + inside.shape[0], x : x + inside.shape[1]] = inside
        regions.append({"level": level, "window": [left, top, width, height], "sha256": digest(part)})
    return {"reader": "tifffile", "levels": [[whole.shape[1], whole.shape[0]]], "regions": regions, "associated": {}}


def jpeg_tiles(name):
    """Every tile by itself through Pillow, as a JPEG file of its own."""
    with tifffile.TiffFile(os.path.join(FOLDER, name)) as tif:
        page = tif.pages[0]
        columns = -(-page.imagewidth // page.tilewidth)
        whole = numpy.zeros((page.imagelength + page.tilelength, page.imagewidth + page.tilewidth, 3), numpy.uint8)
        for k, (offset, count) in enumerate(zip(page.dataoffsets, page.databytecounts)):
            tif.filehandle.seek(offset)
            tile = numpy.asarray(PIL.Image.open(io.BytesIO(tif.filehandle.read(count))).convert("RGB"))
            y, x = k // columns * page.tilelength, k % columns * page.tilewidth
            whole[y : y + page.tilelength, x : x + page.tilewidth] = tile
        return whole[: page.imagelength, : page.imagewidth]


def sixteen_bit_grey(name):
    values = tifffile.imread(os.path.join(FOLDER, name), key=0).astype(numpy.int64)
    return numpy.repeat(((2 * values + 257) // 514).astype(numpy.uint8)[:, :, None], 3, axis=2)


PYRAMID = [
    (0, 0, 0, 256, 256),
    (0, 1900, 2100, 224, 224),
    (0, 3001, 2999, 300, 200),
    (0, -50, -20, 200, 100),
    (1, 512, 1024, 256, 256),
    (1, 777, 333, 500, 300),
    (3, 100, 100, 700, 700),
    (6, -10, -10, 220, 220),
]
CMU = [(0, 0, 0, 240, 240), (0, 700, 1100, 224, 224), (0, 2100, 2900, 240, 240), (0, 0, 0, 2220, 2967)]
TCGA = [(0, 0, 0, 256, 256), (0, 1000, 1500, 300, 300), (0, 4300, 3400, 256, 256), (1, 0, 0, 900, 800)]  # 2.0005: only 0, 0 is whole
WHOLE = [(0, 0, 0, 512, 512), (0, 300, 400, 600, 500), (0, -10, -10, 90, 90)]

slides = {
    "CMU-1-Small-Region.svs": with_openslide("CMU-1-Small-Region.svs", CMU),
    "tcga-cr-7395-01a-01-ts1.svs": with_openslide("tcga-cr-7395-01a-01-ts1.svs", TCGA),
    "skin-10x-mpp1.172-11264x11264.tif": with_openslide("skin-10x-mpp1.172-11264x11264.tif", PYRAMID),
    "oral_scc_4x_mpp2.930_8256x8064.tif": with_openslide("oral_scc_4x_mpp2.930_8256x8064.tif", PYRAMID),
    "OS-1-detail.ome.tif": from_array("", jpeg_tiles("OS-1-detail.ome.tif"), WHOLE),
    "OS-2-ndpi.ome.tif": from_array("", jpeg_tiles("OS-2-ndpi.ome.tif"), WHOLE),
    "aperio_raw_500x400_jp2k_1chnl.tif": from_array("", sixteen_bit_grey("aperio_raw_500x400_jp2k_1chnl.tif"), WHOLE),
}
json.dump(slides, sys.stdout, indent=1)
print()
