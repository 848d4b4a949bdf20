// A small study to start from: teachers of all and of a quarter of the labels, baselines, two distilled arms (the second at one µm/px) at two
// amounts of tissue, and fine-tuned students, on simulated answers of three classes. The teacher is best, the baselines worst.
import type {
  Answer,
  StudyCellInput,
  StudyEvaluationInput,
  StudySeedAnswers,
} from "../../src/evaluate/index.ts";
import { Generator } from "../../src/random/index.ts";
import { softmax } from "../../src/stats/index.ts";

export const CLASSES = ["Abnormal", "Normal", "Sprue"];

export interface SampleShape {
  readonly patients?: number;
  readonly imagesPerPatient?: number;
  readonly knownPatients?: boolean;
  readonly seeds?: readonly number[];
}

type Facts = Pick<
  StudyCellInput,
  "arm" | "kind" | "mpp" | "labelFraction" | "unlabelledFraction" | "from"
> & { readonly signal: number };

function facts(
  arm: string,
  kind: StudyCellInput["kind"],
  mpp: number,
  signal: number,
  rest: Partial<Facts> = {},
): Facts {
  return { arm, kind, mpp, signal, labelFraction: 1, unlabelledFraction: 0, from: null, ...rest };
}

const CELLS: readonly Facts[] = [
  facts("teacher", "teacher", 1, 3),
  facts("teacher", "teacher", 1, 2.6, { labelFraction: 0.25 }),
  facts("baseline", "baseline", 4.0004, 1),
  facts("distilled", "distilled", 4, 2),
  facts("distilled", "distilled", 4, 2.6, { unlabelledFraction: 1 }),
  facts("distilled", "distilled", 8, 1.6),
  facts("published", "distilled", 4, 1.8),
  facts("fine-tuned", "fine-tuned", 4, 2.7, { unlabelledFraction: 1, from: "distilled-4um-l100-u100" }),
];

export function cellId({ arm, mpp, labelFraction, unlabelledFraction }: Omit<Facts, "signal">): string {
  return `${arm}-${Math.round(mpp)}um-l${100 * labelFraction}-u${100 * unlabelledFraction}`;
}

export function sampleStudy(
  change: Partial<StudyEvaluationInput> = {},
  shape: SampleShape = {},
): StudyEvaluationInput {
  const fixed = { classes: CLASSES, primary: "macroAuroc", margin: 0.05, level: 0.95, draws: 200, seed: 1 };
  return { ...fixed, cells: CELLS.map((cell) => sampleCell(cell, shape)), ...change };
}

function sampleCell({ signal, ...cell }: Facts, shape: SampleShape): StudyCellInput {
  const id = cellId(cell);
  return {
    id,
    ...cell,
    architecture: "resnet10-thin",
    parameters: 1_231_011,
    images: { labelled: 60, unlabelled: 100 * cell.unlabelledFraction },
    cost: { macsPerPixel: 5016, macsPerMm2: 5016e6 / cell.mpp ** 2, macsPerImageMean: 1e9 },
    seeds: (shape.seeds ?? [1, 2, 3]).map((seed) => sampleSeed(id, seed, signal, shape)),
  };
}

function sampleSeed(id: string, seed: number, signal: number, shape: SampleShape): StudySeedAnswers {
  return {
    seed,
    run: `${id}-seed${seed}`,
    test: sampleAnswers("test", id, seed, signal, shape),
    validation: sampleAnswers("val", id, seed, signal, shape),
    learningCurve: [{ epoch: 1, trainLoss: 0.9, validation: { accuracy: 0.5 } }],
    bestEpoch: 1,
  };
}

/** Images of one patient share a shift, and all networks share the shifts of patients and images. */
function sampleAnswers(
  split: string,
  id: string,
  seed: number,
  signal: number,
  { patients = 24, imagesPerPatient = 3, knownPatients = true }: SampleShape,
): Answer[] {
  const shared = Generator.derive(7, split);
  const own = Generator.derive(seed, split, id);
  const answers: Answer[] = [];
  for (let patient = 0; patient < patients; patient++) {
    const label = CLASSES[patient % CLASSES.length]!;
    const shift = CLASSES.map(() => shared.normal(0, 0.5));
    for (let i = 0; i < imagesPerPatient; i++) {
      const logits = CLASSES.map(
        (name, c) => shift[c]! + shared.normal() + 0.5 * own.normal() + (name === label ? signal : 0),
      );
      answers.push({
        image: `${split}/${label}/${patient}-${i}.png`,
        patient: knownPatients ? `P-${patient}` : null,
        label,
        probabilities: softmax(logits),
      });
    }
  }
  return answers;
}
