// Options of `predict`: a trained model over slides and images. How slides are cut is what the model remembers of the
// images it learned from, unless an option says otherwise: none of those has a default here.
import * as z from "zod";
import { device, memoryLimit, patientPattern, seed, workers } from "./fragments.ts";
import { prepareOptions } from "./prepare.ts";
import { slideReadingOptions } from "./slide-fragments.ts";
import { tissueOptions } from "./tissue-fragments.ts";

const INPUT = "Input";
const CUTTING = "Cutting (default: as the model's own images were cut)";
const ANSWERS = "Answers";
const OUTPUT = "Output";
const RUN = "Run";

/** An option of `prepare` without its default. */
function instead<T extends z.ZodType>(option: z.ZodDefault<T> | z.ZodOptional<T>, description?: string) {
  const words = { ...option.meta(), group: CUTTING };
  return option
    .unwrap()
    .optional()
    .meta(description === undefined ? words : { ...words, description });
}

const { background, grid, stride, minTissue, stain } = prepareOptions.shape;

/** What decides the images of a slide, where it is not left to the model. */
const cuttingOverrides = {
  tissueMethod: instead(tissueOptions.tissueMethod),
  tissueThreshold: instead(tissueOptions.tissueThreshold, "Threshold of the method, 0 to 255."),
  tissueMpp: instead(tissueOptions.tissueMpp),
  minArea: instead(tissueOptions.minArea),
  joinGap: instead(tissueOptions.joinGap),
  margin: instead(tissueOptions.margin),
  fringe: instead(tissueOptions.fringe),
  background: instead(background),
  grid: instead(
    grid,
    "Side of square tiles in pixels at the model's µm per pixel, for a model that learned from tiles.",
  ),
  stride: instead(stride),
  minTissue: instead(minTissue),
  stain: instead(stain),
  icc: instead(slideReadingOptions.icc),
};

/** Options of {@link predict}. */
export const predictOptions = z.strictObject({
  run: z.string().min(1).meta({
    placeholder: "RUN",
    description: "Run folder of the model, or the ONNX file that `lowmag export` wrote of it.",
  }),
  inputs: z.array(z.string().min(1)).min(1).meta({
    placeholder: "INPUT",
    description:
      "Slides, images, folders (searched at any depth for slides), globs, or a list: a CSV (slide or image, label, patient, mpp, and options for single slides).",
  }),
  cut: z.enum(["auto", "tissue", "none"]).default("auto").meta({
    group: INPUT,
    description:
      "What is classified: pieces of tissue (or tiles) of slides and plain images (PNG, JPEG, WebP) whole, pieces of everything, or everything whole.",
  }),
  slideMpp: slideReadingOptions.slideMpp.unwrap().optional().meta({
    group: INPUT,
    placeholder: "UM",
    description:
      "µm per pixel of slides and images at full resolution, where the files do not say it or say it wrong.",
  }),
  backend: slideReadingOptions.backend
    .unwrap()
    .default("auto")
    .meta({
      ...slideReadingOptions.backend.meta(),
      group: INPUT,
    }),
  decoder: slideReadingOptions.decoder
    .unwrap()
    .default("auto")
    .meta({
      ...slideReadingOptions.decoder.meta(),
      group: INPUT,
    }),
  patientPattern: patientPattern.unwrap().optional().meta({
    group: INPUT,
    placeholder: "REGEX",
    description: "Regular expression on the slide's path whose first group is the patient.",
  }),
  ...cuttingOverrides,
  slideRule: z.enum(["mean", "max", "any"]).default("mean").meta({
    group: ANSWERS,
    description:
      "From pieces to the slide: mean of probabilities weighted by tissue area; the piece with the most of --positive; or --positive where any piece reaches the threshold.",
  }),
  positive: z.string().min(1).optional().meta({
    group: ANSWERS,
    placeholder: "CLASS",
    description: "The class that --slide-rule max and any look for.",
  }),
  threshold: z.number().min(0).max(1).optional().meta({
    group: ANSWERS,
    description: "Of --slide-rule any: least probability of --positive in a piece.",
  }),
  thresholdFrom: z.string().min(1).optional().meta({
    group: ANSWERS,
    placeholder: "DIR",
    description:
      "Of --slide-rule any: choose the threshold on these results, the --out folder of this model over labelled validation slides (Youden's index).",
  }),
  out: z.string().min(1).optional().meta({
    group: OUTPUT,
    placeholder: "DIR",
    description:
      "Folder for tables, heat maps, GeoJSON and a page to look through (default: print the answers and write nothing). The same command goes on where it was interrupted; several may share the folder.",
  }),
  geojsonOrigin: z.enum(["slide", "bounds"]).default("slide").meta({
    group: OUTPUT,
    description:
      "Where (0, 0) of GeoJSON lies: at level 0's corner, or at that of the scanned part (QuPath on MRXS).",
  }),
  cells: z.boolean().default(true).meta({
    group: OUTPUT,
    description: "Write the heat map's cells into the GeoJSON, as detections.",
    off: "Only pieces of tissue in the GeoJSON: smaller files.",
  }),
  opaqueNames: z.boolean().default(false).meta({
    group: OUTPUT,
    description:
      "Name slides by a hash instead of their file names; which is which is written beside the folder. Paths then stand in slides/*/source.json alone.",
  }),
  sourceHash: z.boolean().default(false).meta({
    group: OUTPUT,
    description: "Hash every slide's whole file for the record: reads all of it.",
  }),
  shard: z
    .string()
    .refine((text) => /^[1-9]\d{0,5}\/[1-9]\d{0,5}$/.test(text), {
      message: "a part and a number of parts, as 2/8",
    })
    .optional()
    .meta({
      group: RUN,
      placeholder: "I/N",
      description: "Only part I of N of the slides, for arrays of jobs that share one --out.",
    }),
  dryRun: z.boolean().default(false).meta({
    group: RUN,
    description: "Open the slides, find the tissue and say what would be classified.",
  }),
  maxMemory: memoryLimit.default(4).meta({
    group: RUN,
    placeholder: "GB",
    description: "Memory for all processes together; limits their number and the size of a piece.",
  }),
  workers: workers.meta({ group: RUN, description: "Processes, one slide each (default: one per core)." }),
  device,
  batch: z.int().min(1).max(256).default(8).meta({
    group: RUN,
    description: "Tiles per forward pass, for models of tiles.",
  }),
  overwrite: z.boolean().default(false).meta({
    group: RUN,
    description: "Start over: delete what an earlier `lowmag predict` wrote in the folder.",
  }),
  seed: seed.meta({ description: "Accepted for uniformity; predictions have no random part." }),
});

/** What a caller of `predict` gives. */
export type PredictOptions = z.input<typeof predictOptions>;

/** Options that a column of a list may set for single slides. */
export const PREDICT_OVERRIDES = Object.keys(cuttingOverrides) as readonly (keyof typeof cuttingOverrides)[];
