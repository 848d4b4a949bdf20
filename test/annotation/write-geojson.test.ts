// GeoJSON as QuPath takes it, and back again.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AnnotationRegion,
  type Polygon,
  readAnnotations,
  ringOf,
  writeGeoJson,
} from "../../src/annotation/index.ts";
import { signedArea } from "../../src/annotation/ring.ts";
import { GEOJSON, rectangle } from "./samples.ts";

interface Written {
  readonly features: readonly {
    readonly id?: string;
    readonly geometry: {
      readonly type: string;
      readonly coordinates: readonly (readonly (readonly number[])[])[];
    };
    readonly properties: Readonly<Record<string, unknown>>;
  }[];
}

const write = (...given: Parameters<typeof writeGeoJson>) => JSON.parse(writeGeoJson(...given)) as Written;

describe("written GeoJSON", () => {
  const full = {
    id: "6423a977-ffff-48db-affc-cd11632010f0",
    polygons: [{ outer: rectangle(0, 0, 10, 10).outer, holes: [rectangle(2, 2, 3, 3).outer] }],
    label: "Tumor",
    name: "piece 1",
    colour: [1, 2, 3],
    kind: "detection",
    measurements: { "tissue share": 0.25 },
    locked: true,
  } as const;

  it("has QuPath's properties", () => {
    expect(write([full]).features[0]).toMatchObject({
      type: "Feature",
      id: full.id,
      properties: {
        objectType: "detection",
        name: "piece 1",
        classification: { name: "Tumor", color: [1, 2, 3] },
        isLocked: true,
        measurements: { "tissue share": 0.25 },
      },
    });
  });

  it("leaves out what is not given, but gives every class a colour that depends on its name alone", () => {
    const [plain, first, second] = write([
      { polygons: [rectangle(0, 0, 1, 1)] },
      { polygons: [rectangle(0, 0, 1, 1)], label: "Stroma" },
      { polygons: [rectangle(5, 0, 1, 1)], label: "Stroma" },
    ]).features;
    expect(plain!.properties).toEqual({ objectType: "annotation" });
    expect(plain).not.toHaveProperty("id");
    expect(first!.properties.classification).toMatchObject({ name: "Stroma", color: expect.any(Array) });
    expect(second!.properties).toEqual(first!.properties);
  });

  it("closes its rings, the outer one counter-clockwise and holes clockwise in the numbers as written", () => {
    for (const turned of [full.polygons[0], reversed(full.polygons[0])]) {
      const [outer, hole] = write([{ polygons: [turned] }]).features[0]!.geometry.coordinates;
      for (const ring of [outer!, hole!]) expect(ring.at(-1)).toEqual(ring[0]);
      expect(signedArea(ringOf(outer!.flat()))).toBe(100);
      expect(signedArea(ringOf(hole!.flat()))).toBe(-9);
    }
  });

  it("writes several polygons as one object, and no -0", () => {
    const { geometry } = write([{ polygons: [rectangle(-0.001, 0, 1, 1), rectangle(3, 0, 1, 1)] }])
      .features[0]!;
    expect(geometry.type).toBe("MultiPolygon");
    expect(JSON.stringify(geometry.coordinates)).not.toContain("-");
  });

  it("refuses what cannot be drawn or written", () => {
    expect(() => writeGeoJson([{ polygons: [] }])).toThrow(/feature 1: expected outlines with an area/);
    expect(() => writeGeoJson([{ polygons: [rectangle(0, 0, 0.001, 5)] }])).toThrow(/feature 1/);
    expect(() =>
      writeGeoJson([{ polygons: [rectangle(0, 0, 1, 1)], measurements: { x: Number.NaN } }]),
    ).toThrow(/measurement `x`: expected a finite number/);
  });

  it("without features is an empty collection that the reader takes", () => {
    expect(writeGeoJson([])).toBe('{"type":"FeatureCollection","features":[]}\n');
    expect(readAnnotations(writeGeoJson([]), "f").regions).toEqual([]);
  });
});

describe("there and back", () => {
  it("gives the regions of a file again", () => {
    const { regions } = readAnnotations(GEOJSON, "f");
    const again = readAnnotations(writeGeoJson(regions), "f").regions;
    expect(again.map(shapeless)).toEqual(
      regions.map(({ colour, ...rest }) => shapeless({ ...rest, colour: colour ?? again[1]!.colour })),
    );
    expect(again.map(corners)).toEqual(regions.map(corners));
  });

  it("gives any polygons, labels, names and kinds again within 0.005 px, with any origin", () => {
    const origin = fc.record({
      x: fc.integer({ min: -9999, max: 9999 }),
      y: fc.double({ min: -99, max: 99, noNaN: true }),
    });
    const box = fc.record({
      left: fc.double({ min: -1e5, max: 1e5, noNaN: true }),
      top: fc.double({ min: -1e5, max: 1e5, noNaN: true }),
      width: fc.double({ min: 1, max: 5000, noNaN: true }),
      height: fc.double({ min: 1, max: 5000, noNaN: true }),
    });
    const word = fc.option(fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }).map(visible), {
      nil: null,
    });
    const feature = fc.record({
      boxes: fc.array(box, { minLength: 1, maxLength: 3 }),
      label: word,
      name: word,
      kind: fc.constantFrom("annotation", "detection"),
    });
    fc.assert(
      fc.property(fc.array(feature, { maxLength: 4 }), origin, (features, at) => {
        const written = features.map(({ boxes, ...rest }) => ({
          ...rest,
          polygons: boxes.map(({ left, top, width, height }) => rectangle(left, top, width, height)),
        }));
        const text = writeGeoJson(written, { origin: at });
        const { regions } = readAnnotations(text, "f", { origin: at });
        expect(regions.map(({ label, name, kind }) => ({ label, name, kind }))).toEqual(
          features.map(({ label, name, kind }) => ({ label, name, kind })),
        );
        for (const [i, { polygons }] of regions.entries())
          for (const [p, { outer }] of polygons.entries())
            for (const [k, value] of outer.entries())
              expect(Math.abs(value - written[i]!.polygons[p]!.outer[k]!)).toBeLessThan(0.00501);
        expect(writeGeoJson(regions, { origin: at })).toHaveLength(text.length);
      }),
    );
  });
});

function reversed({ outer, holes }: Polygon): Polygon {
  const turn = (ring: Float64Array) => {
    const points = Array.from({ length: ring.length / 2 }, (_, i) => [ring[2 * i]!, ring[2 * i + 1]!]);
    return ringOf(points.reverse().flat());
  };
  return { outer: turn(outer), holes: holes.map(turn) };
}

/** As the reader leaves a name: one line without blanks around it; "x" where nothing is left. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim() || "x";
}

function shapeless({ polygons, ...rest }: AnnotationRegion): object {
  return { ...rest, holes: polygons.map(({ holes }) => holes.length) };
}

/** Points of all rings, sorted: the writer may turn a ring. */
function corners({ polygons }: { readonly polygons: readonly Polygon[] }): number[][] {
  return polygons.flatMap(({ outer, holes }) =>
    [outer, ...holes].map((ring) => [...ring].sort((a, b) => a - b)),
  );
}
