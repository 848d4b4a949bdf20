// Predictions as objects that QuPath reads: what its reader asks of a file, places, names, identifiers; and the geometry
// judged by shapely where there is one.
import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { readAnnotations } from "../../src/annotation/index.ts";
import {
  classifySlide,
  type PredictionGeoJsonOptions,
  predictionGeoJson,
  type SlideOverlay,
  type SlidePrediction,
} from "../../src/classify/index.ts";
import { objectId } from "../../src/classify/object-id.ts";
import { USUAL_RULES } from "../../src/cutting/index.ts";
import { sampleOverlay, samplePrediction } from "./samples.ts";
import { darknessAnswer, ruleNetwork, tissueSlide } from "./support.ts";

interface Feature {
  readonly type: string;
  readonly id: string;
  readonly geometry: { readonly type: string; readonly coordinates: readonly unknown[] };
  readonly properties: {
    readonly objectType: string;
    readonly name?: string;
    readonly classification: { readonly name: string; readonly color: readonly number[] };
    readonly measurements: Readonly<Record<string, number>>;
    readonly isLocked?: boolean;
  };
}

function featuresOf(
  prediction: SlidePrediction,
  overlay: SlideOverlay,
  options?: PredictionGeoJsonOptions,
): Feature[] {
  return (JSON.parse(predictionGeoJson(prediction, overlay, options)) as { features: Feature[] }).features;
}

const sample = (options?: PredictionGeoJsonOptions) =>
  featuresOf(samplePrediction(), sampleOverlay(), options);

/** All rings of a feature. */
function ringsOf({ geometry }: Feature): [number, number][][] {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return (polygons as [number, number][][][]).flat();
}

describe("objects", () => {
  it("are pieces in their class, with the probability of every class and their area", () => {
    const features = sample();
    expect(features).toHaveLength(2);
    expect(features[0]!.properties).toMatchObject({
      objectType: "annotation",
      name: "piece 1",
      classification: { name: "Normal" },
      measurements: {
        "probability: Abnormal": 0.25,
        "probability: Normal": 0.5,
        "probability: Sprue": 0.25,
        "tissue area mm^2": 0.48,
      },
    });
    expect(features[0]!.properties.isLocked).toBeUndefined();
    expect(features[0]!.geometry.type).toBe("MultiPolygon");
    expect(features[1]!.geometry.type).toBe("Polygon");
  });

  it("are cells of tissue as detections, cut off at the slide's edge", () => {
    const features = sample({ objects: "cells" });
    expect(features).toHaveLength(5 + 3);
    for (const { properties, geometry } of features) {
      expect(properties.objectType).toBe("detection");
      expect(geometry.type).toBe("Polygon");
      expect(Object.keys(properties.measurements)).toEqual([
        "probability: Abnormal",
        "probability: Normal",
        "probability: Sprue",
      ]);
    }
    expect(features[0]!.properties.classification.name).toBe("Normal"); // 0, 255, 0 by class
    for (const [x, y] of features.flatMap((feature) => ringsOf(feature).flat())) {
      expect(x >= 0 && x <= 40_000).toBe(true);
      expect(y >= 0 && y <= 30_000).toBe(true);
    }
    expect(
      Math.max(
        ...features.flatMap((f) =>
          ringsOf(f)
            .flat()
            .map(([x]) => x),
        ),
      ),
    ).toBe(39_552);
  });

  it("are both when both are asked for", () => {
    expect(sample({ objects: "both" })).toEqual([...sample(), ...sample({ objects: "cells" })]);
  });

  it("lie where the slide's scanned part begins when told so, and nowhere else", () => {
    const [slide, bounds] = [sample({ objects: "both" }), sample({ objects: "both", origin: "bounds" })];
    for (const [i, feature] of slide.entries()) {
      const moved = ringsOf(bounds[i]!).flat();
      for (const [j, [x, y]] of ringsOf(feature).flat().entries()) {
        expect(moved[j]![0]).toBeCloseTo(x - 5000, 2);
        expect(moved[j]![1]).toBeCloseTo(y - 4000, 2);
      }
      expect(bounds[i]!.id).toBe(feature.id);
    }
    const whole = samplePrediction();
    const prediction = { ...whole, facts: { ...whole.facts, bounds: null } };
    expect(featuresOf(prediction, sampleOverlay(), { origin: "bounds" })).toEqual(sample());
  });

  it("come back through the reader of annotations in their places", () => {
    const { regions } = readAnnotations(
      new TextEncoder().encode(predictionGeoJson(samplePrediction(), sampleOverlay())),
      "objects.geojson",
    );
    expect(regions.map(({ label, name }) => [label, name])).toEqual([
      ["Normal", "piece 1"],
      ["Sprue", "piece 2"],
    ]);
    const [outer] = regions.map(({ polygons }) => [...polygons[0]!.outer]);
    expect(new Set(outer)).toEqual(new Set([6100, 5100, 9000, 5200.12, 8900, 8000, 6200, 7900]));
  });

  it("are refused where there are more than QuPath can hold", () => {
    const columns = 1000;
    const overlay = sampleOverlay();
    const covered = new Uint8Array(columns * columns).fill(1);
    const map = { ...overlay.maps[0]!, columns, rows: columns, covered, values: new Uint8Array(3e6) };
    const work = () =>
      predictionGeoJson(samplePrediction(), { ...overlay, maps: [map] }, { objects: "cells" });
    expect(work).toThrow(/at most 500000 objects.*pieces alone/);
  });
});

describe("what QuPath's reader asks for", () => {
  const features = sample({ objects: "both" });

  it("is met: closed rings of four positions and more, no position twice in a row", () => {
    for (const ring of features.flatMap(ringsOf)) {
      expect(ring.length).toBeGreaterThanOrEqual(4);
      expect(ring[0]).toEqual(ring.at(-1));
      for (let i = 1; i < ring.length; i++) expect(ring[i]).not.toEqual(ring[i - 1]);
    }
  });

  it("is met: known object types, a class with a colour of three bytes, finite measurements", () => {
    for (const { type, properties } of features) {
      expect(type).toBe("Feature");
      expect(["annotation", "detection"]).toContain(properties.objectType);
      expect(properties.classification.color).toHaveLength(3);
      for (const value of properties.classification.color)
        expect(Number.isInteger(value) && value >= 0 && value <= 255).toBe(true);
      for (const value of Object.values(properties.measurements)) expect(Number.isFinite(value)).toBe(true);
    }
  });

  it("is met: UUIDs that no two objects share and that stay the same", () => {
    for (const { id } of features) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(new Set(features.map(({ id }) => id)).size).toBe(features.length);
    expect(sample({ objects: "both" }).map(({ id }) => id)).toEqual(features.map(({ id }) => id));
    const other = { ...samplePrediction(), model: { ...samplePrediction().model, hash: "cd".repeat(32) } };
    const ids = new Set(features.map(({ id }) => id));
    for (const { id } of featuresOf(other, sampleOverlay(), { objects: "both" }))
      expect(ids.has(id)).toBe(false);
  });

  it("holds for 50,000 identifiers of neighbouring cells", () => {
    const ids = new Set<string>();
    for (let i = 0; i < 50_000; i++) ids.add(objectId(`["slide","hash",8,"cell of 1",${i},${32 * i},0]`));
    expect(ids.size).toBe(50_000);
  });

  it("has a colour for each class of its own", () => {
    const colours = new Map(
      features.map(({ properties }) => [
        properties.classification.name,
        properties.classification.color.join(),
      ]),
    );
    expect(colours.size).toBe(3);
    expect(new Set(colours.values()).size).toBe(3);
  });
});

describe("tiles", () => {
  it("are written once, as detections of their own size", async () => {
    const rules = { ...USUAL_RULES, grid: 32, stride: 16, stepMpp: 8 };
    const { slide } = tissueSlide({
      width: 700,
      height: 650,
      mpp: 2,
      tissue: [{ x: 700, y: 650, radius: 450 }],
    });
    const network = ruleNetwork(darknessAnswer, { rules });
    const { prediction, overlay } = await classifySlide(slide, network, { name: "s", decoder: "none" });
    const features = featuresOf(prediction, overlay);
    expect(features).toHaveLength(prediction.pieces.length);
    expect(featuresOf(prediction, overlay, { objects: "both" })).toEqual(features);
    expect(featuresOf(prediction, overlay, { objects: "cells" })).toEqual(features);
    expect(features[0]!.properties).toMatchObject({ objectType: "detection", name: "tile 1" });
    const xs = ringsOf(features[0]!)[0]!.map(([x]) => x);
    expect(Math.max(...xs) - Math.min(...xs)).toBe(32 * 4);
  });
});

const hasShapely = spawnSync("/usr/bin/python3", ["-c", "import shapely"]).status === 0;

/** Prints for each feature: validity with its reason, and area. */
const JUDGE = `
import json, sys
from shapely.geometry import shape
from shapely.validation import explain_validity
for feature in json.load(sys.stdin)["features"]:
    geometry = shape(feature["geometry"])
    print(json.dumps([explain_validity(geometry), geometry.area]))
`;

describe.skipIf(!hasShapely)("shapely", () => {
  it("finds every object valid, with the area of the tissue", async () => {
    const { slide } = tissueSlide({
      width: 1100,
      height: 900,
      mpp: 2.3,
      // Overlapping discs make coves and a hole.
      tissue: [0, 1, 2, 3, 4, 5].map((i) => ({
        x: 1200 + 500 * Math.cos(i),
        y: 1000 + 500 * Math.sin(i),
        radius: 280,
      })),
    });
    const network = ruleNetwork(darknessAnswer);
    const { prediction, overlay } = await classifySlide(slide, network, { name: "s", decoder: "none" });
    const input = predictionGeoJson(prediction, overlay, { objects: "both" });
    const output = execFileSync("/usr/bin/python3", ["-c", JUDGE], { input, encoding: "utf8" });
    const judged = output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as [string, number]);
    expect(judged.length).toBeGreaterThan(30);
    for (const [verdict] of judged) expect(verdict).toBe("Valid Geometry");
    const area = (judged[0]![1] * 2.3 * 2.3) / 1e6;
    // Outlines cut corners.
    expect(Math.abs(area / prediction.pieces[0]!.tissueArea - 1)).toBeLessThan(0.02);
  });
});
