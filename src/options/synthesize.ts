// Options of `synthesize`: a set of synthetic tissue images.
import * as z from "zod";
import { mpp, outFolder, seed } from "./fragments.ts";

/** Options of {@link synthesize}. */
export const synthesizeOptions = z.strictObject({
  out: outFolder.meta({ description: "Folder for the images and their manifest.csv." }),
  patients: z.int().min(3).default(60).meta({ description: "Patients with labelled images." }),
  imagesPerPatient: z.int().min(1).default(2).meta({ description: "Images per patient." }),
  unlabelledPatients: z.int().min(0).default(0).meta({
    description: "Further patients whose images get no label (unlabelled.csv).",
  }),
  size: z.int().min(32).max(8192).default(384).meta({
    placeholder: "PX",
    description: "Mean width and height of an image in pixels.",
  }),
  mpp: mpp.default(1).meta({ placeholder: "UM", description: "Resolution in µm per pixel." }),
  workers: z
    .int()
    .min(1)
    .max(256)
    .optional()
    .meta({ description: "Worker threads (default: one per core)." }),
  seed,
});

/** What a caller of `synthesize` gives. */
export type SynthesizeOptions = z.input<typeof synthesizeOptions>;
