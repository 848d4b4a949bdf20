// How much memory a forward pass takes. Fitted to measured peaks of whole processes (results in docs/predict.md): within 10 %
// for resnet10-thin-gn on images of 1 to 17 million pixels, up to 45 % too high for the wider networks and larger images.
import type { ModelFacts } from "../classify/index.ts";
import type { ProcessMemory } from "../jobs/index.ts";
import { architectureName, parameterCount, parameterSpecs } from "../models/index.ts";

/** Bytes of the process that hands out the work. */
const PARENT_BYTES = 150e6;
/** Bytes of a process besides model and image: Node, engine, decoders, decoded tiles, the thumbnail and its masks. */
const PROCESS_BYTES = 350e6;
/** Copies of the parameters: as stored, as an ONNX file, in the session. */
const PARAMETER_COPIES = 5;
/** Bytes per pixel of the image in hand, its planes and the standardised ones, with what is between them. */
const IMAGE_BYTES = 30;
/** The first layer's output, at a quarter of the pixels, is where a pass is widest: it, its norm, its activation, one more. */
const STEM_COPIES = 4;
/** A process should be able to classify a piece of 16 x 16 mm at 8 µm per pixel. */
const USUAL_PIXELS = 4e6;

/** What a process needs that runs a model. */
export function predictMemory({ architecture, classes }: ModelFacts): ProcessMemory {
  const name = architectureName(architecture);
  const [stem] = parameterSpecs(name, classes.length);
  const channels = stem!.dims[0]!; // float32 at half the width and height: one byte per channel and image pixel
  return {
    processBytes: PROCESS_BYTES + PARAMETER_COPIES * 4 * parameterCount(name, classes.length),
    pixelBytes: IMAGE_BYTES + STEM_COPIES * channels,
    usualPixels: USUAL_PIXELS,
  };
}

/** What of a limit in bytes is left to the processes that classify. */
export function forProcesses(limit: number): number {
  return Math.max(limit / 2, limit - PARENT_BYTES);
}
