// Simulated studies: a teacher, a baseline and two students, three seeds each, on patients whose images are alike. What a training is worth (its
// signal) is fixed, so the truth of every number can be read off one very large test split of the same kind.
import type { Answer, StudyCellInput, StudyEvaluationInput } from "../../src/evaluate/index.ts";
import { Generator } from "../../src/random/index.ts";
import { softmax } from "../../src/stats/index.ts";

export interface StudyScenario {
  readonly name: string;
  readonly patients: number;
  /** A number for every patient alike, or "unequal": 60% have 1-3 images, 30% 5-10, 10% 25. */
  readonly images: number | "unequal";
  /** Share of patients (or of images, where `mixed`) of each class. */
  readonly shares: readonly number[];
  /** Probabilities rounded to one digit. */
  readonly ties?: boolean;
  /** Patients have images of all classes. */
  readonly mixed?: boolean;
  /** How far the logit of the true class stands out: of the teacher, the baseline and both students. */
  readonly signals?: readonly [number, number, number, number];
  /** Factor on all logits: 1 is about calibrated, more is too sure. */
  readonly sureness?: number;
}

export const SEEDS = [1, 2, 3];
/** What a seed adds to the signal. */
const OF_SEED = [-0.1, 0, 0.1];
const CELLS = [
  { id: "teacher", arm: "teacher", kind: "teacher" },
  { id: "baseline", arm: "baseline", kind: "baseline" },
  { id: "student", arm: "distilled", kind: "distilled" },
  { id: "variant", arm: "variant", kind: "distilled" },
] as const;
const EQUAL = [1.5, 1.5, 1.5, 1.5] as const;
const SPREAD = { patient: 0.6, image: 0.6, own: 0.4 };

/** A study with its own test and validation patients; `copies` test splits of that kind are joined into one. */
export function simulateStudy(
  scenario: StudyScenario,
  replicate: number,
  settings: Pick<StudyEvaluationInput, "margin" | "draws">,
  copies = 1,
): StudyEvaluationInput {
  const classes = scenario.shares.map((_, c) => `class ${c}`);
  const test = joinSplits(scenario, ["test", replicate], copies);
  const validation = joinSplits(scenario, ["validation", replicate], 1);
  const facts = { mpp: 4, architecture: "none", parameters: 0, labelFraction: 1, unlabelledFraction: 0 };
  const cells = CELLS.map(
    (cell, c): StudyCellInput => ({
      ...cell,
      ...facts,
      from: null,
      images: { labelled: 0, unlabelled: 0 },
      cost: { macsPerPixel: 0, macsPerMm2: 0, macsPerImageMean: 0 },
      seeds: SEEDS.map((seed, s) => ({
        seed,
        run: `${cell.id}-${seed}`,
        test: test[c]![s]!,
        validation: validation[c]![s]!,
        learningCurve: [],
        bestEpoch: 1,
      })),
    }),
  );
  return { classes, cells, primary: "macroAuroc", level: 0.95, seed: replicate, ...settings };
}

/** [cell][seed] answers. */
function joinSplits(
  scenario: StudyScenario,
  path: readonly (string | number)[],
  copies: number,
): Answer[][][] {
  const answers = CELLS.map(() => SEEDS.map((): Answer[] => []));
  for (let copy = 0; copy < copies; copy++)
    drawSplit(scenario, Generator.derive(0, scenario.name, ...path, copy), copy, answers);
  return answers;
}

function drawSplit(scenario: StudyScenario, generator: Generator, copy: number, answers: Answer[][][]): void {
  const own = CELLS.map(() => SEEDS);
  for (const [patient, labels] of drawLabels(scenario, generator).entries()) {
    const shared = normals(scenario, generator, SPREAD.patient);
    const shifts = own.map((seeds) => seeds.map(() => add(shared, normals(scenario, generator, SPREAD.own))));
    for (const [i, label] of labels.entries()) {
      const image = normals(scenario, generator, SPREAD.image);
      const facts = {
        image: `${copy}/${patient}/${i}`,
        patient: `${copy}/${patient}`,
        label: `class ${label}`,
      };
      shifts.forEach((ofCell, c) => {
        ofCell.forEach((shift, s) => {
          const logits = add(add(shift, image), normals(scenario, generator, SPREAD.own));
          logits[label]! += (scenario.signals ?? EQUAL)[c]! + OF_SEED[s]!;
          answers[c]![s]!.push({ ...facts, probabilities: toProbabilities(logits, scenario) });
        });
      });
    }
  }
}

/** Class of every image of every patient; drawn again until each class has two patients, as AUROC needs. */
function drawLabels(scenario: StudyScenario, generator: Generator): number[][] {
  for (;;) {
    const labels = Array.from({ length: scenario.patients }, () => {
      const ofPatient = drawClass(scenario, generator);
      return Array.from({ length: imageCount(scenario, generator) }, () =>
        scenario.mixed === true ? drawClass(scenario, generator) : ofPatient,
      );
    });
    const patientsOf = (c: number) => labels.filter((ofPatient) => ofPatient.includes(c)).length;
    if (scenario.shares.every((_, c) => patientsOf(c) >= 2)) return labels;
  }
}

function drawClass({ shares }: StudyScenario, generator: Generator): number {
  let rest = generator.uniform();
  for (let c = 0; c < shares.length - 1; c++) {
    rest -= shares[c]!;
    if (rest < 0) return c;
  }
  return shares.length - 1;
}

function imageCount({ images }: StudyScenario, generator: Generator): number {
  if (images !== "unequal") return images;
  const kind = generator.uniform();
  if (kind < 0.6) return 1 + generator.integer(3);
  return kind < 0.9 ? 5 + generator.integer(6) : 25;
}

function toProbabilities(logits: readonly number[], { ties, sureness = 1 }: StudyScenario): number[] {
  const probabilities = softmax(logits.map((logit) => logit * sureness));
  if (ties !== true) return probabilities;
  const tenths = probabilities.map((probability) => Math.round(10 * probability));
  const sum = tenths.reduce((total, value) => total + value, 0);
  return tenths.map((value) => value / sum);
}

function normals({ shares }: StudyScenario, generator: Generator, spread: number): number[] {
  return shares.map(() => generator.normal(0, spread));
}

function add(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, i) => value + b[i]!);
}
