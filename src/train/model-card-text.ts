// The model card as Markdown: the same facts as model-card.json, for a person.
import type { StainAugmentation } from "../dataset/index.ts";
import type { ModelCard } from "./model-card.ts";

const KINDS = {
  labels: "trained on labelled tissue images (cross-entropy)",
  "fine-tuning": "started from another run and fine-tuned on labelled tissue images (cross-entropy)",
  distillation:
    "distilled without labels from a teacher at a higher magnification (soft loss and pixel loss)",
} as const;

/** MODEL_CARD.md. */
export function modelCardText(card: ModelCard): string {
  const sections = [
    [`# ${card.name}`, "", `**${card.intendedUse.notice.replace(". ", ".** ")}`],
    modelLines(card),
    [
      "## Intended use",
      "",
      card.intendedUse.use,
      "",
      ...items(card.intendedUse.notFor.map((use) => `not for: ${use}`)),
    ],
    dataLines(card),
    pixelLines(card),
    choiceLines(card),
    ["## Limits", "", ...items(card.limits)],
    ["## Licence", "", ...licenceLines(card)],
    versionLines(card),
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

const items = (sentences: readonly string[]): readonly string[] => sentences.map((text) => `- ${text}`);
const fixed = (values: readonly number[]): string => values.map((value) => value.toFixed(4)).join(", ");

function modelLines({ model, pixels, training, data }: ModelCard): readonly string[] {
  const { mean, std } = pixels.normalisation;
  const { standsOn } = training;
  return items([
    `Architecture: ${model.architecture}, ${model.parameters.toLocaleString("en")} parameters`,
    `Input: RGB tissue image of any size at ${model.mpp} µm/px, scaled to 0..1 and standardised with mean ${fixed(mean)} and standard deviation ${fixed(std)}`,
    `Output: probabilities of ${model.classes.join(", ")}`,
    `Cost: ${model.gigaMacsPerMm2.toFixed(3)} GMAC per mm² of image (multiply-accumulates; FLOPs are twice that)`,
    `Training: ${KINDS[training.kind]}`,
    ...(standsOn === null ? [] : [`Stands on: ${standsOn.name} (model SHA-256 ${standsOn.modelHash})`]),
    ...stainLines(data.stainAugmentation),
    ...training.deviations.map((sentence) => `Deviation from the paper: ${sentence}`),
    `Seed ${training.seed}; finished ${training.finishedAt}`,
    ...(model.hash === undefined ? [] : [`Model SHA-256: ${model.hash}`]),
  ]);
}

function dataLines({ data }: ModelCard): readonly string[] {
  const counts = Object.entries(data.counts).map(
    ([part, { images, patients }]) =>
      `${part}: ${images} images${patients === null ? "" : `, ${patients} patients`}`,
  );
  return [
    "## Data",
    "",
    ...items([
      ...counts,
      `data hash: ${data.hash}`,
      `labels: ${data.labels}`,
      `scanners: ${data.scanners}`,
      ...data.exclusions.map((reason) => `left out: ${reason}`),
    ]),
  ];
}

function pixelLines({ pixels }: ModelCard): readonly string[] {
  return [
    ...items(pixels.preparation.map((sentence) => `prepared: ${sentence}`)),
    ...(pixels.preparation.length === 0 ? [] : [""]),
    `Images were decoded by ${pixels.decoder ?? "a decoder that is not recorded"}, without applying embedded colour profiles, and resampled by exact area averaging (${pixels.resampling ?? "version not recorded"}).`,
    "The whole image, white background included, is normalised together: use images cropped by the same rule as in training.",
  ];
}

function choiceLines({ training, validation }: ModelCard): readonly string[] {
  const percent = (value: number | null | undefined): string => (value == null ? "n/a" : value.toFixed(3));
  return [
    "## Choice",
    "",
    `Epoch ${training.bestEpoch} of ${training.epochs} was chosen on validation data only.`,
    ...(validation === null
      ? ["There were no validation images: the last epoch was kept."]
      : [
          `Validation: loss ${validation.loss.toFixed(4)}, accuracy ${percent(validation.accuracy)}, balanced accuracy ${percent(validation.balancedAccuracy)}, AUROC ${percent(validation.auroc)}.`,
          validation.caveat,
        ]),
  ];
}

function licenceLines({ licence, training }: ModelCard): readonly string[] {
  return items([
    `This model: ${licence.own ?? "none stated. Whoever hands it on should state one (`lowmag export --licence`)."}`,
    ...(training.kind === "distillation" || licence.teacher !== null
      ? [
          `Its teacher: ${licence.teacher ?? "none stated. Where the teacher's licence binds models that learned from its outputs, it binds this one (`lowmag export --teacher-licence`)."}`,
        ]
      : []),
  ]);
}

function versionLines({ versions, commit }: ModelCard): readonly string[] {
  return [
    "## Versions",
    "",
    ...items([
      ...Object.entries(versions).map(([what, version]) => `${what} ${version}`),
      ...(commit === null ? [] : [`commit ${commit.hash}${commit.dirty ? " with local changes" : ""}`]),
    ]),
  ];
}

/** How stains were augmented, in a line. */
function stainLines(stain: StainAugmentation | null): readonly string[] {
  if (stain === null) return [];
  if (stain.method === "hed")
    return [`Stain augmentation: HED jitter (Tellez et al. 2018), strength ${stain.strength}`];
  const { images, mpp, templates } = stain.statistics;
  const spread = ([l, a, b]: readonly number[]) => [l, a, b].map((value) => value!.toFixed(1)).join(", ");
  const { centre, spread: width } = templates.lab.mean;
  return [
    `Stain augmentation: RandStainNA (Shen et al. 2022), strength ${stain.strength}; templates from the tissue of ${images} training images at ${mpp} µm/px (L*a*b* means ${spread(centre)} ± ${spread(width)}; all statistics in run.json)`,
  ];
}
