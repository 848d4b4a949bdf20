// Runs and what they answered, in the form that the evaluate room judges: role, cost, learning curve, predictions.
import type { Dataset } from "../dataset/index.ts";
import type { EvaluatedModel } from "../evaluate/index.ts";
import { type Classification, measureLatency } from "../infer/index.ts";
import { forwardMacs, type Model } from "../models/index.ts";
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
      parameters: countCost(run.model).parameters,
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
  const { macsPerPixel, macsPerMm2 } = countCost(model);
  const { architecture, classes } = model.description;
  const macs = new Map<string, number>();
  for (const { width, height } of answers) {
    const size = `${width} x ${height}`;
    if (!macs.has(size)) macs.set(size, forwardMacs(architecture, classes.length, width, height));
  }
  const total = answers.reduce((sum, { width, height }) => sum + macs.get(`${width} x ${height}`)!, 0);
  const bySize = [...answers].sort((a, b) => a.width * a.height - b.width * b.height);
  const { width, height } = bySize[Math.floor(bySize.length / 2)]!;
  const seconds = latency ? await measureLatency(model, width, height) : null;
  return {
    macsPerPixel,
    macsPerMm2,
    macsPerImageMean: total / answers.length,
    latencySecondsPerImage: seconds,
    latencyMegapixelsPerSecond: seconds === null ? null : (width * height) / seconds / 1e6,
  };
}

function learningCurvePoint({
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
