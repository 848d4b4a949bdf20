// Options of `prepare`: slides to a data set of tissue images or tiles.
import * as z from "zod";
import { memoryLimit, outFolder, patientPattern, seed, workers } from "./fragments.ts";
import { slideReadingOptions } from "./slide-fragments.ts";
import { tissueOptions } from "./tissue-fragments.ts";

const CUTTING = "Cutting";
const LABELS = "Labels";
const IMAGES = "Images";
const RUN = "Run";

/** Options of {@link prepare}. */
export const prepareOptions = z.strictObject({
  slides: z.array(z.string().min(1)).min(1).meta({
    placeholder: "SLIDE",
    description:
      "Slides, folders (searched at any depth) and globs, or one list: a CSV (slide, patient, label, split, annotation, mpp, and options for single slides).",
  }),
  mpp: z.array(z.number().min(0.05).max(100)).min(1).max(16).default([1]).meta({
    group: IMAGES,
    placeholder: "UM",
    separator: ",",
    description: "Resolutions to write in µm per pixel, each read from the nearest finer level (1 is 10x).",
  }),
  ...slideReadingOptions,
  decoder: slideReadingOptions.decoder.default("auto"),
  ...tissueOptions,
  cutBy: z.enum(["tissue", "annotations"]).default("tissue").meta({
    group: CUTTING,
    description: "What makes an image: each piece of tissue, or each annotated region.",
  }),
  background: z.enum(["white", "keep"]).default("white").meta({
    group: CUTTING,
    description: "What stands outside a piece and its fringe: white, or the slide as it is.",
  }),
  sizeStep: z.int().min(1).max(1024).default(8).meta({
    group: CUTTING,
    placeholder: "PX",
    description:
      "Sides of a piece's image at the finest --mpp are multiples of this: coarser views then divide evenly.",
  }),
  grid: z.int().min(16).max(16_384).optional().meta({
    group: CUTTING,
    placeholder: "PX",
    description: "Cut square tiles of this side instead of whole pieces; they are never filled.",
  }),
  stride: z.int().min(1).max(16_384).optional().meta({
    group: CUTTING,
    placeholder: "PX",
    description: "Distance of neighbouring tiles (default: as --grid, no overlap).",
  }),
  minTissue: z.number().min(0).max(1).default(0.5).meta({
    group: CUTTING,
    description: "Least share of tissue in a tile.",
  }),
  dropBlurred: z.boolean().default(false).meta({
    group: CUTTING,
    description: "Leave out images that are out of focus instead of only marking them.",
  }),
  annotations: z.string().min(1).optional().meta({
    group: LABELS,
    placeholder: "DIR",
    description:
      "Folder with an annotation file per slide, by the slide's name: GeoJSON (QuPath), XML (ASAP, ImageScope) or .annotations (HALO).",
  }),
  annotationOrigin: z.enum(["slide", "bounds"]).default("slide").meta({
    group: LABELS,
    description:
      "Where an annotation's (0, 0) lies: at level 0's corner, or at that of the scanned part (QuPath on MRXS).",
  }),
  labelRule: z.enum(["largest", "any"]).default("largest").meta({
    group: LABELS,
    description:
      "Label of an image from the regions over it: the class that covers most of its tissue, or any that covers enough.",
  }),
  labelShare: z.number().positive().max(1).optional().meta({
    group: LABELS,
    description:
      "Least share of an image's tissue that a class must cover (default: 0.5, or 0.01 with --label-rule any).",
  }),
  labelPriorities: z.array(z.string().min(1)).default([]).meta({
    group: LABELS,
    placeholder: "A,B,…",
    separator: ",",
    description: "With --label-rule any: the classes in the order in which they win.",
  }),
  negativeLabels: z.array(z.string().min(1)).default([]).meta({
    group: LABELS,
    placeholder: "A,B,…",
    separator: ",",
    description: "Classes whose regions are cut out of all others.",
  }),
  patientPattern: patientPattern.unwrap().optional().meta({
    group: LABELS,
    placeholder: "REGEX",
    description: "Regular expression on the slide's path whose first group is the patient.",
  }),
  stain: z.enum(["none", "macenko", "reinhard"]).default("none").meta({
    group: IMAGES,
    description: "Normalise the stain of each slide to a fixed reference.",
  }),
  readFrom: z.enum(["nearest", "finest"]).default("nearest").meta({
    group: IMAGES,
    description:
      "Level that images are made from: the nearest finer one (fast), or always the finest (exact, whatever made the others).",
  }),
  format: z.enum(["png", "webp", "jpeg"]).default("png").meta({
    group: IMAGES,
    description: "File format: PNG and WebP lose nothing; JPEG is smaller.",
  }),
  quality: z.int().min(1).max(100).default(95).meta({ group: IMAGES, description: "Quality of JPEG." }),
  opaqueNames: z.boolean().default(false).meta({
    group: IMAGES,
    description:
      "Name slides by a hash instead of their file names; which is which is written beside the data set, not into it.",
  }),
  sourceHash: z.boolean().default(true).meta({
    group: RUN,
    description: "Hash every slide for the record.",
    off: "Do not hash the slides: faster on slow disks, but the record cannot prove its sources.",
  }),
  dryRun: z.boolean().default(false).meta({
    group: RUN,
    description: "Open the slides, find the tissue and say what would be written.",
  }),
  maxMemory: memoryLimit.default(4).meta({
    group: RUN,
    placeholder: "GB",
    description: "Memory for all processes together; limits their number and the size of a piece.",
  }),
  workers: workers.meta({ group: RUN, description: "Processes, one slide each (default: one per core)." }),
  overwrite: z.boolean().default(false).meta({
    group: RUN,
    description: "Start over: delete what an earlier `lowmag prepare` wrote in the folder.",
  }),
  seed: seed.meta({ description: "Accepted for uniformity; preparing has no random part." }),
  out: outFolder.meta({
    description: "Folder for the data set; the same command goes on where it was interrupted.",
  }),
});

/** What a caller of `prepare` gives. */
export type PrepareOptions = z.input<typeof prepareOptions>;

/** Options that a column of a slide list may set for single slides. */
export const SLIDE_OVERRIDES = [
  "tissueMethod",
  "tissueThreshold",
  "minArea",
  "joinGap",
  "margin",
  "fringe",
  "background",
  "cutBy",
  "minTissue",
  "dropBlurred",
  "labelRule",
  "labelShare",
  "stain",
  "icc",
  "backend",
] as const satisfies readonly (keyof typeof prepareOptions.shape)[];
