// Options of `doctor`: is this machine fit to run lowmag?
import * as z from "zod";
import { machineOptions, seed } from "./fragments.ts";

/** Options of {@link doctor}. */
export const doctorOptions = z.strictObject({
  cache: machineOptions.cache,
  folder: z.string().min(1).default(".").meta({
    placeholder: "DIR",
    description: "Folder whose disk is checked for room and writability.",
  }),
  seed: seed.meta({ description: "Accepted for uniformity; the checks have no random part." }),
});

/** What a caller of `doctor` gives. */
export type DoctorOptions = z.input<typeof doctorOptions>;
