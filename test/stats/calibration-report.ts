// The long calibration study as a page: results/calibration.md.
import {
  type Coverage,
  type Scenario,
  STUDIED,
  type StudySize,
  studyComparisons,
  studyCoverage,
  studyMcnemar,
} from "./calibration-study.ts";

const GOOD = { signals: [4, 4], patientSpread: 1, imageSpread: 0.8 } as const;

const SCENARIOS: readonly Scenario[] = [
  { name: "6 patients x 5", patients: 6, imagesPerPatient: 5 },
  { name: "10 patients x 5", patients: 10, imagesPerPatient: 5 },
  { name: "20 patients x 5", patients: 20, imagesPerPatient: 5 },
  { name: "20 patients, unequal", patients: 20, imagesPerPatient: "unequal" },
  { name: "20 patients, unequal, tied scores", patients: 20, imagesPerPatient: "unequal", ties: true },
  { name: "20 patients x 5, each with all classes", patients: 20, imagesPerPatient: 5, mixedPatients: true },
  { name: "20 patients x 5, nearly perfect", patients: 20, imagesPerPatient: 5, ...GOOD },
  { name: "50 patients, unequal", patients: 50, imagesPerPatient: "unequal" },
  { name: "100 independent images", patients: 100, imagesPerPatient: 1 },
  { name: "60 independent images, nearly perfect", patients: 60, imagesPerPatient: 1, ...GOOD },
  { name: "200 patients, unequal", patients: 200, imagesPerPatient: "unequal" },
];

const COMPARISONS: readonly Scenario[] = [
  ...SCENARIOS.slice(0, 10),
  { name: "20 patients x 5, second model over-confident", patients: 20, imagesPerPatient: 5, secondScale: 3 },
  { name: "20 patients x 5, a real difference", patients: 20, imagesPerPatient: 5, signals: [1.5, 0.8] },
];

/** Runs the whole study; about five minutes of one core. */
export function calibrationReport(size: StudySize): string {
  const studies = SCENARIOS.map((scenario) =>
    studyCoverage(scenario, ["standard-error", "percentile"], size),
  );
  const coverage = [0, 1].map((method) =>
    table(
      ["scenario", ...STUDIED.map(shortName)],
      SCENARIOS.map(({ name }, i) => [name, ...studies[i]![method]!.map(coverageCell)]),
    ),
  );
  const comparisons = table(
    [
      "scenario",
      "metric",
      "true difference",
      "interval covers",
      "rejects: standard error",
      "percentile",
      "permutation",
      "ignoring patients",
    ],
    COMPARISONS.flatMap(comparisonRows(size)),
  );
  const independent: Scenario = { name: "", patients: 100, imagesPerPatient: 1 };
  const clustered: Scenario = { name: "", patients: 20, imagesPerPatient: 5 };
  const mcnemar = [independent, clustered].map((scenario) =>
    percent(studyMcnemar(scenario, size.replicates)),
  );
  return `${introduction(size)}
## Coverage of 95% intervals, \`standard-error\` (the default)

${coverage[0]}
## Coverage of 95% intervals, \`percentile\`

${coverage[1]}
## Paired comparisons

All but the last two scenarios are the null: two exchangeable models. "Rejects" is the share of p-values of at most 0.05 (false alarms
under the null, power in the last scenario). "Ignoring patients" is the same bootstrap by image.

${comparisons}
McNemar's exact test under the null: rejects ${mcnemar[0]} with 100 independent images, ${mcnemar[1]} with 20 patients x 5 images (for
which it is not made).
`;
}

function introduction({ replicates, draws, population }: StudySize): string {
  return `# Calibration of intervals and tests

Simulated predictions of three classes in which a patient's images are alike (test/stats/simulation.ts); ${replicates} data sets per scenario,
${draws} bootstrap draws each, by patient. The truth is read off ${population.toLocaleString("en-US")} simulated patients. Monte Carlo error: about ±${(200 * Math.sqrt((0.05 * 0.95) / replicates)).toFixed(1)} points (two standard errors).
"Unequal": 60% of patients have 1-3 images, 30% 5-10, 10% 25. A cell is the share of intervals that hold the truth;
in brackets, where below 100%, the share of data sets for which an interval was given at all. Recall, precision and AUROC are of one class.

Command: \`LOWMAG_CALIBRATION=${replicates === 1000 ? 1 : replicates} npx vitest run test/stats/calibration.test.ts\`

What to take from it. With few patients the plain percentile bootstrap covers far less than it says, above all for class means, AUROC and nearly
perfect models. The default covers about 92-100% in all of these scenarios, with 6 patients too (there its intervals are very wide); lowest are
log loss of nearly perfect models, the calibration error of few unequal patients or nearly perfect models, and anything of many patients of very unequal size.
Kappa, log loss and calibration error once covered 89%, 91% and 81% with 6 patients: their degrees of freedom are now those of a mean over classes, the lower end of the
calibration error goes down by three times its estimated bias (twice was too little), and log loss takes its lower end on the raw scale, which is the wider one there.
The calibration error's intervals are wide on purpose (the estimate is biased upwards).
Differences are conservative for AUROC (less power than the permutation test); a bootstrap that ignores patients raises false alarms to 9-38% where
patients have several images of one class and models err. The permutation test keeps its level everywhere.
`;
}

function comparisonRows(size: StudySize): (scenario: Scenario) => string[][] {
  return (scenario) =>
    studyComparisons(scenario, size).map(({ metric, difference, covered, rejected }, i) => [
      i === 0 ? scenario.name : "",
      metric,
      difference.toFixed(3),
      percent(covered),
      percent(rejected["standard-error"]),
      percent(rejected.percentile),
      percent(rejected.permutation),
      percent(rejected.images),
    ]);
}

function shortName(metric: string): string {
  return metric === "expectedCalibrationError" ? "ECE" : metric;
}

function coverageCell({ covered, given }: Coverage): string {
  return given > 0.9995 ? percent(covered) : `${percent(covered)} (${percent(given)})`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, header.map((_, i) => (i === 0 ? "---" : "---:")), ...rows];
  return `${lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`;
}
