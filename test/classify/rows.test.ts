// Predictions as tables.
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import {
  csvText,
  pieceColumns,
  pieceRows,
  ruleInWords,
  slideColumns,
  slideRow,
} from "../../src/classify/index.ts";
import { samplePrediction } from "./samples.ts";

const named = (columns: readonly string[], row: readonly unknown[]) => {
  expect(row).toHaveLength(columns.length);
  return Object.fromEntries(columns.map((name, i) => [name, row[i]]));
};

describe("a row", () => {
  it("of a piece has its box in pixels of level 0 and every class's probability", () => {
    const prediction = samplePrediction();
    const rows = pieceRows(prediction);
    expect(rows).toHaveLength(2);
    expect(named(pieceColumns(prediction.model.classes), rows[1]!)).toEqual({
      slide: "slide-01",
      piece: 2,
      x: 38_000,
      y: 28_000.5,
      width: 2000.25,
      height: 1999.5,
      mpp: 8,
      "tissue mm2": 0.16,
      "probability: Abnormal": 0,
      "probability: Normal": 0.499023,
      "probability: Sprue": 0.500977,
      label: "Sprue",
      seconds: 0.25,
    });
  });

  it("of a slide has its answer, the rule, and what it is known to be", () => {
    const prediction = { ...samplePrediction(), truth: "Sprue" };
    expect(named(slideColumns(prediction.model.classes), slideRow(prediction))).toEqual({
      slide: "slide-01",
      pieces: 2,
      "tissue mm2": 0.64,
      "probability: Abnormal": 0.125,
      "probability: Normal": 0.5,
      "probability: Sprue": 0.375,
      label: "Normal",
      rule: "mean by tissue area",
      truth: "Sprue",
      seconds: 1,
    });
    expect(slideRow(samplePrediction())).toContain(null);
  });

  it("names its rule", () => {
    expect(ruleInWords({ kind: "max", positive: "Sprue" })).toBe("max of Sprue");
    expect(ruleInWords({ kind: "any", positive: "Sprue", threshold: 0.7 })).toBe("any Sprue >= 0.7");
  });
});

describe("a table as text", () => {
  it("comes back as it was, whatever stands in it", () => {
    const rows = [
      ["plain", 1.5, ""],
      ['with "quotes", commas', -2, "two\nlines\r\nmore"],
      [" spaces ", 0, "µm ≥ 1"],
    ];
    expect(parse(csvText(rows))).toEqual(rows.map((row) => row.map(String)));
    expect(csvText([[null, 1]])).toBe(",1\n");
  });
});
