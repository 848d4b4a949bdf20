// Reads the golden file that test/golden/stats/make_metrics.py made with scikit-learn and SciPy.
import { readFileSync } from "node:fs";
import { type PreparedPredictions, preparePredictions } from "../../src/stats/index.ts";

type Named = Readonly<Record<string, number | null>>;

export interface GoldenCase {
  readonly name: string;
  readonly classes: number;
  readonly labels: readonly number[];
  readonly thousandths: readonly (readonly number[])[];
  readonly weights: readonly number[] | null;
  readonly rocOfFirstClass: readonly (readonly [number, number])[] | null;
  readonly overall: Named;
  readonly perClass: readonly Named[];
  readonly confusion: readonly (readonly number[])[];
}

interface Golden {
  readonly cases: readonly GoldenCase[];
  readonly temperature: readonly {
    readonly logits: readonly (readonly number[])[];
    readonly labels: readonly number[];
    readonly temperature: number;
    readonly logLossBefore: number;
    readonly logLossAfter: number;
  }[];
  readonly distributions: {
    readonly normalCdf: readonly [number, number][];
    readonly normalQuantile: readonly [number, number][];
    readonly studentTCdf: readonly [number, number, number][];
    readonly studentTQuantile: readonly [number, number, number][];
    readonly fairBinomialCdf: readonly [number, number, number][];
    readonly mcnemar: readonly [number, number, number][];
    readonly quantile: readonly [number, number][];
    readonly quantileSample: readonly number[];
  };
}

const path = new URL("../golden/stats/metrics.json", import.meta.url);
export const golden = JSON.parse(readFileSync(path, "utf8")) as Golden;

export function prepareGolden(one: GoldenCase): PreparedPredictions {
  const probabilities = one.thousandths.map((row) => row.map((whole) => whole / 1000));
  return preparePredictions(one.labels, probabilities, one.classes);
}
