// Options of `evaluate`: models compared on one split.
import * as z from "zod";
import { dataOptions, device, machineOptions, outFolder, patientPattern, seed, splits } from "./fragments.ts";

/** Options of {@link evaluate}. */
export const evaluateOptions = z.strictObject({
  runs: z
    .array(z.string().min(1))
    .min(1)
    .meta({ placeholder: "RUN", description: "Run folders to compare." }),
  ...dataOptions,
  splits,
  patientPattern,
  split: z.enum(["train", "val", "test"]).default("test").meta({
    group: "Data",
    description: "The split to evaluate on; look at test once, when all choices are made.",
  }),
  draws: z.int().min(100).max(1_000_000).default(10_000).meta({
    group: "Statistics",
    description: "Bootstrap draws for the intervals.",
  }),
  resampling: z.enum(["auto", "patients", "images", "class-balanced-images"]).default("auto").meta({
    group: "Statistics",
    description:
      "What the bootstrap draws: patients (auto, where all are known), images, or the paper's equal number of images per class.",
  }),
  interval: z.enum(["standard-error", "percentile"]).optional().meta({
    group: "Statistics",
    description:
      "Kind of interval (default: standard-error; percentile for class-balanced-images, as published).",
  }),
  level: z.number().min(0.5).lt(1).default(0.95).meta({
    group: "Statistics",
    description: "Nominal coverage of the intervals.",
  }),
  examples: z.int().min(0).max(24).default(6).meta({
    group: "Report",
    description: "Tissue images shown in the report as each model sees them.",
  }),
  title: z.string().min(1).optional().meta({ group: "Report", description: "Title of the report." }),
  latency: z.boolean().default(true).meta({
    group: "Statistics",
    description: "Measure seconds per image.",
    off: "Do not measure seconds per image.",
  }),
  device,
  ...machineOptions,
  seed,
  out: outFolder.meta({ description: "Folder for report.html and evaluation.json." }),
});

/** What a caller of `evaluate` gives. */
export type EvaluateOptions = z.input<typeof evaluateOptions>;
