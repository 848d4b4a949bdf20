// The model card that travels with the weights (Mitchell et al. 2019), as data: what the model is, what it was trained on,
// how it was chosen, and what it is not for. What nothing is known of is said to be unknown. No folder of this machine
// stands in it, since cards are handed on.
import type { RememberedRules } from "../cutting/index.ts";
import type { StainAugmentation } from "../dataset/index.ts";
import { forwardMacs, type ModelDescription, parameterCount } from "../models/index.ts";
import { withoutFolder, withoutFolders } from "./card-names.ts";
import type { EpochRecord } from "./log.ts";
import type { ValidationMetrics } from "./metrics.ts";
import type { RunRecord, TrainingKind } from "./run-folder.ts";

/** `model-card.json`. */
export interface ModelCard {
  readonly format: "lowmag-model-card-1";
  readonly name: string;
  readonly intendedUse: {
    /** That it is for research only. */
    readonly notice: string;
    readonly use: string;
    readonly notFor: readonly string[];
  };
  readonly model: {
    readonly architecture: string;
    readonly parameters: number;
    readonly classes: readonly string[];
    /** µm per pixel of its images. */
    readonly mpp: number;
    /** Multiply-accumulates per mm² of image, in 10^9. */
    readonly gigaMacsPerMm2: number;
    /** SHA-256 of the weights; absent in a run's own folder, where they lie beside the card. */
    readonly hash?: string;
  };
  readonly pixels: {
    /** What decoded and resampled the images it learned from. */
    readonly decoder: string | null;
    readonly resampling: string | null;
    readonly normalisation: {
      readonly mean: readonly number[];
      readonly std: readonly number[];
      /** Over what group normalisation averages. */
      readonly over: "the whole image";
    };
    /** By which rules the images were cut from slides; `null` where that is not known. */
    readonly rules: RememberedRules | null;
    /** The same in sentences, as the data set tells it. */
    readonly preparation: readonly string[];
  };
  readonly data: {
    readonly hash: string;
    readonly counts: RunRecord["data"]["counts"];
    readonly labels: string;
    readonly scanners: string;
    readonly stainAugmentation: StainAugmentation | null;
    readonly exclusions: readonly string[];
  };
  readonly training: {
    readonly kind: TrainingKind;
    readonly standsOn: { readonly name: string; readonly modelHash: string } | null;
    readonly deviations: readonly string[];
    readonly seed: number;
    readonly epochs: number;
    /** The epoch that was chosen, counted from 1. */
    readonly bestEpoch: number | null;
    readonly finishedAt: string | null;
  };
  /** Of the chosen epoch; `null` without validation images. */
  readonly validation: (ValidationMetrics & { readonly caveat: string }) | null;
  readonly limits: readonly string[];
  readonly licence: { readonly own: string | null; readonly teacher: string | null };
  readonly versions: RunRecord["versions"];
  readonly commit: RunRecord["commit"];
}

const CAVEAT =
  "These numbers guided the choice; for an honest estimate see the evaluation on the test split.";

/** The card of a finished run. */
export function modelCard(
  name: string,
  model: ModelDescription,
  record: RunRecord,
  log: readonly EpochRecord[],
): ModelCard {
  const { data, kind, origin, versions } = record;
  const chosen = record.bestEpoch === null ? undefined : log[record.bestEpoch - 1];
  return {
    format: "lowmag-model-card-1",
    name,
    intendedUse: intendedUse(model),
    model: whatItIs(model),
    pixels: {
      decoder: versions.decoder ?? null,
      resampling: versions.resampling ?? null,
      normalisation: { mean: model.mean, std: model.std, over: "the whole image" },
      rules: data.rules ?? null,
      preparation: (data.preparation ?? []).map(withoutFolders),
    },
    data: {
      hash: data.hash,
      counts: data.counts,
      labels: LABELS[kind],
      scanners: "not recorded",
      stainAugmentation: record.stain ?? null,
      exclusions: record.exclusions.map(withoutFolders),
    },
    training: {
      kind,
      standsOn: origin === null ? null : { name: withoutFolder(origin.path), modelHash: origin.modelHash },
      deviations: record.deviations ?? [],
      seed: record.seed,
      epochs: log.length,
      bestEpoch: record.bestEpoch,
      finishedAt: record.finishedAt,
    },
    validation: chosen?.validation == null ? null : { ...chosen.validation, caveat: CAVEAT },
    limits: limitsOf(model, record),
    licence: { own: null, teacher: null },
    versions,
    commit: record.commit,
  };
}

function intendedUse({ classes, mpp }: ModelDescription): ModelCard["intendedUse"] {
  return {
    notice: "Research use only. Not a medical device; not validated for diagnosis.",
    use: `Telling ${classes.join(", ")} apart in tissue images at ${mpp} µm per pixel, for research.`,
    notFor: [
      "Diagnosis, or any other decision about a patient.",
      "Tissue, stains, scanners or classes other than those it was trained and evaluated on.",
      `Images at another resolution than ${mpp} µm per pixel: resample them first.`,
    ],
  };
}

function whatItIs({ architecture, classes, mpp }: ModelDescription): ModelCard["model"] {
  const side = 1024;
  const macs = forwardMacs(architecture, classes.length, side, side);
  return {
    architecture,
    parameters: parameterCount(architecture, classes.length),
    classes,
    mpp,
    gigaMacsPerMm2: macs / (side * side * mpp ** 2) / 1e3,
  };
}

const LABELS: Readonly<Record<TrainingKind, string>> = {
  labels: "those of the data set; who gave them, and how, is not recorded",
  "fine-tuning": "those of the data set; who gave them, and how, is not recorded",
  distillation:
    "none in training: it learned what its teacher puts out; the teacher's labels are in its own card",
};

function limitsOf({ mpp }: ModelDescription, { kind, data }: RunRecord): readonly string[] {
  const { images = 0, patients = null } = data.counts.val ?? {};
  const of = patients === null ? "" : ` of ${patients} patients`;
  return [
    ...(data.rules === undefined
      ? ["How its images were cut from slides is not recorded: the rules of `lowmag prepare` are a guess."]
      : []),
    ...(images === 0
      ? ["It was chosen without validation images."]
      : [`It was chosen on ${images} images${of}.`]),
    "The scanners and laboratories of its images are not recorded, and no subgroup was evaluated apart.",
    "Its probabilities are not calibrated, unless an evaluation says so.",
    `What cannot be seen at ${mpp} µm per pixel it cannot know.`,
    ...(kind === "distillation" ? ["What its teacher gets wrong, it has learned too."] : []),
  ];
}
