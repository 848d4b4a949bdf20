// A small calibration check that runs every time, and the long study behind the first part of results/calibration.md:
//   LOWMAG_CALIBRATION=1 npx vitest run test/stats/calibration.test.ts
// or another number than 1, of data sets to simulate in each scenario (1 stands for 1000: some six minutes of one core).
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { STUDY_PART } from "../evaluate/study-calibration-report.ts";
import { calibrationReport } from "./calibration-report.ts";
import { type Scenario, studyComparisons, studyCoverage, studyMcnemar } from "./calibration-study.ts";

const SMALL = { replicates: 300, draws: 300, population: 10_000 };
const fewUnequal: Scenario = {
  name: "12 unequal patients, ties",
  patients: 12,
  imagesPerPatient: "unequal",
  ties: true,
};
const sixPatients: Scenario = { name: "6 patients", patients: 6, imagesPerPatient: 5 };

describe("95% intervals by patient", () => {
  it("cover the truth with 12 unequal patients and tied scores", () => {
    const [coverage] = studyCoverage(fewUnequal, ["standard-error"], SMALL);
    for (const { metric, covered } of coverage!)
      expect(covered, `${metric} covered ${covered}`).toBeGreaterThan(metric === "logLoss" ? 0.88 : 0.9);
  });

  it("would be seen to fail by this check if they were plain percentiles of 6 patients", () => {
    const [coverage] = studyCoverage(sixPatients, ["percentile"], SMALL);
    expect(coverage!.find(({ metric }) => metric === "accuracy")!.covered).toBeLessThan(0.85);
    expect(coverage!.find(({ metric }) => metric === "macroAuroc")!.covered).toBeLessThan(0.75);
  });
});

describe("paired comparisons under the null", () => {
  it("reject about 5% by patient, where ignoring patients rejects far more", () => {
    const scenario: Scenario = {
      name: "null, 12 unequal patients",
      patients: 12,
      imagesPerPatient: "unequal",
      ownSpread: 0.8,
    };
    const small = { replicates: 250, draws: 250, population: 10_000 };
    for (const { metric, rejected, covered } of studyComparisons(scenario, small)) {
      expect(rejected["standard-error"], metric).toBeLessThan(0.09);
      expect(rejected.permutation, metric).toBeLessThan(0.09);
      expect(covered, metric).toBeGreaterThan(0.91);
      expect(rejected.images, metric).toBeGreaterThan(0.12);
    }
  });

  it("reject at most about 5% by McNemar's test when images are independent", () => {
    const scenario: Scenario = { name: "independent images", patients: 80, imagesPerPatient: 1 };
    const rate = studyMcnemar(scenario, 1000);
    expect(rate).toBeGreaterThan(0.005);
    expect(rate).toBeLessThan(0.065);
  });
});

const wanted = Number(process.env.LOWMAG_CALIBRATION ?? 0);

describe.runIf(wanted > 0)("the long calibration study", () => {
  it("writes the first part of results/calibration.md", { timeout: 3_600_000 }, () => {
    const file = new URL("../../results/calibration.md", import.meta.url);
    const report = calibrationReport({
      replicates: wanted === 1 ? 1000 : wanted,
      draws: 600,
      population: 20_000,
    });
    // The second part is written by test/evaluate/study-calibration.test.ts.
    const [, studies] = readFileSync(file, "utf8").split(STUDY_PART);
    writeFileSync(file, studies === undefined ? report : `${report}\n${STUDY_PART}${studies}`);
  });
});
