// Reads the golden file that test/golden/stats/make_comparisons.py made by comparing every pair of images.
import { readFileSync } from "node:fs";
import { type PreparedPredictions, preparePredictions } from "../../src/stats/index.ts";

interface Moments {
  readonly value: number;
  readonly variance: number;
}

export interface ComparisonCase {
  readonly name: string;
  readonly classes: number;
  readonly labels: readonly number[];
  readonly patients: readonly number[];
  readonly thousandths: readonly (readonly (readonly number[])[])[];
  readonly perClass: readonly {
    readonly auroc: number;
    readonly variance: number;
    readonly varianceOfDifference: number;
    readonly varianceOverSeeds: number;
  }[];
  readonly macro: { readonly auroc: number; readonly variance: number };
  readonly macroDifference: Moments;
  readonly macroOverSeeds: Moments;
  readonly agreement: { readonly share: number; readonly kappa: number };
}

interface Golden {
  readonly cases: readonly ComparisonCase[];
  readonly holm: readonly { readonly pValues: readonly number[]; readonly adjusted: readonly number[] }[];
  readonly differences: readonly {
    readonly first: number;
    readonly second: number;
    readonly varianceOfFirst: number;
    readonly varianceOfSecond: number;
    readonly varianceOfDifference: number;
    readonly units: number;
    readonly margin: number;
    readonly twoSided: number;
    readonly nonInferiority: number;
    readonly interval: readonly [number, number];
  }[];
}

const path = new URL("../golden/stats/comparisons.json", import.meta.url);
export const golden = JSON.parse(readFileSync(path, "utf8")) as Golden;

export function prepareModels(one: ComparisonCase): PreparedPredictions[] {
  return one.thousandths.map((rows) =>
    preparePredictions(
      one.labels,
      rows.map((row) => row.map((whole) => whole / 1000)),
      one.classes,
    ),
  );
}
