// What an exported ONNX file says of itself: text by key, in the file's `metadata_props`. Everything that is needed to use
// the model rightly and to say which model it was; nothing that names a person or a folder.
import { basename } from "node:path";
import { featureChannels, type ModelDescription, parameterCount } from "../models/index.ts";
import type { FinishedRun } from "../train/index.ts";
import { modelFacts } from "./model-facts.ts";

/** The `format` of exported files. */
export const ONNX_FORMAT = "lowmag-onnx-1";

const INTENDED_USE = "Research use only. Not a medical device; not validated for diagnosis.";

/** What a model knows of itself without its run. Numbers and lists are JSON. */
export function modelMetadata(description: ModelDescription): Record<string, string> {
  const { architecture, classes, mpp, mean, std } = description;
  return {
    format: ONNX_FORMAT,
    architecture,
    parameters: `${parameterCount(architecture, classes.length)}`,
    classes: JSON.stringify(classes),
    micronsPerPixel: `${mpp}`,
    input:
      "image: float32 [N, 3, H, W], RGB in 0..1, any size of at least 1 px, at micronsPerPixel; no standardisation: it is inside",
    mean: JSON.stringify(mean),
    std: JSON.stringify(std),
    outputs: JSON.stringify({
      probabilities: "[N, K], softmax of logits, in the order of classes",
      logits: "[N, K]",
      featureMap: `[N, ${featureChannels(architecture)}, ceil(H/32), ceil(W/32)]`,
      classActivation:
        "[N, K, ceil(H/32), ceil(W/32)], softmax over K of the classifier at each place; row i, column j is centred on pixel row 32 i, column 32 j",
    }),
    intendedUse: INTENDED_USE,
  };
}

/** What the file of a finished run says. */
export function runMetadata(run: FinishedRun): Record<string, string> {
  const { name, record, modelHash, model } = run;
  const { rules } = modelFacts(run);
  const { commit, origin } = record;
  return {
    ...modelMetadata(model.description),
    name,
    modelHash,
    dataHash: record.data.hash,
    training: record.kind,
    ...(origin === null ? {} : { origin: basename(origin.path), originHash: origin.modelHash }),
    ...(rules === null ? {} : { rules: JSON.stringify(rules) }),
    ...(record.versions.resampling === undefined ? {} : { resampling: record.versions.resampling }),
    ...(record.versions.decoder === undefined ? {} : { decoder: record.versions.decoder }),
    versions: JSON.stringify(record.versions),
    ...(commit === null ? {} : { commit: `${commit.hash}${commit.dirty ? " with local changes" : ""}` }),
    seed: `${record.seed}`,
    ...(record.finishedAt === null ? {} : { trainedAt: record.finishedAt }),
  };
}
