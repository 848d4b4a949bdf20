// Simulated predictions of two models on the same images: patients shift the scores of all their images together, so images
// of a patient are alike, as in real tissue. Used by the tests and, at length, by scripts/calibrate.ts.
import { Generator } from "../../src/random/index.ts";
import { softmax } from "../../src/stats/index.ts";

export interface SimulationOptions {
  readonly seed: number;
  readonly patients: number;
  /** A number for every patient alike, or "unequal": 60% have 1-3 images, 30% 5-10, 10% 25. */
  readonly imagesPerPatient: number | "unequal";
  /** How far the logit of the true class stands out, of each model. */
  readonly signals?: readonly [number, number];
  /** Standard deviation of what a patient adds to every logit, and of what an image adds, shared by both models. */
  readonly patientSpread?: number;
  readonly imageSpread?: number;
  /** The same, of each model on its own (per patient and per image). */
  readonly ownSpread?: number;
  /** Probabilities on a coarse grid: many equal scores. */
  readonly ties?: boolean;
  /** Patients have images of all classes instead of one. */
  readonly mixedPatients?: boolean;
  /** Factor on the second model's logits: same answers, other confidences. */
  readonly secondScale?: number;
}

export interface SimulatedModels {
  readonly labels: number[];
  readonly patients: string[];
  readonly first: number[][];
  readonly second: number[][];
}

const CLASSES = 3;

/** Draws a test split of three classes. The first three patients have one class each, so that no class is absent. */
export function simulateModels(options: SimulationOptions): SimulatedModels {
  const { signals = [1.5, 1.5], patientSpread = 0.6, imageSpread = 0.6, ownSpread = 0.4 } = options;
  const generator = Generator.derive(options.seed, "simulation");
  const result: SimulatedModels = { labels: [], patients: [], first: [], second: [] };
  const scales = [1, options.secondScale ?? 1];
  for (let patient = 0; patient < options.patients; patient++) {
    const patientClass = patient < CLASSES ? patient : generator.integer(CLASSES);
    const shared = normals(generator, patientSpread);
    const shifts = [shared, shared].map((shift) => add(shift, normals(generator, ownSpread)));
    for (let i = imageCount(options, generator); i > 0; i--) {
      const label = options.mixedPatients ? generator.integer(CLASSES) : patientClass;
      const image = normals(generator, imageSpread);
      const [first, second] = shifts.map((shift, model) => {
        const logits = add(add(shift, image), normals(generator, ownSpread));
        logits[label]! += signals[model]!;
        const probabilities = softmax(logits.map((logit) => logit * scales[model]!));
        return options.ties ? coarsen(probabilities) : probabilities;
      });
      result.labels.push(label);
      result.patients.push(`patient ${patient}`);
      result.first.push(first!);
      result.second.push(second!);
    }
  }
  return result;
}

function imageCount(options: SimulationOptions, generator: Generator): number {
  if (options.imagesPerPatient !== "unequal") return options.imagesPerPatient;
  const kind = generator.uniform();
  if (kind < 0.6) return 1 + generator.integer(3);
  return kind < 0.9 ? 5 + generator.integer(6) : 25;
}

function normals(generator: Generator, spread: number): number[] {
  return Array.from({ length: CLASSES }, () => generator.normal(0, spread));
}

function add(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, i) => value + b[i]!);
}

function coarsen(probabilities: readonly number[]): number[] {
  const whole = probabilities.map((probability) => Math.round(probability * 5) + 0.2);
  const sum = whole.reduce((total, value) => total + value, 0);
  return whole.map((value) => value / sum);
}
