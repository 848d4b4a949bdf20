// The goldens rest on two programs making the same weights from names; this holds them together.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decode, expectClose, expectSummary, layersGolden, summarize } from "../support/goldens.ts";
import {
  hashArray,
  hashImages,
  hashStateDict,
  hashUniform,
  type StateEntry,
} from "../support/hash-weights.ts";

interface HashGolden {
  readonly uniform: readonly { readonly name: string; readonly values: readonly number[] }[];
  readonly entries: readonly (StateEntry & { readonly prefix: string; readonly sha256: string })[];
  readonly image: {
    readonly name: string;
    readonly height: number;
    readonly width: number;
    readonly sha256: string;
  };
}

const golden = JSON.parse(
  readFileSync(new URL("../golden/models/hash-weights.json", import.meta.url), "utf8"),
) as HashGolden;

const sha256 = (data: Float32Array): string =>
  createHash("sha256")
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest("hex");

describe("weights by formula", () => {
  it("are the numbers that the Python formula gives", () => {
    for (const { name, values } of golden.uniform)
      expect([...hashUniform(name, values.length)]).toEqual(values);
  });

  it("equal Python's bit for bit, for every kind of entry, of student and teacher", () => {
    for (const { prefix, sha256: digest, ...entry } of golden.entries) {
      const { dims, data } = hashStateDict([entry], prefix).get(entry.name)!;
      expect(dims).toEqual(entry.dims);
      expect(sha256(data), prefix + entry.name).toBe(digest);
    }
  });

  it("make the same images, bit for bit", () => {
    const { name, height, width, sha256: digest } = golden.image;
    expect(sha256(hashImages([name], height, width))).toBe(digest);
  });

  it("make the same arrays as the layers' goldens store", () => {
    for (const { name, upstream } of layersGolden().cases)
      expect(hashArray(`${name}/upstream`, upstream.dims)).toEqual(decode(upstream).data);
  });
});

describe("comparison with a golden", () => {
  const values = hashArray("values", [1000]);
  const summary = summarize("values", values, 8);

  it("accepts errors within the tolerance", () => {
    expectSummary("values", values, summary, { relative: 1e-6 });
    expectSummary(
      "values",
      values.map((v) => v * 1.00005),
      summary,
      { relative: 1e-4 },
    );
  });

  it("notices one wrong entry, two exchanged entries, and a wrong length", () => {
    const wrong = values.slice();
    wrong[123] = wrong[123]! + 0.1;
    expect(() => expectSummary("values", wrong, summary, { relative: 1e-4 })).toThrow("values");
    const exchanged = values.slice();
    [exchanged[10], exchanged[500]] = [values[500]!, values[10]!];
    expect(() => expectSummary("values", exchanged, summary, { relative: 1e-4 })).toThrow("probe");
    expect(() => expectClose([1, 2], [1, 2, 3], { relative: 1 }, "x")).toThrow(
      "x: expected 3 numbers, got 2",
    );
  });

  it("notices a small offset of every entry, by the sum", () => {
    const offset = values.map((v) => v + 1e-3);
    const allButSum = { ...summarize("values", offset, 8), sum: summary.sum };
    expect(() => expectSummary("values", offset, allButSum, { relative: 1e-3 })).toThrow("sum");
    expectSummary("values", offset, allButSum, { relative: 2e-3 });
  });

  it("refuses NaN on either side", () => {
    expect(() => expectClose([Number.NaN], [1], { relative: 1 }, "x")).toThrow("got NaN");
    expect(() => expectClose([1], [Number.NaN], { relative: 1 }, "x")).toThrow("expected NaN");
  });
});
