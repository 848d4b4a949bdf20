// Options of `synthesize`: a set of synthetic tissue images, or of slides.
import * as z from "zod";
import { outFolder, seed, workers } from "./fragments.ts";

const TISSUE = "Tissue";

/** Options of {@link synthesize}. */
export const synthesizeOptions = z.strictObject({
  out: outFolder.meta({
    description:
      "Folder for the images, manifest.csv and unlabelled.csv, or slides, slides.csv and unlabelled-slides.csv: new, or an unfinished set of these options.",
  }),
  slides: z.boolean().default(false).meta({
    description:
      "Write whole slides (pyramidal TIFF) instead of images: one per patient, with --images-per-patient pieces of tissue and their outlines as GeoJSON.",
  }),
  patients: z.int().min(1).max(100_000).default(30).meta({
    group: TISSUE,
    description: "Patients with labelled images, spread evenly over the three classes.",
  }),
  imagesPerPatient: z
    .int()
    .min(1)
    .max(1000)
    .default(5)
    .meta({ group: TISSUE, description: "Images per patient; with --slides pieces of tissue per slide." }),
  unlabelledPatients: z.int().min(0).max(100_000).default(0).meta({
    group: TISSUE,
    description: "Further patients whose images get no label (unlabelled.csv).",
  }),
  unlabelledImagesPerPatient: z.int().min(1).max(1000).optional().meta({
    group: TISSUE,
    description: "Images of each of those (default: as --images-per-patient).",
  }),
  size: z.int().min(48).max(8192).default(384).meta({
    group: TISSUE,
    placeholder: "PX",
    description:
      "Width and height of an image in pixels; with --slides about the length of a piece. With --max-size the least side.",
  }),
  maxSize: z.int().min(48).max(8192).optional().meta({
    group: TISSUE,
    placeholder: "PX",
    description: "Greatest side in pixels: each side is then drawn between the two, in steps of 32.",
  }),
  mpp: z.number().min(0.25).max(2).default(1).meta({
    group: TISSUE,
    placeholder: "UM",
    description: "Resolution in µm per pixel; with --slides that of the finest level.",
  }),
  difficulty: z.number().min(0).max(1).default(0.5).meta({
    group: TISSUE,
    description: "How far the classes overlap: 0 is easy, 1 is hard.",
  }),
  stainVariation: z.number().min(0).max(3).default(1).meta({
    group: TISSUE,
    description: "Differences of staining between patients: 0 is none, 1 is as between laboratories.",
  }),
  artefacts: z.number().min(0).max(1).default(0.4).meta({
    group: TISSUE,
    description: "Folds, tears and dust, on slides also pen marks and pieces out of focus: 0 is none.",
  }),
  workers,
  seed,
});

/** What a caller of `synthesize` gives. */
export type SynthesizeOptions = z.input<typeof synthesizeOptions>;
