// What a network loses in 8 bits: the same images through the exact and through the quantised file.
import type { SlideNetwork } from "../classify/index.ts";
import type { RgbImage } from "../pixels/index.ts";
import { argmax, classificationMetrics, preparePredictions } from "../stats/index.ts";

/** An image at the model's µm/px and its class. */
export interface JudgedImage {
  readonly image: RgbImage;
  /** Place among the classes. */
  readonly label: number;
}

/** Metrics of one network on the images. Those that are not defined for them are `null`. */
export interface NetworkScores {
  readonly accuracy: number | null;
  readonly balancedAccuracy: number | null;
  readonly macroAuroc: number | null;
  readonly logLoss: number | null;
}

/** The loss by quantisation. */
export interface QuantisationLoss {
  readonly images: number;
  /** Images whose most probable class is another one. */
  readonly changedLabels: number;
  /** Of |difference| over images and classes. */
  readonly meanProbabilityDifference: number;
  readonly maxProbabilityDifference: number;
  readonly exact: NetworkScores;
  readonly quantised: NetworkScores;
}

/** Measures the loss. Images are asked for one at a time. */
export async function quantisationLoss(
  exact: SlideNetwork,
  quantised: SlideNetwork,
  images: AsyncIterable<JudgedImage>,
): Promise<QuantisationLoss> {
  const labels: number[] = [];
  const answers: [number[][], number[][]] = [[], []];
  for await (const { image, label } of images) {
    labels.push(label);
    for (const [i, network] of [exact, quantised].entries())
      answers[i]!.push([...(await network.run([image]))[0]!.probabilities]);
  }
  const [before, after] = answers;
  const differences = before.flatMap((row, i) => row.map((value, k) => Math.abs(value - after[i]![k]!)));
  return {
    images: labels.length,
    changedLabels: before.filter((row, i) => argmax(row) !== argmax(after[i]!)).length,
    meanProbabilityDifference: differences.reduce((sum, value) => sum + value, 0) / differences.length,
    maxProbabilityDifference: differences.reduce((most, value) => Math.max(most, value), 0),
    exact: scoresOf(labels, before),
    quantised: scoresOf(labels, after),
  };
}

function scoresOf(labels: readonly number[], rows: readonly (readonly number[])[]): NetworkScores {
  const { overall } = classificationMetrics(preparePredictions(labels, rows, rows[0]!.length));
  const { accuracy, balancedAccuracy, macroAuroc, logLoss } = overall;
  return { accuracy, balancedAccuracy, macroAuroc, logLoss };
}
