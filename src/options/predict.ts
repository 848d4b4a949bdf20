// Options of `predict`: a trained model on image files.
import * as z from "zod";
import { mpp, seed } from "./fragments.ts";

/** Options of {@link predict}. */
export const predictOptions = z.strictObject({
  run: z.string().min(1).meta({ placeholder: "RUN", description: "Run folder of the model." }),
  images: z.array(z.string().min(1)).min(1).meta({ placeholder: "IMAGE", description: "Image files." }),
  dataMpp: mpp.optional().meta({
    placeholder: "UM",
    description: "Resolution of the images in µm per pixel, where the files do not say it.",
  }),
  seed: seed.meta({ description: "Accepted for uniformity; predictions have no random part." }),
});

/** What a caller of `predict` gives. */
export type PredictOptions = z.input<typeof predictOptions>;
