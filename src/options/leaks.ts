// Options of `leaks`: which data, and which pairs are let pass.
import * as z from "zod";
import { dataOptions, machineOptions, patientPattern, patients, seed, splits } from "./fragments.ts";

/** Options of {@link leaks}. */
export const leaksOptions = z.strictObject({
  ...dataOptions,
  dataMpp: dataOptions.dataMpp.meta({
    group: "Data",
    placeholder: "UM",
    description: "Resolution of the stored files in µm per pixel; not needed here.",
  }),
  patients,
  patientPattern,
  splits,
  unlabelled: z.array(z.string().min(1)).default([]).meta({
    group: "Data",
    placeholder: "PATH",
    description:
      "Tissue without labels that is to be trained on: a folder or a manifest CSV (may be given more than once).",
  }),
  nearDuplicates: z.boolean().default(true).meta({
    group: "Search",
    description: "Compare pictures, too.",
    off: "Compare patients, files and places on slides only, not pictures.",
  }),
  allow: z
    .array(z.string().min(1))
    .max(200_000)
    .refine((ids) => ids.length % 2 === 0, { message: "pairs of images: an even number of ids" })
    .default([])
    .meta({
      group: "Search",
      placeholder: "A,B",
      separator: ",",
      description: "Two images, by id, that were looked at and are no leak (may be given more than once).",
    }),
  out: z.string().min(1).optional().meta({
    placeholder: "DIR",
    description:
      "Folder for leaks.csv (all pairs), leaks.html (pairs to look at) and groups.csv (patients for `lowmag split`, by which no pair is torn apart).",
  }),
  cache: machineOptions.cache.meta({
    group: "Run",
    placeholder: "DIR",
    description:
      "Folder that keeps what was measured of each picture (default: a folder of the user's cache).",
  }),
  seed: seed.meta({ description: "Accepted for uniformity; the search has no random part." }),
});

/** What a caller of `leaks` gives. */
export type LeaksOptions = z.input<typeof leaksOptions>;
