// The data that a training process is handed: what it learns from and is validated on, never an image of the test split.
import type { DatasetReading } from "../../dataset/index.ts";

/**
 * The data set without its test images and, for an operation that learns from labels alone, without unlabelled tissue.
 * A run's hash covers only what it learns from and is validated on, so it is the run that the whole data set gives.
 */
export function trainingData(dataset: DatasetReading, operation: "train" | "distill"): DatasetReading {
  const used = dataset.images.filter(
    ({ split, label }) => split !== "test" && (label !== null || operation === "distill"),
  );
  return { ...dataset, images: used };
}
