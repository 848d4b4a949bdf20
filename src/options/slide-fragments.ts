// Options that everything which opens a slide shares.
import * as z from "zod";

const READING = "Reading";

/** How a slide is opened. */
export const slideReadingOptions = {
  slideMpp: z.number().min(0.01).max(100).optional().meta({
    group: READING,
    placeholder: "UM",
    description:
      "µm per pixel of the slide at full resolution, where the file does not say it or says it wrong.",
  }),
  backend: z.enum(["auto", "own", "openslide"]).default("auto").meta({
    group: READING,
    description:
      "Reader: lowmag's own, OpenSlide (where it is installed), or its own with OpenSlide for formats it does not know.",
  }),
  // Native code only where a crash costs one slide: `prepare` has processes for that and says "auto".
  decoder: z.enum(["auto", "wasm", "native"]).default("wasm").meta({
    group: READING,
    description:
      "JPEG decoder: WebAssembly, the system's libjpeg-turbo (faster, the same pixels), or native where it is found.",
  }),
  icc: z.boolean().default(false).meta({
    group: READING,
    description: "Apply the slide's embedded colour profile; most pipelines do not.",
  }),
};
