"""Areas of the regions of real annotation files by shapely: makes real_areas.json.

    /usr/bin/python3 make_real_areas.py FOLDER > real_areas.json      (shapely 1.8.5, matplotlib 3.6.3)

FOLDER is the `annotations` folder of the real test data. Only polygons are measured (no rectangles, ellipses); areas are
in level-0 px² under the even-odd rule, as in make_geometry.py. Compare within 1e-5 px times the perimeter, given beside.
"""
import json
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from matplotlib.path import Path as Outline
from shapely.geometry import LineString
from shapely.ops import polygonize, unary_union


def measure(rings):
    closed = [[*map(tuple, ring), tuple(ring[0])] for ring in rings]
    lines = [LineString(ring) for ring in closed]
    area = 0.0
    for face in polygonize(unary_union(lines)):
        point = face.representative_point().coords[0]
        if sum(Outline(ring).contains_point(point) for ring in closed) % 2 == 1:
            area += face.area
    return [area, sum(line.length for line in lines)]


def geojson(path):
    value = json.loads(path.read_text())
    for geometry in [f["geometry"] for f in value["features"]] if "features" in value else [value]:
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        yield [[[p[:2] for p in ring] for ring in rings] for rings in polygons]


def ncrf(path):
    value = json.loads(path.read_text())
    for region in value["positive"] + value["negative"]:
        yield [[region["vertices"]]]


def halo(path):
    for region in ElementTree.parse(path).iter("Region"):
        if region.get("Type") == "Polygon":
            yield [[[(float(v.get("X")), float(v.get("Y"))) for v in region.iter("V")]]]


folder = Path(sys.argv[1])
readers = {"qupath_geojson/*.geojson": geojson, "camelyon16_ncrf_json/*.json": ncrf, "halo/*.annotations": halo}
result = {}
for pattern, read in readers.items():
    for path in sorted(folder.glob(pattern)):
        polygons = [[measure(rings) for rings in region] for region in read(path)]
        result[str(path.relative_to(folder))] = [[sum(c) for c in zip(*region)] for region in polygons]
json.dump(result, sys.stdout, indent=1)
