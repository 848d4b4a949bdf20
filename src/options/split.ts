// Options of `split`: who goes to train, val and test.
import * as z from "zod";
import { dataOptions, patientPattern, seed } from "./fragments.ts";

/** Options of {@link split}. */
export const splitOptions = z.strictObject({
  ...dataOptions,
  patients: z.string().min(1).optional().meta({
    group: "Data",
    placeholder: "FILE",
    description: "CSV with the columns image and patient (or slide and patient).",
  }),
  patientPattern,
  blocks: z.int().min(3).optional().meta({
    group: "Split",
    description:
      "Where no patient is known: cut each class, in file order, into this many contiguous blocks and deal out whole blocks.",
  }),
  fractions: z
    .array(z.number().min(0))
    .length(3)
    .refine((parts) => Math.abs(parts.reduce((sum, part) => sum + part, 0) - 1) < 1e-6, {
      message: "three fractions (train, val, test) that sum to 1",
    })
    .default([0.6, 0.2, 0.2])
    .meta({
      group: "Split",
      placeholder: "TRAIN,VAL,TEST",
      separator: ",",
      description: "Share of the patients in train, val and test; must sum to 1.",
    }),
  out: z.string().min(1).meta({ placeholder: "FILE", description: "Splits file to write (CSV)." }),
  overwrite: z.boolean().default(false).meta({ description: "Replace a splits file that differs." }),
  seed,
});

/** What a caller of `split` gives. */
export type SplitOptions = z.input<typeof splitOptions>;
