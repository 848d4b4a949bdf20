// `lowmag synthesize`: makes synthetic tissue.
import type { SynthesizeResult } from "../../api/index.ts";
import { synthesizeOptions } from "../../options/index.ts";
import { defineCommand } from "../command.ts";

export const synthesizeCommand = defineCommand({
  name: "synthesize",
  summary: "Make synthetic H&E-like tissue images or slides with known labels.",
  description:
    "Draws duodenal mucosa of three classes (Abnormal, Normal, Sprue) whose cues live at different scales, with patients, staining differences and manifests. For demonstrations, tests and experiments, never for diagnostic models.",
  examples: [
    {
      command:
        "lowmag synthesize --out tissue --patients 60 --images-per-patient 2 --unlabelled-patients 60 --seed 1",
      says: "120 labelled and 120 unlabelled images of 384 x 384 pixels at 1 µm per pixel.",
    },
    {
      command:
        "lowmag synthesize --slides --out slides --patients 30 --images-per-patient 4 --mpp 0.5 --size 768",
      says: "30 slides of 4 pieces of tissue each, scanned at 0.5 µm per pixel.",
    },
  ],
  options: synthesizeOptions,
  async run(options, context) {
    const { synthesize } = await import("../../api/synthesize.ts");
    const result = await synthesize(options, context);
    return { result, text: "slides" in result ? slidesText(result) : imagesText(result) };
  },
});

function imagesText(result: Exclude<SynthesizeResult, { slides: number }>): string {
  const { out, images, unlabelledImages, manifest, unlabelledManifest } = result;
  return [
    `${images} labelled images (${countsOf(result)}): ${manifest}`,
    ...(unlabelledManifest === null ? [] : [`${unlabelledImages} unlabelled images: ${unlabelledManifest}`]),
    `Next: lowmag split --data ${manifest} --out ${out}/splits.csv`,
  ].join("\n");
}

function slidesText(result: Extract<SynthesizeResult, { slides: number }>): string {
  const { out, slides, unlabelledSlides, manifest, unlabelledManifest } = result;
  return [
    `${slides} labelled slides (${countsOf(result)}): ${manifest}`,
    ...(unlabelledManifest === null ? [] : [`${unlabelledSlides} unlabelled slides: ${unlabelledManifest}`]),
    `Next: lowmag prepare ${manifest} --out ${out}/tissue${leastArea(result.parameters)}`,
  ].join("\n");
}

/** Pieces this short (µm) may hold less tissue than `prepare` takes for a piece. */
const SHORT_PIECE = 550;

function leastArea({ size, mpp }: SynthesizeResult["parameters"]): string {
  const side = size[0] * mpp;
  return side < SHORT_PIECE ? ` --min-area ${Number((0.1 * (side / 1000) ** 2).toPrecision(1))}` : "";
}

function countsOf({ classCounts }: SynthesizeResult): string {
  return Object.entries(classCounts)
    .map(([name, count]) => `${count} ${name}`)
    .join(", ");
}
