// Options of `profile`: what models cost.
import * as z from "zod";
import { seed } from "./fragments.ts";

/** Options of {@link profile}. */
export const profileOptions = z.strictObject({
  runs: z.array(z.string().min(1)).min(1).meta({ placeholder: "RUN", description: "Run folders." }),
  field: z.number().positive().default(1024).meta({
    placeholder: "UM",
    description: "Side of the square piece of tissue that is timed, in µm.",
  }),
  repeats: z.int().min(1).max(10_000).default(5).meta({
    description: "Timed forward passes on one thread, after one to warm up; the median counts.",
  }),
  latency: z
    .boolean()
    .default(true)
    .meta({ description: "Measure seconds per image.", off: "Do not measure seconds per image." }),
  seed: seed.meta({ description: "Accepted for uniformity; profiling has no random part." }),
});

/** What a caller of `profile` gives. */
export type ProfileOptions = z.input<typeof profileOptions>;
