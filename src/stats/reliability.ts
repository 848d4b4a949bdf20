// The reliability diagram: how often a model is right when it is that sure. The bins are those of the expected
// calibration error in `metrics.ts`.
import { CALIBRATION_BINS, type PreparedPredictions } from "./predictions.ts";

/** One bin: mean confidence and accuracy of the `count` images that fell into it. */
export interface ReliabilityBin {
  readonly confidence: number;
  readonly accuracy: number;
  readonly count: number;
}

/** The non-empty bins of the reliability diagram, by rising confidence. */
export function reliabilityBins(predictions: PreparedPredictions): ReliabilityBin[] {
  return pooledReliabilityBins([predictions]);
}

/** The same over the images of several models taken together (trainings of one network with other seeds). */
export function pooledReliabilityBins(models: readonly PreparedPredictions[]): ReliabilityBin[] {
  const confidence = new Float64Array(CALIBRATION_BINS);
  const correct = new Float64Array(CALIBRATION_BINS);
  const count = new Float64Array(CALIBRATION_BINS);
  for (const model of models)
    for (let i = 0; i < model.images; i++) {
      const bin = model.bin[i]!;
      confidence[bin]! += model.confidence[i]!;
      count[bin]!++;
      if (model.predicted[i] === model.labels[i]) correct[bin]!++;
    }
  return [...count.keys()]
    .filter((bin) => count[bin]! > 0)
    .map((bin) => ({
      confidence: confidence[bin]! / count[bin]!,
      accuracy: correct[bin]! / count[bin]!,
      count: count[bin]!,
    }));
}
