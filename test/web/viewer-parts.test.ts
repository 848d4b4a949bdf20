// The viewer's parts that need no browser: addresses, lengths in words, the order of the table.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Address, formatAddress, parseAddress, SORT_KEYS, START } from "../../web/viewer/address.ts";
import { answerDownloads } from "../../web/viewer/answer-downloads.ts";
import { classColour, textColourOn } from "../../web/viewer/colours.ts";
import { labelsIn, shownRows } from "../../web/viewer/rows.ts";
import {
  lengthText,
  magnificationText,
  percentText,
  positionText,
  scaleBar,
} from "../../web/viewer/scale.ts";
import { overlay, prediction, STUDENT, TEACHER, tableRows } from "./generated-slides.ts";

/** Relative luminance of `rgb(r g b)` (WCAG 2.2). */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/\d+/g) ?? []).map((channel) => {
    const share = Number(channel) / 255;
    return share > 0.04045 ? ((share + 0.055) / 1.055) ** 2.4 : share / 12.92;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const word = fc.string({ minLength: 1, maxLength: 40 });
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const rounded = (digits: number) =>
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => Number(value.toFixed(digits)) + 0);
const address: fc.Arbitrary<Address> = fc.record({
  slide: orNull(word),
  model: orNull(word),
  beside: orNull(word),
  className: orNull(word),
  heat: fc.boolean(),
  outlines: fc.boolean(),
  labels: fc.boolean(),
  opacity: fc.integer({ min: 0, max: 100 }),
  place: orNull(
    fc.record({
      x: rounded(2),
      y: rounded(2),
      step: fc.double({ min: 1e-3, max: 1e4, noNaN: true }).map((step) => Number(step.toPrecision(6))),
    }),
  ),
  piece: orNull(fc.integer({ min: 1, max: 1e9 })),
  sort: fc.constantFrom(...SORT_KEYS),
  descending: fc.boolean(),
  filter: fc.string({ maxLength: 40 }),
  only: orNull(word),
});

describe("an address", () => {
  it("is read back as it was written", () => {
    fc.assert(
      fc.property(address, (one) => {
        expect(parseAddress(formatAddress(one))).toEqual(one);
      }),
    );
  });

  it("is empty where nothing was chosen, and short where little was", () => {
    expect(formatAddress(START)).toBe("");
    expect(formatAddress({ ...START, slide: "s1", place: { x: 5120, y: 4096.5, step: 8 } })).toBe(
      "slide=s1&at=5120,4096.5,8",
    );
  });

  it("is sound whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        const { opacity, place, piece } = parseAddress(`#slide=a&${text}`);
        expect(opacity).toBeGreaterThanOrEqual(0);
        expect(opacity).toBeLessThanOrEqual(100);
        expect(place === null || place.step > 0).toBe(true);
        expect(piece === null || piece >= 1).toBe(true);
      }),
    );
    const odd = "at=1,2,-3&opacity=999&sort=constructor&piece=0&heat=&find=";
    expect(parseAddress(odd)).toEqual(START);
    expect(parseAddress(`at=NaN,1,1&slide=${"x".repeat(400)}`)).toEqual(START);
    expect(parseAddress("at=1e999,0,1")).toEqual(START);
    expect(parseAddress("at=1,2")).toEqual(START);
  });
});

describe("lengths", () => {
  it("of the scale bar are 1, 2 or 5 times a power of ten, the longest that fits", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 1000, noNaN: true }),
        fc.integer({ min: 40, max: 400 }),
        (micrometresPerPoint, longest) => {
          const { micrometres, points } = scaleBar(micrometresPerPoint, longest);
          expect(points).toBeLessThanOrEqual(longest * (1 + 1e-6));
          expect(points).toBeGreaterThan(longest * 0.399);
          expect(micrometres / micrometresPerPoint).toBeCloseTo(points, 6);
          expect(["1", "2", "5"]).toContain(micrometres.toExponential(6).replace(/\.?0*e.*/, ""));
        },
      ),
    );
  });

  it("are said in the unit one would use", () => {
    expect([0.5, 50, 999, 1000, 2500, 20_000].map(lengthText)).toEqual([
      "0.5 µm",
      "50 µm",
      "999 µm",
      "1 mm",
      "2.5 mm",
      "20 mm",
    ]);
    expect(positionText(12_345.6, 500)).toBe("x 12.346 mm, y 0.500 mm");
  });

  it("become magnifications with 10x at 1 µm per pixel", () => {
    expect([0.25, 0.5, 1, 2, 8, 27.3].map(magnificationText)).toEqual([
      "40x · 0.250 µm/px",
      "20x · 0.500 µm/px",
      "10x · 1.00 µm/px",
      "5x · 2.00 µm/px",
      "1.25x · 8.00 µm/px",
      "0.366x · 27.3 µm/px",
    ]);
  });

  it("of shares never claim certainty that is not there", () => {
    expect([0, 0.0004, 0.123, 0.9996, 1].map(percentText)).toEqual([
      "0.0 %",
      "<0.1 %",
      "12.3 %",
      ">99.9 %",
      "100.0 %",
    ]);
  });
});

describe("the table's rows", () => {
  const rows = tableRows(2);
  const names = (change: Partial<Address>, model = TEACHER) =>
    shownRows(rows, { ...START, ...change }, model).map(({ name }) => name);

  it("are in the order of numbers within names, either way", () => {
    const forward = ["Other 1", "Other 2", "Slide 1", "Slide 2", "Slide 3", "Slide 10"];
    expect(names({})).toEqual(forward);
    expect(names({ descending: true })).toEqual(forward.toReversed());
  });

  it("have those without an answer last in either direction", () => {
    for (const descending of [false, true]) {
      expect(new Set(names({ sort: "probability", descending }).slice(3))).toEqual(
        new Set(["Other 1", "Other 2", "Slide 3"]),
      );
    }
    expect(names({ sort: "probability" }, STUDENT).slice(0, 2)).toEqual(["Slide 2", "Slide 1"]);
  });

  it("are found by words of the name, of any answer and of the truth, and by the model's answer", () => {
    expect(names({ filter: "slide 1" })).toEqual(["Slide 1", "Slide 10"]);
    expect(names({ filter: "NORMAL slide" })).toEqual(["Slide 2", "Slide 10"]);
    expect(names({ only: "Abnormal" })).toEqual(["Slide 2"]);
    expect(names({ only: "Abnormal" }, STUDENT)).toEqual([]);
    expect(labelsIn(rows, STUDENT)).toEqual(["Normal", "Sprue"]);
  });
});

describe("a slide's answer", () => {
  it("is kept as CSV and as GeoJSON with the same pieces", async () => {
    const answer = { prediction: prediction("s1", "m1")!, overlay: overlay("s1", "m1")! };
    const files = answerDownloads("case 12/ä", () => Promise.resolve(answer));
    expect(files.map(({ file }) => file)).toEqual([
      "case-12-ä.csv",
      "case-12-ä.geojson",
      "case-12-ä-map.geojson",
    ]);
    const [csv, pieces, cells] = await Promise.all(files.map(async ({ load }) => (await load()).text()));
    expect(csv!.trim().split("\n")).toHaveLength(4);
    const features = (text: string) => (JSON.parse(text) as { features: unknown[] }).features;
    expect(features(pieces!)).toHaveLength(3);
    expect(features(cells!).length).toBeGreaterThan(100);
  });

  it("has labels in white or black, whichever is read better on the class's colour", () => {
    for (let index = 0; index < 7; index++) {
      const light = luminance(classColour(index));
      const [white, black] = [1.05 / (light + 0.05), (light + 0.05) / 0.05];
      expect(textColourOn(index)).toBe(white > black ? "#ffffff" : "#000000");
      expect(Math.max(white, black)).toBeGreaterThanOrEqual(4.5);
    }
  });
});
