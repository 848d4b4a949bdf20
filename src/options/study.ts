// Options of `study` and `study init`. What is compared stands in the study file; here is only how to go about it.
import * as z from "zod";
import { machineOptions, seed } from "./fragments.ts";

const RUN = "Run";

const file = z.string().min(1).meta({ placeholder: "FILE" });

/** Options of {@link study}. */
export const studyOptions = z.strictObject({
  file: file.meta({
    description: "Study file (YAML or JSON); `lowmag study init` writes one with comments.",
  }),
  out: z.string().min(1).optional().meta({
    placeholder: "DIR",
    description:
      "Folder of the study (default: beside the file, by its name without ending); the same command goes on where it was interrupted.",
  }),
  dryRun: z.boolean().default(false).meta({
    group: RUN,
    description: "Read and check everything, and say which trainings there would be, their cost and time.",
  }),
  jobs: z.int().min(1).max(64).optional().meta({
    group: RUN,
    description:
      "Trainings at the same time, within the memory (default: as many as can begin at once, at most one per thread).",
  }),
  maxMemory: z.number().min(0.5).max(4096).optional().meta({
    group: RUN,
    placeholder: "GB",
    description: "Memory for all trainings together, in GB (default: three quarters of this machine's).",
  }),
  ...machineOptions,
  workers: machineOptions.workers.meta({
    group: RUN,
    description: "Worker threads of all trainings together (default: one per core).",
  }),
  seed: seed.meta({
    description: "Seed of the evaluation's bootstrap; trainings have the seeds that the file names.",
  }),
});

/** Options of {@link studyInit}. */
export const studyInitOptions = z.strictObject({
  file: file.default("study.yaml").meta({ description: "Study file to write." }),
  preset: z.enum(["celiac", "luad", "rcc"]).optional().meta({
    description: "Begin with the classes and resolutions of a published study.",
  }),
  overwrite: z.boolean().default(false).meta({ description: "Replace a file that is already there." }),
  seed: seed.meta({ description: "Accepted for uniformity; writing has no random part." }),
});

/** What a caller of `study` gives. */
export type StudyOptions = z.input<typeof studyOptions>;
/** What a caller of `studyInit` gives. */
export type StudyInitOptions = z.input<typeof studyInitOptions>;
