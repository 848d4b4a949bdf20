// What each format says of the same square is read alike: points, labels, names, colours, what is cut out, what is left out.
import { describe, expect, it } from "vitest";
import { polygonArea, readAnnotations } from "../../src/annotation/index.ts";
import { ASAP, GEOJSON, HALO, IMAGESCOPE, NCRF, SAMPLES, SQUARE } from "./samples.ts";

const first = (text: string, options = {}) => readAnnotations(text, "file", options).regions[0]!;

describe("every format", () => {
  it.each(Object.entries(SAMPLES))("%s is recognised by its content and gives the square", (format, text) => {
    const set = readAnnotations(text, "no extension");
    expect(set.format).toBe(format);
    expect([...set.regions[0]!.polygons[0]!.outer]).toEqual(SQUARE.flat());
    expect(set.regions.map(({ index }) => index)).toEqual(set.regions.map((_, i) => i));
  });

  it.each(Object.entries(SAMPLES))("%s moves by the origin", (_, text) => {
    const moved = first(text, { origin: { x: 1000, y: -0.5 } });
    expect([...moved.polygons[0]!.outer]).toEqual(SQUARE.flatMap(([x, y]) => [x + 1000, y - 0.5]));
    expect(moved.bounds).toEqual({ left: 1020, top: 29.5, right: 1030, bottom: 39.5 });
  });
});

describe("QuPath GeoJSON", () => {
  it("gives class, name, colour, identifier and holes", () => {
    expect(first(GEOJSON)).toMatchObject({
      id: "6423a977-ffff-48db-affc-cd11632010f0",
      label: "Tumor: Positive",
      name: "bed",
      colour: [200, 0, 10],
      negative: false,
      kind: "annotation",
    });
    expect(first(GEOJSON).polygons[0]!.holes.map((hole) => [...hole])).toEqual([[22, 32, 24, 32, 24, 34]]);
  });

  it("labels by the base class or by the name when asked", () => {
    expect(first(GEOJSON, { labelFrom: "base-class" }).label).toBe("Tumor");
    expect(first(GEOJSON, { labelFrom: "name" }).label).toBe("bed");
  });

  it("reads several polygons of one object, and a class that is a text", () => {
    const { regions, notes } = readAnnotations(GEOJSON, "a.geojson");
    expect(regions).toHaveLength(2);
    expect(regions[1]).toMatchObject({
      label: "Stroma",
      bounds: { left: 20, top: 30, right: 80, bottom: 40 },
    });
    expect(regions[1]!.polygons).toHaveLength(2);
    expect(notes).toEqual(["a.geojson: left out what encloses no area: 1 Point"]);
  });

  const geometry = { type: "Polygon", coordinates: [SQUARE] };
  it.each([
    ["an array of features", [{ type: "Feature", geometry, properties: {} }]],
    ["one feature", { type: "Feature", geometry, properties: null }],
    ["a bare geometry", geometry],
    ["a collection of geometries", { type: "GeometryCollection", geometries: [{ type: "Point" }, geometry] }],
  ])("may be %s", (_, value) => {
    expect([...first(JSON.stringify(value)).polygons[0]!.outer]).toEqual(SQUARE.flat());
  });

  it.each([
    [{ classification: { name: "Tumor", colorRGB: -3670016 } }, "Tumor", [200, 0, 0]],
    [{ classification: { names: ["Tumor", "Positive"], color: [1, 2, 3] } }, "Tumor: Positive", [1, 2, 3]],
    [{ classification: null, color: [9, 8, 7] }, null, [9, 8, 7]],
    [{ classification: { name: "  " } }, null, null],
  ])("reads the class of older and newer versions: %j", (properties, label, colour) => {
    expect(first(JSON.stringify({ type: "Feature", geometry, properties }))).toMatchObject({ label, colour });
  });

  it.each([
    [{ properties: { objectType: "cell" } }, "detection"],
    [{ properties: { object_type: "tile" } }, "detection"],
    [{ id: "PathDetectionObject" }, "detection"],
    [{ id: "PathAnnotationObject" }, "annotation"],
    [{ properties: { objectType: "tmaCore" } }, "annotation"],
  ])("tells what people drew from what programs found: %j", (feature, kind) => {
    expect(first(JSON.stringify({ type: "Feature", geometry, ...feature })).kind).toBe(kind);
  });

  it("reads child objects behind their parent, and no root object", () => {
    const child = (name: string) => ({ type: "Feature", geometry, properties: { name } });
    const root = {
      type: "Feature",
      geometry,
      properties: {
        objectType: "root",
        childObjects: [{ ...child("a"), properties: { name: "a", childObjects: [child("b")] } }, child("c")],
      },
    };
    expect(readAnnotations(JSON.stringify([root]), "f").regions.map(({ name }) => name)).toEqual([
      "a",
      "b",
      "c",
    ]);
  });
});

describe("ASAP", () => {
  it("takes the group as the label, the topmost group when asked, and the order of the points from their numbers", () => {
    const { regions, notes } = readAnnotations(ASAP, "a.xml");
    expect(regions[0]).toMatchObject({ label: "glands", name: "Annotation 0", colour: [0xf9, 0x64, 0] });
    expect(regions[1]).toMatchObject({ label: null, name: "Annotation 2" });
    expect(first(ASAP, { labelFrom: "base-class" }).label).toBe("tissue");
    expect(notes).toEqual(["a.xml: left out what encloses no area: 1 Dot"]);
  });

  it("draws a spline through its points, outside the square that they span", () => {
    const spline = readAnnotations(ASAP, "a.xml").regions[1]!.polygons[0]!;
    const points = [...spline.outer];
    for (const [x, y] of SQUARE)
      expect(points.some((value, i) => i % 2 === 0 && value === x && points[i + 1] === y)).toBe(true);
    // Handles at a third of half the chord to the neighbours: each of the four pieces bulges by 9 · 5/3 · 11/18 px².
    expect(polygonArea(spline) / (100 + 4 * (55 / 6))).toBeCloseTo(1, 2);
  });

  it("follows groups that hold one another without end no further than once", () => {
    const circular = ASAP.replace('"tissue" PartOfGroup="None"', '"tissue" PartOfGroup="glands"');
    expect(first(circular, { labelFrom: "base-class" }).label).toBe("glands");
  });
});

describe("ImageScope", () => {
  const { regions, mpp, notes } = readAnnotations(IMAGESCOPE, "a.xml");

  it("gives layers as labels, texts as names, colours in Windows' order, and the pixel size", () => {
    expect(mpp).toBe(0.252);
    expect(regions[0]).toMatchObject({
      id: "7",
      label: "Layer 1",
      name: "bed",
      colour: [255, 0, 0],
      negative: false,
    });
    expect(regions[1]).toMatchObject({ id: "8", label: "Layer 1", name: null, negative: true });
    expect(regions[2]).toMatchObject({ label: "Stroma", colour: [0, 255, 0] });
    expect(notes).toEqual(["a.xml: left out what encloses no area: 1 region of type 4"]);
  });

  it("reads ellipses and rectangles", () => {
    const [ellipse, box] = [regions[2]!.polygons[0]!, regions[3]!.polygons[0]!];
    expect(regions[2]!.bounds).toEqual({ left: 100, top: 200, right: 160, bottom: 240 });
    expect(polygonArea(ellipse) / (Math.PI * 30 * 20)).toBeCloseTo(1, 2);
    expect([...box.outer]).toEqual([0, 0, 8, 0, 8, 4, 0, 4]);
  });
});

describe("HALO", () => {
  it("gives layers as labels, negative regions, and rectangles from two corners", () => {
    const { regions, notes } = readAnnotations(HALO, "a.annotations");
    expect(regions.map(({ label, negative }) => [label, negative])).toEqual([
      ["TP1", false],
      ["TP1", true],
    ]);
    expect(regions[0]!.colour).toEqual([255, 255, 0]);
    expect([...regions[1]!.polygons[0]!.outer]).toEqual([-5, -7, 22, -7, 22, 32, -5, 32]);
    expect(notes).toEqual(["a.annotations: left out what encloses no area: 1 Pin"]);
  });
});

describe("NCRF", () => {
  it("cuts the negative outlines out of the positive ones", () => {
    const { regions } = readAnnotations(NCRF, "a.json");
    expect(regions.map(({ label, name, negative }) => [label, name, negative])).toEqual([
      ["positive", "_0", false],
      ["positive", "_1", true],
    ]);
  });
});

describe("labels that cut", () => {
  it("become negative regions for all labels and keep their name", () => {
    const cut = first(ASAP, { negativeLabels: ["glands"] });
    expect(cut).toMatchObject({ label: null, negative: true, name: "Annotation 0" });
    expect(first(NCRF, { negativeLabels: ["other"] })).toMatchObject({ label: "positive", negative: false });
  });
});
