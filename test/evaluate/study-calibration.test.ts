// A small calibration check of whole studies that runs every time, and the long one behind the second part of results/calibration.md:
//   LOWMAG_CALIBRATION=1 npx vitest run test/evaluate/study-calibration.test.ts
// or another number than 1, of studies to simulate in each scenario (1 stands for 1000: some 20 minutes of one core).
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { calibrateStudies } from "./study-calibration.ts";
import { STUDY_PART, studyCalibrationReport } from "./study-calibration-report.ts";
import type { StudyScenario } from "./study-simulation.ts";

const SMALL = { replicates: 80, draws: 100, population: 1500 };
const few: StudyScenario = {
  name: "12 patients of two classes, ties",
  patients: 12,
  images: 3,
  shares: [0.5, 0.5],
  ties: true,
};

describe("simulated studies of few patients", () => {
  it("have intervals that hold the truth and tests that seldom raise false alarms when networks are equal", () => {
    const { covered, comparisons, anyBeforeHolm, anyAfterHolm } = calibrateStudies(few, SMALL);
    for (const [name, share] of Object.entries(covered)) expect(share, name).toBeGreaterThan(0.87);
    for (const [metric, { rejected }] of Object.entries(comparisons))
      expect(rejected, metric).toBeLessThan(0.1);
    expect(anyAfterHolm).toBeLessThan(0.07);
    expect(anyAfterHolm).toBeLessThanOrEqual(anyBeforeHolm);
  });

  it("seldom call a student non-inferior that is worse by the margin", () => {
    const worse = { ...few, signals: [1.9, 0.9, 1.2, 1.2] } as const;
    for (const [metric, { above, truth }] of Object.entries(calibrateStudies(worse, SMALL).comparisons)) {
      expect(truth, metric).toBeLessThan(-0.03);
      expect(above, metric).toBeLessThan(0.08);
    }
  });
});

const wanted = Number(process.env.LOWMAG_CALIBRATION ?? 0);

describe.runIf(wanted > 0)("the long calibration of studies", () => {
  it("writes the second part of results/calibration.md", { timeout: 36_000_000 }, () => {
    const file = new URL("../../results/calibration.md", import.meta.url);
    const size = { replicates: wanted === 1 ? 1000 : wanted, draws: 200, population: 4000 };
    const part = studyCalibrationReport(size, (line) => {
      if (process.env.LOWMAG_CALIBRATION_LOG !== undefined)
        appendFileSync(process.env.LOWMAG_CALIBRATION_LOG, `${line}\n`);
    });
    const [first] = readFileSync(file, "utf8").split(STUDY_PART);
    writeFileSync(file, `${first!.trimEnd()}\n\n${part}`);
  });
});
