// The model card that travels with the weights (Mitchell et al. 2019): what it is, what it was trained on, how it was
// chosen, and what it is not for.
import type { StainAugmentation } from "../dataset/index.ts";
import { forwardMacs, type ModelDescription, parameterCount } from "../models/index.ts";
import type { EpochRecord } from "./log.ts";
import type { RunRecord } from "./run-folder.ts";

const KINDS = {
  labels: "trained on labelled tissue images (cross-entropy)",
  "fine-tuning": "started from another run and fine-tuned on labelled tissue images (cross-entropy)",
  distillation:
    "distilled without labels from a teacher at a higher magnification (soft loss and pixel loss)",
} as const;

const percent = (value: number | null | undefined): string => (value == null ? "n/a" : value.toFixed(3));

/** The card as Markdown. */
export function modelCard(
  name: string,
  model: ModelDescription,
  record: RunRecord,
  log: readonly EpochRecord[],
): string {
  const classes = model.classes.length;
  const side = 1024;
  const gigaMacs =
    forwardMacs(model.architecture, classes, side, side) / (side * side * model.mpp ** 2) / 1e3;
  const chosen = record.bestEpoch === null ? undefined : log[record.bestEpoch - 1];
  const counts = Object.entries(record.data.counts).map(
    ([part, { images, patients }]) =>
      `- ${part}: ${images} images${patients === null ? "" : `, ${patients} patients`}`,
  );
  const lines = [
    `# ${name}`,
    "",
    "**Research use only.** Not a medical device; not validated for diagnosis.",
    "",
    `- Architecture: ${model.architecture}, ${parameterCount(model.architecture, classes).toLocaleString("en")} parameters`,
    `- Input: RGB tissue image of any size at ${model.mpp} µm/px, scaled to 0..1 and standardised with mean ${model.mean.map((v) => v.toFixed(4)).join(", ")} and standard deviation ${model.std.map((v) => v.toFixed(4)).join(", ")}`,
    `- Output: probabilities of ${model.classes.join(", ")}`,
    `- Cost: ${gigaMacs.toFixed(3)} GMAC per mm² of image (multiply-accumulates; FLOPs are twice that)`,
    `- Training: ${KINDS[record.kind]}`,
    ...(record.origin === null
      ? []
      : [`- Stands on: ${record.origin.path} (model SHA-256 ${record.origin.modelHash})`]),
    ...stainLines(record.stain),
    ...(record.deviations ?? []).map((sentence) => `- Deviation from the paper: ${sentence}`),
    `- Seed ${record.seed}; finished ${record.finishedAt}`,
    "",
    "## Data",
    "",
    ...counts,
    `- data hash: ${record.data.hash}`,
    ...record.exclusions.map((reason) => `- left out: ${reason}`),
    "",
    ...(record.data.preparation ?? []).map((sentence) => `- prepared: ${sentence}`),
    ...((record.data.preparation ?? []).length === 0 ? [] : [""]),
    "Images were decoded by libvips (sharp), without applying embedded colour profiles, and resampled by exact area averaging.",
    "The whole image, white background included, is normalised together: use images cropped by the same rule as in training.",
    "",
    "## Choice",
    "",
    `Epoch ${record.bestEpoch} of ${log.length} was chosen on validation data only.`,
    ...(chosen?.validation == null
      ? ["There were no validation images: the last epoch was kept."]
      : [
          `Validation: loss ${chosen.validation.loss.toFixed(4)}, accuracy ${percent(chosen.validation.accuracy)}, balanced accuracy ${percent(chosen.validation.balancedAccuracy)}, AUROC ${percent(chosen.validation.auroc)}.`,
        ]),
    "These numbers guided the choice; for an honest estimate see the evaluation on the test split.",
    "",
    "## Versions",
    "",
    ...Object.entries(record.versions).map(([what, version]) => `- ${what} ${version}`),
    ...(record.commit === null
      ? []
      : [`- commit ${record.commit.hash}${record.commit.dirty ? " with local changes" : ""}`]),
    "",
  ];
  return lines.join("\n");
}

/** How stains were augmented, in a line. */
function stainLines(stain: StainAugmentation | undefined): readonly string[] {
  if (stain === undefined) return [];
  if (stain.method === "hed")
    return [`- Stain augmentation: HED jitter (Tellez et al. 2018), strength ${stain.strength}`];
  const { images, mpp, templates } = stain.statistics;
  const spread = ([l, a, b]: readonly number[]) => [l, a, b].map((value) => value!.toFixed(1)).join(", ");
  const { centre, spread: width } = templates.lab.mean;
  return [
    `- Stain augmentation: RandStainNA (Shen et al. 2022), strength ${stain.strength}; templates from the tissue of ${images} training images at ${mpp} µm/px (L*a*b* means ${spread(centre)} ± ${spread(width)}; all statistics in run.json)`,
  ];
}
