// The long calibration of studies as the second part of results/calibration.md.
import { COMPARED_METRICS } from "../../src/evaluate/index.ts";
import {
  type CalibrationSize,
  COVERED,
  calibrateStudies,
  type StudyCalibrationResult,
} from "./study-calibration.ts";
import type { StudyScenario } from "./study-simulation.ts";

const THREE = [1 / 3, 1 / 3, 1 / 3];

const EQUAL: readonly StudyScenario[] = [
  { name: "6 patients x 5", patients: 6, images: 5, shares: THREE },
  { name: "6 patients x 5, two classes", patients: 6, images: 5, shares: [0.5, 0.5] },
  { name: "12 unequal patients, ties", patients: 12, images: "unequal", shares: THREE, ties: true },
  {
    name: "12 unequal mixed patients, 10:90",
    patients: 12,
    images: "unequal",
    shares: [0.1, 0.9],
    mixed: true,
  },
  { name: "20 unequal patients", patients: 20, images: "unequal", shares: THREE, sureness: 2 },
  {
    name: "20 unequal patients, 10:90, ties",
    patients: 20,
    images: "unequal",
    shares: [0.1, 0.9],
    ties: true,
  },
  { name: "50 patients x 4", patients: 50, images: 4, shares: THREE },
  { name: "50 unequal patients, 10:90", patients: 50, images: "unequal", shares: [0.1, 0.9] },
];

const WORSE = EQUAL.map((one): StudyScenario => ({ ...one, signals: [1.9, 0.9, 1.4, 1.4] }));

/** What begins the second part, so that either part can be written anew without the other. */
export const STUDY_PART = "# Calibration of studies\n";

/** Runs everything; `progress` is told of every finished scenario. */
export function studyCalibrationReport(size: CalibrationSize, progress: (line: string) => void): string {
  const run = (scenario: StudyScenario): StudyCalibrationResult => {
    const result = calibrateStudies(scenario, size);
    progress(`${scenario.name}: ${JSON.stringify(result)}`);
    return result;
  };
  const equal = EQUAL.map(run);
  const worse = WORSE.map(run);
  const covered = (results: readonly StudyCalibrationResult[]) =>
    table(
      ["scenario", ...COVERED],
      EQUAL.map(({ name }, i) => [name, ...COVERED.map((metric) => percent(results[i]!.covered[metric]))]),
    );
  const falseAlarms = EQUAL.map(({ name }, i) => [
    name,
    ...COMPARED_METRICS.map((metric) => percent(equal[i]!.comparisons[metric]!.rejected)),
    percent(equal[i]!.anyBeforeHolm),
    percent(equal[i]!.anyAfterHolm),
  ]);
  const boundary = EQUAL.map(({ name }, i) => [
    name,
    ...COMPARED_METRICS.flatMap((metric) => {
      const { truth, above, below } = worse[i]!.comparisons[metric]!;
      return [truth.toFixed(3), percent(above), percent(below)];
    }),
  ]);
  return `${STUDY_PART}
Whole simulated studies judged by \`evaluateStudy\`: a teacher, a baseline and two students, three seeds each, on the same patients
(test/evaluate/study-simulation.ts); ${size.replicates} studies per scenario, ${size.draws} bootstrap draws each; truths read off ${size.population.toLocaleString("en-US")} simulated patients. Monte Carlo
error: about ±${(200 * Math.sqrt((0.05 * 0.95) / size.replicates)).toFixed(1)} points (two standard errors). "Unequal": 60% of patients have 1-3 images, 30% 5-10, 10% 25. "10:90": one class has
a tenth of the patients (of the images, where patients are "mixed": have images of both classes). "Ties": probabilities rounded to one digit. Every class comes from at
least two patients. "20 unequal patients" are judged by networks that are twice too sure.

Command: \`LOWMAG_CALIBRATION=${size.replicates === 1000 ? 1 : size.replicates} npx vitest run test/evaluate/study-calibration.test.ts\`

What to take from it. Intervals of a mean over seeds cover 92-100% nearly everywhere. Not so: balanced accuracy and macro AUROC where three classes come from two patients
each (92%, 88%), the calibration error there (89-91%), and accuracy and agreement with 50 patients of whom a few have most images (90%). Tests of no
difference raise 0-6.4% false alarms, Holm's families at most 0.4%: conservative for AUROC and rare classes, at the cost of power. Non-inferiority
at its boundary is claimed in 0-4.4% of studies instead of 2.5%, 6% in accuracy with 50 patients of whom a few have most images. With DeLong's standard error and a plain Student's t, as the papers have it, it
was 4-13% (1,000 data sets each of 6 to 50 patients, AUROC 0.84 against 0.94): an AUROC that comes out near 1 by luck brings a small standard error along. Tried
against it: Student's t on the logit scale alone (2-5%, but 6-12% false alarms of no difference), variances moved to the boundary as Farrington and Manning do (2-9%), Hall's
correction for skewness (3-11%), larger variances for large patients (4-12%); kept: the larger p-value of the raw and the logit scale, from which the intervals come too. The same
cured the paired bootstrap of accuracy (up to 9%).

## Coverage of 95% intervals of a mean over three seeds

The student's metrics, its calibration error before and after temperature scaling fitted on other patients, and its agreement with the teacher.
Networks that are equally good, then a teacher that is better:

${covered(equal)}
${covered(worse)}
## False alarms of the tests of no difference, all networks equally good

Share of studies in which the student differs from the teacher at 5%, uncorrected; macro AUROC by DeLong with patients as clusters, the rest by paired
bootstrap. The last two columns: studies in which any test of macro AUROC in the whole study (differences, and non-inferiority at its boundary) comes out
positive, before and after Holm's correction: the latter must be at most 5%.

${table(["scenario", ...COMPARED_METRICS, "any, uncorrected", "any after Holm"], falseAlarms)}
## Non-inferiority at its boundary

The student is worse by exactly the margin. "Claimed" is the share of studies that would call it non-inferior (its interval lies above minus the margin): at most 2.5% would be right. "Below" is
the share whose interval lies below the truth.

${boundaryTable(boundary)}
`;
}

function boundaryTable(rows: readonly (readonly string[])[]): string {
  return table(
    ["scenario", ...COMPARED_METRICS.flatMap((metric) => [`${metric}: truth`, "claimed", "below"])],
    rows,
  );
}

function percent(share: number): string {
  return Number.isNaN(share) ? "-" : `${(100 * share).toFixed(1)}%`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, header.map((_, i) => (i === 0 ? "---" : "---:")), ...rows];
  return `${lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`;
}
