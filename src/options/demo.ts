// Options of `demo`: the paper's experiment in small, on synthetic tissue.
import * as z from "zod";
import { outFolder, seed, workers } from "./fragments.ts";

const EXPERIMENT = "Experiment";

/** Options of {@link demo}. */
export const demoOptions = z.strictObject({
  out: outFolder.default("lowmag-demo").meta({
    placeholder: "DIR",
    description: "Folder for slides, tissue, runs and report; an interrupted demo goes on where it stopped.",
  }),
  patients: z.int().min(9).max(10_000).default(180).meta({
    group: EXPERIMENT,
    description:
      "Synthetic patients with labels, each with one slide: two fifths to train on, three twentieths to validate, the rest to test.",
  }),
  unlabelledPatients: z.int().min(0).max(10_000).default(60).meta({
    group: EXPERIMENT,
    description: "Further patients without labels, which only the distillation uses.",
  }),
  imagesPerPatient: z.int().min(1).max(100).default(2).meta({
    group: EXPERIMENT,
    description: "Pieces of tissue per slide.",
  }),
  size: z.int().min(64).max(4096).default(256).meta({
    group: EXPERIMENT,
    placeholder: "PX",
    description: "Length of a piece of tissue in pixels at 1 µm per pixel, about.",
  }),
  mpps: z.array(z.number().min(1)).min(1).max(8).default([2, 4, 8]).meta({
    group: EXPERIMENT,
    placeholder: "A,B,…",
    separator: ",",
    description: "Resolutions of the students and baselines in µm per pixel.",
  }),
  teacherEpochs: z
    .int()
    .min(1)
    .default(30)
    .meta({ group: EXPERIMENT, description: "Epochs of the teacher." }),
  steps: z.int().min(1).default(540).meta({
    group: EXPERIMENT,
    description: "Optimiser steps of each student and each baseline.",
  }),
  overwrite: z
    .boolean()
    .default(false)
    .meta({ description: "Start over: delete the demo that is already in the folder." }),
  workers,
  seed: seed.default(1),
});

/** What a caller of `demo` gives. */
export type DemoOptions = z.input<typeof demoOptions>;
