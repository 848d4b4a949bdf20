// Options of `split`: who goes to train, val and test.
import * as z from "zod";
import { dataOptions, patientPattern, patients, seed } from "./fragments.ts";

const SPLIT = "Split";

/** Options of {@link split}. */
export const splitOptions = z.strictObject({
  ...dataOptions,
  patients,
  patientPattern,
  by: z.enum(["patient", "block", "image"]).optional().meta({
    group: SPLIT,
    description:
      "What stays together: patients; blocks of consecutive files, where no patient is known; or nothing, where every image is independent (default: patient, or block with --blocks).",
  }),
  blocks: z.int().min(3).max(100_000).optional().meta({
    group: SPLIT,
    description: "Blocks per class: runs of consecutive files, by name (default: 10).",
  }),
  deal: z
    .array(z.enum(["train", "val", "test"]))
    .min(2)
    .optional()
    .meta({
      group: SPLIT,
      placeholder: "A,B,…",
      separator: ",",
      description:
        "Deal blocks in this order, over and over, instead of at random (train,train,train,val,test).",
    }),
  fractions: z
    .array(z.number().min(0))
    .length(3)
    .refine((parts) => Math.abs(parts.reduce((sum, part) => sum + part, 0) - 1) < 1e-6, {
      message: "three fractions (train, val, test) that sum to 1",
    })
    .default([0.6, 0.2, 0.2])
    .meta({
      group: SPLIT,
      placeholder: "TRAIN,VAL,TEST",
      separator: ",",
      description: "Shares of the images in train, val and test; must sum to 1.",
    }),
  out: z.string().min(1).meta({ placeholder: "FILE", description: "Splits file to write (CSV)." }),
  overwrite: z.boolean().default(false).meta({ description: "Replace a splits file that differs." }),
  seed,
});

/** What a caller of `split` gives. */
export type SplitOptions = z.input<typeof splitOptions>;
