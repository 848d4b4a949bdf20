// The classification task: labels and cross-entropy. Trains teachers, label-only baselines and fine-tunes students.
import { fail } from "../base/index.ts";
import type { Dataset, View } from "../dataset/index.ts";
import { type ArchitectureName, buildNetwork, imageInput, normalizesByBatch } from "../models/index.ts";
import { classTargets, crossEntropy, type ModelState } from "../nn/index.ts";
import { perImageInput, type TrainingTask } from "./task.ts";

/** What is to be classified, by which network. */
export interface ClassificationTaskOptions {
  readonly architecture: ArchitectureName;
  readonly initialState: ModelState;
  readonly dataset: Dataset;
  readonly view: View;
  /** One per class, or none for equal weights; the mean loss of a step is divided by the weights of its images. */
  readonly classWeights?: readonly number[];
  /** In [0, 1). */
  readonly labelSmoothing?: number;
}

/** Cross-entropy against the data set's labels. */
export function classificationTask(options: ClassificationTaskOptions): TrainingTask {
  const { architecture, dataset, view, initialState, labelSmoothing = 0 } = options;
  const { classes } = dataset;
  const weights = options.classWeights ?? classes.map(() => 1);
  const classOf = (image: number): number => {
    const { label, id } = dataset.images[image]!;
    const index = label === null ? -1 : classes.indexOf(label);
    if (index < 0)
      throw fail("invalid-argument", {
        where: `image \`${id}\``,
        expected: `a label out of ${classes.join(", ")}`,
        got: `${label}`,
      });
    return index;
  };
  return {
    name: "classification",
    classes,
    initialState,
    views: [view],
    frozen: [],
    couplesImages: normalizesByBatch(architecture),
    build(context) {
      const image = imageInput(context.graph, "image");
      const targets = perImageInput(context.graph, "targets", classes.length);
      const { logits } = buildNetwork(context, architecture, image, classes.length);
      const loss = crossEntropy(logits, targets);
      return { loss, parts: {}, logits };
    },
    weight: (image) => weights[classOf(image)]!,
    feeds: ({ views: [pixels] }, images) => ({
      image: pixels!,
      targets: {
        dims: [images.length, classes.length],
        data: classTargets(images.map(classOf), weights, labelSmoothing),
      },
    }),
  };
}
