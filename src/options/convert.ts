// Options of `convert`: DeepSlide's folders to a manifest.
import * as z from "zod";
import { mpp, patientPattern, patients, seed } from "./fragments.ts";

const DATA = "Data";
const OUTPUT = "Output";

/** Options of {@link convert}. */
export const convertOptions = z.strictObject({
  folder: z.string().min(1).meta({
    placeholder: "DIR",
    description: "Folder in which DeepSlide's scripts were run: wsi_train/<Class>/*.jpg and so on.",
  }),
  mpp: mpp.meta({
    group: DATA,
    description:
      "Resolution of the images in µm per pixel, which DeepSlide says nowhere: 20x = 0.5, 10x = 1, 5x = 2; its 2_svs_to_jpg_tiles.py shrinks a slide threefold (20x becomes 1.5).",
  }),
  take: z.enum(["split", "all", "patches"]).optional().meta({
    group: DATA,
    description:
      "Which images: those of wsi_train, wsi_val and wsi_test; those of all_wsi; or the patches of train_folder (default: the first of these that is there).",
  }),
  splits: z.enum(["keep", "drop"]).default("keep").meta({
    group: DATA,
    description:
      "Keep DeepSlide's splits, or drop them to divide by patient with `lowmag split`: 1_split.py divides by image.",
  }),
  patientPattern,
  patients,
  unlabelled: z.array(z.string().min(1)).default([]).meta({
    group: DATA,
    placeholder: "DIR,…",
    separator: ",",
    description: "Folders of further images without labels, at the same resolution (unlabelled.csv).",
  }),
  out: z.string().min(1).optional().meta({
    group: OUTPUT,
    placeholder: "DIR",
    description: "Folder for manifest.csv, splits.csv and unlabelled.csv (default: the DeepSlide folder).",
  }),
  copy: z.boolean().default(false).meta({
    group: OUTPUT,
    description: "Copy the images into --out too; otherwise the lists point at them where they are.",
  }),
  overwrite: z.boolean().default(false).meta({ group: OUTPUT, description: "Replace lists that are there." }),
  dryRun: z.boolean().default(false).meta({
    group: OUTPUT,
    description: "Say what would be taken and left out; write nothing and open no image.",
  }),
  seed: seed.meta({ description: "Accepted for uniformity; converting has no random part." }),
});

/** What a caller of `convert` gives. */
export type ConvertOptions = z.input<typeof convertOptions>;
