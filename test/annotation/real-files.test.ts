// Real exports of four programs: how many regions, what they are called, and their areas as shapely has them.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { polygonArea, readAnnotations } from "../../src/annotation/index.ts";
import { NO_REAL_DATA, realData } from "../support/real-data.ts";

const folder = realData("annotations");
const read = (path: string, options = {}) =>
  readAnnotations(readFileSync(`${folder}/${path}`), path, options);

describe.skipIf(folder === null)(`real annotation files (${NO_REAL_DATA})`, () => {
  it("HALO: 19 regions with an area, 6 of them negative, and 10 pins and rulers left out", () => {
    const { regions, notes, format } = read("halo/HaloMultilayerTest.annotations");
    expect(format).toBe("halo");
    expect(regions).toHaveLength(19);
    expect(regions.filter(({ negative }) => negative)).toHaveLength(6);
    expect([...new Set(regions.map(({ label }) => label))]).toEqual([
      "TP1",
      "Layer 1 voor Rolf",
      "Layer 2 voor Rolf",
      "Layer 3 voor Rolf",
    ]);
    expect(notes[0]).toContain("9 Pin, 1 Ruler");
    expect(notes[1]).toMatch(/region 8 "Layer 1 voor Rolf" crosses itself near 7443, 7239/);
  });

  it("QuPath: regions that carry names but no class are labelled by name when asked", () => {
    const path = "qupath_geojson/dlup_qupath05.geojson";
    expect(read(path).regions.map(({ label }) => label)).toEqual([null, null, null]);
    expect(read(path).notes).toEqual([
      `${path}: no region has a class, but some have names: labels can be taken from those`,
    ]);
    expect(read(path, { labelFrom: "name" }).regions.map(({ label }) => label)).toEqual(["UT", "I", "I"]);
  });

  it("QuPath: a bare geometry of three polygons with 26 holes is one region", () => {
    const { regions } = read("qupath_geojson/qupath_core_polygon.geojson");
    expect(regions[0]!.polygons.map(({ holes }) => holes.length)).toEqual([26, 0, 0]);
  });

  it("ASAP: one gland of nine points", () => {
    const { regions } = read("asap_xml/dlup_asap_example.xml");
    expect(regions).toMatchObject([{ label: "healthy glands", name: "Annotation 0" }]);
    expect(regions[0]!.polygons[0]!.outer).toHaveLength(18);
  });

  it("no file is refused, and every polygon has the area that shapely finds", () => {
    const golden = JSON.parse(
      readFileSync(new URL("../golden/annotation/real_areas.json", import.meta.url), "utf8"),
    ) as Readonly<Record<string, readonly (readonly [area: number, perimeter: number])[]>>;
    for (const [path, areas] of Object.entries(golden)) {
      const { regions } = read(path);
      // Rectangles and ellipses of HALO are not in the golden.
      const drawn = regions.filter(
        ({ polygons: [first] }) => !(path.startsWith("halo") && isShape(first!.outer.length / 2)),
      );
      expect(drawn, path).toHaveLength(areas.length);
      for (const [i, { polygons }] of drawn.entries()) {
        const area = polygons.reduce((sum, polygon) => sum + polygonArea(polygon), 0);
        const [expected, perimeter] = areas[i]!;
        expect(Math.abs(area - expected), `${path} region ${i + 1}`).toBeLessThan(
          1e-5 * perimeter + 1e-9 * expected,
        );
      }
    }
  });

  it("every file of the folder is read without an error", () => {
    const paths = readdirSync(folder!, { recursive: true, encoding: "utf8" }).filter((path) =>
      path.includes("."),
    );
    expect(paths.length).toBeGreaterThanOrEqual(7);
    for (const path of paths) expect(read(path).regions.length, path).toBeGreaterThan(0);
  });
});

/** Four corners of a rectangle, or the many of an ellipse. */
function isShape(corners: number): boolean {
  return corners === 4 || corners === 564;
}
