// Runs and what they answered, in the form that the evaluate room judges: role, cost, learning curve, predictions.
import type { Dataset } from "../dataset/index.ts";
import type { EvaluatedModel } from "../evaluate/index.ts";
import { type Classification, measureLatency } from "../infer/index.ts";
import { type ArchitectureName, forwardMacs, type Model } from "../models/index.ts";
import type { EpochRecord, FinishedRun } from "../train/index.ts";
import { countCost } from "./profile.ts";
import { rolesOf } from "./roles.ts";

/** @param answers one list per run, of the same images in the same order. */
export async function judgedModels(
  runs: readonly FinishedRun[],
  answers: readonly (readonly Classification[])[],
  dataset: Dataset,
  latency: boolean,
): Promise<EvaluatedModel[]> {
  const roles = rolesOf(runs);
  const models: EvaluatedModel[] = [];
  for (const [i, run] of runs.entries()) {
    const own = answers[i]!;
    models.push({
      name: run.name,
      role: roles[i]!,
      mpp: run.model.description.mpp,
      architecture: run.model.description.architecture,
      parameters: countCost(run.model.description).parameters,
      cost: await costOn(run.model, own, latency),
      learningCurve: run.log.map(learningCurvePoint),
      predictions: own.map((answer) => predictionOf(answer, dataset, run.model.description.classes)),
    });
  }
  return models;
}

/** Cost over the images that were evaluated; latency is measured at their median size. */
async function costOn(
  model: Model,
  answers: readonly Classification[],
  latency: boolean,
): Promise<EvaluatedModel["cost"]> {
  const { macsPerPixel, macsPerMm2 } = countCost(model.description);
  const { architecture, classes } = model.description;
  const bySize = [...answers].sort((a, b) => a.width * a.height - b.width * b.height);
  const { width, height } = bySize[Math.floor(bySize.length / 2)]!;
  const seconds = latency ? await measureLatency(model, width, height) : null;
  return {
    macsPerPixel,
    macsPerMm2,
    macsPerImageMean: meanMacs(architecture, classes.length, answers),
    latencySecondsPerImage: seconds,
    latencyMegapixelsPerSecond: seconds === null ? null : (width * height) / seconds / 1e6,
  };
}

/** MACs of a forward pass, mean over images of these sizes. */
export function meanMacs(
  architecture: ArchitectureName,
  classes: number,
  sizes: readonly { readonly width: number; readonly height: number }[],
): number {
  const macs = new Map<string, number>();
  let total = 0;
  for (const { width, height } of sizes) {
    const size = `${width} x ${height}`;
    const known = macs.get(size) ?? forwardMacs(architecture, classes, width, height);
    macs.set(size, known);
    total += known;
  }
  return total / sizes.length;
}

/** An epoch of a run's log as a point of its learning curve. */
export function learningCurvePoint({
  epoch,
  train,
  validation,
}: EpochRecord): EvaluatedModel["learningCurve"][number] {
  const { loss = null, accuracy = null, balancedAccuracy = null, auroc = null } = validation ?? {};
  return { epoch, trainLoss: train.loss, validation: { loss, accuracy, balancedAccuracy, auroc } };
}

function predictionOf(
  { image, probabilities }: Classification,
  dataset: Dataset,
  own: readonly string[],
): EvaluatedModel["predictions"][number] {
  const { id, patient, label } = dataset.images[image]!;
  const inOrder = dataset.classes.map((name) => probabilities[own.indexOf(name)]!);
  return { image: id, patient, label: label!, probabilities: inOrder };
}
