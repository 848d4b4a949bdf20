"""Slides classified the way of the usual Python tools: OpenSlide, Pillow, scikit-image, PyTorch; one slide per process at a time.

Usage: peer.py FOLDER MPP --processes N; prints one JSON line. Every slide: the nearest finer level is read whole, brought to MPP by
box averaging, tissue is found on it by Otsu's threshold of saturation, each piece is classified by ResNet-10-thin, white outside.
"""
import argparse, csv, json, multiprocessing, os, sys, time
import numpy, openslide, PIL.Image, skimage.filters, skimage.measure, skimage.morphology, torch
from scipy import ndimage

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from pytorch_network import Network

PIL.Image.MAX_IMAGE_PIXELS = None


def resolution(slide):
    known = slide.properties.get("openslide.mpp-x")
    return float(known) if known else 1e4 / float(slide.properties["tiff.XResolution"])


def pieces(image, mpp):
    """Boxes and masks of tissue pieces: gaps up to 200 µm joined, at least 0.05 mm²."""
    saturation = image.max(2).astype(numpy.int16) - image.min(2)
    mask = saturation > skimage.filters.threshold_otsu(saturation)
    mask = skimage.morphology.remove_small_objects(mask, int(20000 / mpp**2))
    near = ndimage.distance_transform_edt(~mask) * mpp
    for region in skimage.measure.regionprops(skimage.measure.label(near <= 100)):
        top, left, bottom, right = region.bbox
        tissue = mask[top:bottom, left:right] & region.image
        if tissue.sum() * mpp**2 >= 50_000:
            yield (left, top, right, bottom), near[top:bottom, left:right] <= 32


def classify(task):
    path, mpp = task
    started = time.perf_counter()
    slide = openslide.OpenSlide(path)
    level = max(i for i, d in enumerate(slide.level_downsamples) if resolution(slide) * d <= mpp * 1.0001)
    pixels = slide.read_region((0, 0), level, slide.level_dimensions[level]).convert("RGB")
    size = [round(side * resolution(slide) / mpp) for side in slide.dimensions]
    image = numpy.asarray(pixels.resize(size, PIL.Image.BOX))
    read = time.perf_counter()
    rows = []
    for (left, top, right, bottom), kept in pieces(image, mpp):
        piece = image[top:bottom, left:right].copy()
        piece[~kept] = 255
        planes = torch.from_numpy(piece).permute(2, 0, 1)[None].float() / 255
        with torch.no_grad():
            probabilities = torch.softmax(network((planes - 0.8) / 0.15)[1], 1)[0].tolist()
        rows.append([path, left, top, right - left, bottom - top, *probabilities])
    slide.close()
    return rows, read - started, time.perf_counter() - started


def prepare_process():
    global network
    torch.set_num_threads(1)
    torch.manual_seed(0)
    network = Network().eval()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("mpp", type=float)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    paths = [os.path.join(options.folder, name) for name in sorted(os.listdir(options.folder))]
    with multiprocessing.Pool(options.processes, prepare_process) as pool:
        done = pool.map(classify, [(path, options.mpp) for path in paths], chunksize=1)
    with open(options.out, "w", newline="") as file:
        csv.writer(file).writerows(row for rows, _, _ in done for row in rows)
    print(json.dumps({"slides": len(done), "pieces": sum(len(rows) for rows, _, _ in done), "readingSeconds": sum(r for _, r, _ in done), "slideSeconds": sum(t for _, _, t in done)}))
