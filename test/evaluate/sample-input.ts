// A small evaluation to start from: one teacher, students and baselines at 2 and 4 µm/px and a fine-tuned student, on simulated answers
// of 3 classes. The teacher is best, the baselines worst.

import type { EvaluatedModel, EvaluationInput, ModelRole } from "../../src/evaluate/index.ts";
import { Generator } from "../../src/random/index.ts";
import { softmax } from "../../src/stats/index.ts";

export const CLASSES = ["Abnormal", "Normal", "Sprue"];

const MODELS: readonly (readonly [string, ModelRole, number, number])[] = [
  ["teacher", "teacher", 1, 3],
  ["student-2", "student", 2, 2.5],
  ["student-4", "student", 4, 2],
  ["baseline-4", "baseline", 4.0004, 0.5],
  ["baseline-8", "baseline", 8, 0.3],
  ["tuned-4", "fine-tuned", 4, 2.2],
];

export function sampleInput(
  change: Partial<EvaluationInput> = {},
  shape: { patients?: number; imagesPerPatient?: number; knownPatients?: boolean } = {},
): EvaluationInput {
  const { patients = 24, imagesPerPatient = 3, knownPatients = true } = shape;
  const images = Array.from({ length: patients * imagesPerPatient }, (_, i) => {
    const patient = Math.floor(i / imagesPerPatient);
    return {
      image: `${CLASSES[patient % 3]}/${i}.png`,
      patient: knownPatients ? `P-${patient}` : null,
      label: CLASSES[patient % 3]!,
    };
  });
  const models = MODELS.map(([name, role, mpp, signal]): EvaluatedModel => {
    const generator = Generator.derive(1, "answers", name);
    const predictions = images.map((one) => {
      const logits = CLASSES.map((c) => generator.normal() + (c === one.label ? signal : 0));
      return { ...one, probabilities: softmax(logits) };
    });
    return {
      name,
      role,
      mpp,
      architecture: "resnet10-thin",
      parameters: 1_231_011,
      cost: {
        macsPerPixel: 5016,
        macsPerMm2: 5016e6 / mpp ** 2,
        macsPerImageMean: 1e9,
        latencySecondsPerImage: null,
        latencyMegapixelsPerSecond: null,
      },
      learningCurve: [{ epoch: 1, trainLoss: 0.9, validation: { accuracy: 0.5 } }],
      predictions,
    };
  });
  const fixed = { classes: CLASSES, split: "test", seed: 1, draws: 200, lowmag: "0.1.0" };
  return { ...fixed, createdAt: "2026-11-20T00:00:00.000Z", models, ...change };
}

/** The same input with one model's answers changed. */
export function withAnswers(
  input: EvaluationInput,
  model: number,
  edit: (answers: EvaluatedModel["predictions"]) => EvaluatedModel["predictions"],
): EvaluationInput {
  const models = input.models.map((one, i) =>
    i === model ? { ...one, predictions: edit(one.predictions) } : one,
  );
  return { ...input, models };
}
