// Predictions and overlays as text and back, and texts that nobody of good will wrote.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import { fromBase64, toBase64 } from "../../src/classify/base64.ts";
import {
  overlayJson,
  parseOverlay,
  parsePrediction,
  predictionJson,
  type SlideOverlay,
  type SlidePrediction,
} from "../../src/classify/index.ts";
import { sampleOverlay, samplePrediction } from "./samples.ts";

const outcome = (work: () => unknown): string => {
  try {
    work();
    return "read";
  } catch (error) {
    return isLowmagError(error) ? error.code : String(error);
  }
};

describe("base64", () => {
  it("is that of everybody else, and comes back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const text = toBase64(bytes);
        expect(text).toBe(Buffer.from(bytes).toString("base64"));
        expect(fromBase64(text, bytes.length)).toEqual(bytes);
        expect(fromBase64(text, bytes.length + 3)).toBeNull();
      }),
    );
  });

  it.each(["AB=D", "A===", "AB\u0141D", "AB D", "====", "AB-_", "AQ=="])(
    "refuses %j for three bytes",
    (text) => {
      expect(fromBase64(text, 3)).toBeNull();
    },
  );
});

describe("a prediction", () => {
  it("comes back from its text as it was", () => {
    const sample = samplePrediction();
    expect(parsePrediction(predictionJson(sample), "a.json")).toEqual(sample);
  });

  it("comes back whatever its numbers", () => {
    const finite = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(
        finite(-1e9, 1e9),
        finite(1e-3, 1e8),
        finite(0, 1),
        finite(0, 1e6),
        fc.option(finite(0, 1e3)),
        fc.string({ maxLength: 50 }),
        (left, width, share, seconds, blur, text) => {
          const sample = samplePrediction();
          const [piece] = sample.pieces;
          const box = { ...piece!.box, left, width };
          const changed: SlidePrediction = {
            ...sample,
            slide: text,
            truth: text,
            answer: { ...sample.answer, probabilities: [share, 1 - share, 0] },
            pieces: [{ ...piece!, box, blur, seconds, tissue: share, tissueArea: seconds }],
            slideRule: { kind: "any", positive: "Sprue", threshold: share },
            notes: [text],
          };
          const back = parsePrediction(predictionJson(changed), "a.json");
          expect(back).toEqual(JSON.parse(JSON.stringify(changed)));
        },
      ),
    );
  });

  it("passes over keys that it does not know", () => {
    const text = JSON.stringify({ ...samplePrediction(), files: [1, 2], __proto__: { x: 1 } });
    expect(parsePrediction(text, "a.json")).toEqual(samplePrediction());
  });

  it.each<[string, (json: Loose) => void]>([
    ["format", (json) => Object.assign(json, { format: "lowmag-prediction-9" })],
    ["facts.width", (json) => Object.assign(json.facts as Loose, { width: 1e300 })],
    ["facts.mpp.x", (json) => Object.assign((json.facts as Loose).mpp as Loose, { x: 0 })],
    ["facts.mpp", (json) => Object.assign(json.facts as Loose, { mpp: 0.5 })],
    ["answer.label", (json) => Object.assign(json.answer as Loose, { label: "Other" })],
    ["answer.probabilities", (json) => Object.assign(json.answer as Loose, { probabilities: [1, 1, 1] })],
    ["answer.probabilities", (json) => Object.assign(json.answer as Loose, { probabilities: [1] })],
    ["model.classes", (json) => Object.assign(json.model as Loose, { classes: ["A", "A"] })],
    ["model.classes", (json) => Object.assign(json.model as Loose, { classes: new Array(2000).fill("A") })],
    ["pieces[0].box.left", (json) => Object.assign(firstPiece(json).box as Loose, { left: null })],
    ["pieces[0].number", (json) => Object.assign(firstPiece(json), { number: 1.5 })],
    ["pieces[0].logits", (json) => Object.assign(firstPiece(json), { logits: [1, 2] })],
    ["pieces[0].blurred", (json) => Object.assign(firstPiece(json), { blurred: "no" })],
    ["slideRule.kind", (json) => Object.assign(json, { slideRule: { kind: "toString" } })],
    ["slideRule.positive", (json) => Object.assign(json, { slideRule: { kind: "max", positive: "X" } })],
    ["rules", (json) => Object.assign(json, { rules: { tissueMpp: 1e9 } })],
    ["seconds.total", (json) => delete (json.seconds as Loose).total],
    ["notes[0]", (json) => Object.assign(json, { notes: ["x".repeat(20_000)] })],
    ["notes", (json) => Object.assign(json, { notes: new Array(20_000).fill("x") })],
  ])("is refused for its %s", (path, change) => {
    const json = JSON.parse(JSON.stringify(samplePrediction())) as Loose;
    change(json);
    const parse = () => parsePrediction(JSON.stringify(json), "a.json");
    expect(parse).toThrow(path === "rules" ? "a.json, `tissueM" : `a.json, \`${path}\``);
    expect(outcome(parse)).toBe("corrupt-data");
  });

  it.each(["", "{", "null", "7", "[]", '"x"', "{}"])("is refused of %j", (text) => {
    expect(outcome(() => parsePrediction(text, "a"))).toBe("corrupt-data");
    expect(outcome(() => parseOverlay(text, "a"))).toBe("corrupt-data");
  });
});

describe("an overlay", () => {
  it("comes back from its text as it was, outlines to a hundredth of a pixel", () => {
    const coordinate = fc.double({ min: -1e6, max: 1e7, noNaN: true });
    const ring = fc
      .array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 9 })
      .map((points) => Float64Array.from(points.flat()));
    const map = fc
      .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
      .chain(([columns, rows]) =>
        fc.record({
          piece: fc.option(fc.integer({ min: 1, max: 9999 })),
          left: coordinate,
          top: coordinate,
          cellWidth: fc.double({ min: 0.01, max: 1e4, noNaN: true }),
          cellHeight: fc.double({ min: 0.01, max: 1e4, noNaN: true }),
          columns: fc.constant(columns),
          rows: fc.constant(rows),
          covered: fc.uint8Array({ minLength: columns * rows, maxLength: columns * rows, max: 1 }),
          values: fc.uint8Array({ minLength: 2 * columns * rows, maxLength: 2 * columns * rows }),
        }),
      );
    const overlay = fc.record({
      classes: fc.constant(["A", "B"]),
      maps: fc.array(map, { maxLength: 4 }),
      outlines: fc.array(
        fc.record({
          piece: fc.integer({ min: 1, max: 99 }),
          polygons: fc.array(fc.record({ outer: ring, holes: fc.array(ring, { maxLength: 2 }) }), {
            maxLength: 2,
          }),
        }),
        { maxLength: 3 },
      ),
    });
    fc.assert(
      fc.property(overlay, (given: SlideOverlay) => {
        const back = parseOverlay(overlayJson(given), "a.json");
        expect(back.maps).toEqual(withoutNegativeZero(given.maps));
        const points = (of: SlideOverlay) =>
          of.outlines.flatMap(({ polygons }) =>
            polygons.flatMap(({ outer, holes }) => [...outer, ...holes.flatMap((hole) => [...hole])]),
          );
        const [before, after] = [points(given), points(back)];
        expect(after).toHaveLength(before.length);
        for (const [i, value] of after.entries())
          expect(Math.abs(value - before[i]!)).toBeLessThanOrEqual(0.005 + 1e-9 * Math.abs(value));
        expect(overlayJson(back)).toBe(overlayJson(given));
      }),
    );
  });

  it.each<[string, Loose]>([
    ["rows", { columns: 1e7, rows: 1e7 }],
    ["columns", { columns: 0 }],
    ["rows", { columns: 5000, rows: 5001 }],
    ["covered", { covered: "AAAA" }],
    ["covered", { covered: "AgAAAAAA" }],
    ["values", { values: "" }],
    ["values", { values: 7 }],
    ["cellWidth", { cellWidth: 0 }],
    ["left", { left: "0" }],
    ["piece", { piece: -1 }],
  ])("is refused for the %s of a map", (key, change) => {
    const json = JSON.parse(overlayJson(sampleOverlay())) as { maps: Loose[] };
    Object.assign(json.maps[0]!, change);
    expect(() => parseOverlay(JSON.stringify(json), "a.json")).toThrow(`a.json, \`maps[0].${key}\``);
  });

  it.each([[[]], [[1, 2, 3, 4]], [[1, 2, 3, 4, 5]], [[0, 0, 1, 1, 1, null]], [[0, 0, 1, 1, 1e300, 2]]])(
    "is refused for an outline of %j",
    (outer) => {
      const json = JSON.parse(overlayJson(sampleOverlay())) as { outlines: { polygons: Loose[] }[] };
      json.outlines[0]!.polygons[0]!.outer = outer;
      expect(() => parseOverlay(JSON.stringify(json), "a.json")).toThrow("outlines[0].polygons[0].outer");
    },
  );
});

type Loose = Record<string, unknown>;

function firstPiece(json: Loose): Loose {
  return (json.pieces as Loose[])[0]!;
}

/** JSON knows no -0. */
function withoutNegativeZero(maps: SlideOverlay["maps"]): SlideOverlay["maps"] {
  return maps.map((map) => ({ ...map, left: map.left + 0, top: map.top + 0 }));
}
