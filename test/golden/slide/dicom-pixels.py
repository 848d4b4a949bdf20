"""Pixels of the real DICOM slides by an independent reader: pydicom finds the frames, Pillow (libjpeg-turbo, OpenJPEG)
decodes them, numpy puts them together and crops. Written with pydicom 2.3.1, Pillow 9.4.0, numpy 1.24.2 (Debian 12).

The JSON holds sizes, pixel spacing and SHA-256 of the RGB bytes of the whole total pixel matrix. No tolerance: libjpeg-turbo
and lossless JPEG 2000 have one answer.

Usage: python3 dicom-pixels.py FOLDER_OF_SLIDES > dicom-pixels.json
"""
import hashlib
import io
import json
import sys
from pathlib import Path

import numpy as np
import pydicom
from PIL import Image
from pydicom.encaps import generate_pixel_data_frame


def frames(dataset):
    if dataset.file_meta.TransferSyntaxUID.is_compressed:
        for data in generate_pixel_data_frame(dataset.PixelData, int(dataset.NumberOfFrames)):
            yield np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    else:
        shape = (int(dataset.NumberOfFrames), dataset.Rows, dataset.Columns, dataset.SamplesPerPixel)
        yield from np.frombuffer(dataset.PixelData, np.uint8)[: np.prod(shape)].reshape(shape)


def whole(dataset):
    width, height = dataset.TotalPixelMatrixColumns, dataset.TotalPixelMatrixRows
    columns = -(-width // dataset.Columns)
    rows = -(-height // dataset.Rows)
    image = np.zeros((rows * dataset.Rows, columns * dataset.Columns, 3), np.uint8)
    for i, frame in enumerate(frames(dataset)):
        row, column = divmod(i, columns)
        image[row * dataset.Rows :, column * dataset.Columns :][: dataset.Rows, : dataset.Columns] = frame
    return image[:height, :width]


def spacing(dataset):
    try:
        measures = dataset.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
        return [float(value) for value in measures.PixelSpacing]
    except AttributeError:
        return None


facts = {}
for path in sorted(Path(sys.argv[1]).glob("*.dcm")):
    dataset = pydicom.dcmread(path)
    image = whole(dataset)
    facts[path.name] = {
        "width": image.shape[1],
        "height": image.shape[0],
        "frames": int(dataset.NumberOfFrames),
        "tile": [dataset.Columns, dataset.Rows],
        "spacing": spacing(dataset),
        "sha256": hashlib.sha256(np.ascontiguousarray(image).tobytes()).hexdigest(),
        "mean": [round(float(value), 3) for value in image.reshape(-1, 3).mean(0)],
    }
json.dump(facts, sys.stdout, indent=1)
print()
