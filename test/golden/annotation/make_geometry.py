"""Areas, clipped areas and masks of polygons by shapely and matplotlib: makes geometry.json.

    /usr/bin/python3 make_geometry.py > geometry.json      (numpy 1.24.2, shapely 1.8.5, matplotlib 3.6.3)

Areas follow the even-odd rule: the faces of the noded outline whose inner point a ray leaves by an odd number of edges.
Masks hold 1 where matplotlib's point-in-path test finds a pixel's centre inside; corners lie on no centre. Rings are
x, y, x, y, ... Compare areas within 1e-5 px times the perimeter, masks exactly. Seed 20261121.
"""
import base64
import json
import sys

import matplotlib
import numpy as np
import shapely
from matplotlib.path import Path
from shapely.geometry import LineString, Polygon, box
from shapely.ops import polygonize, unary_union

random = np.random.default_rng(20261121)
WINDOW = dict(left=20.0, top=-10.0, width=120.0, height=90.0)
WIDTH, HEIGHT = 48, 36
CLIP = dict(left=30.0, top=5.0, right=75.0, bottom=60.0)


def star(x, y, radius, corners, roughness):
    angles = np.sort(random.uniform(0, 2 * np.pi, corners))
    radii = radius * (1 + roughness * random.uniform(-1, 1, corners))
    return np.round(np.column_stack([x + radii * np.cos(angles), y + radii * np.sin(angles)]), 6)


def scribble(x, y, size, corners):
    return np.round([x, y] + size * random.uniform(-1, 1, (corners, 2)), 6)


def inside(rings, points):
    """Even-odd over all rings, one path at a time."""
    odd = np.zeros(len(points), bool)
    for ring in rings:
        odd ^= Path(np.vstack([ring, ring[:1]])).contains_points(points)
    return odd


def faces(rings):
    """Faces of the noded rings that lie inside."""
    lines = unary_union([LineString(np.vstack([ring, ring[:1]])) for ring in rings])
    return [f for f in polygonize(lines) if inside(rings, [f.representative_point().coords[0]])[0]]


def mask(rings):
    xs = WINDOW["left"] + (np.arange(WIDTH) + 0.5) * WINDOW["width"] / WIDTH
    ys = WINDOW["top"] + (np.arange(HEIGHT) + 0.5) * WINDOW["height"] / HEIGHT
    return inside(rings, np.array([(x, y) for y in ys for x in xs]))


def case(name, outer, holes=()):
    rings = [outer, *holes]
    parts = faces(rings)
    window = box(CLIP["left"], CLIP["top"], CLIP["right"], CLIP["bottom"])
    return dict(
        name=name,
        outer=outer.ravel().tolist(),
        holes=[hole.ravel().tolist() for hole in holes],
        area=sum(part.area for part in parts),
        clippedArea=sum(part.intersection(window).area for part in parts),
        crosses=any(not Polygon(ring).is_valid for ring in rings),
        mask=base64.b64encode(np.packbits(mask(rings)).tobytes()).decode(),
    )


cases = []
for i in range(12):
    centre = random.uniform([40, 0], [120, 70])
    cases.append(case(f"star {i}", star(*centre, random.uniform(8, 60), 5 + 7 * i, 0.5)))
for i in range(6):
    outer = star(75, 35, 50, 40, 0.2)
    holes = [star(75 + 18 * k, 35, 7, 9, 0.4) for k in range(-1, 2)][: 1 + i % 3]
    cases.append(case(f"star with holes {i}", outer, holes))
for i in range(10):
    cases.append(case(f"scribble {i}", scribble(80, 35, 55, 4 + 6 * i)))

json.dump(
    dict(
        versions=dict(numpy=np.__version__, shapely=shapely.__version__, matplotlib=matplotlib.__version__),
        window=WINDOW, width=WIDTH, height=HEIGHT, clip=CLIP, cases=cases,
    ),
    sys.stdout,
    indent=1,
)
