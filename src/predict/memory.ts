// How much memory a forward pass takes: what a process holds anyway, and for each pixel of the image in hand a share of all
// bytes that the network's operators touch.

import type { ModelFacts } from "../classify/index.ts";
import type { ProcessMemory } from "../jobs/index.ts";
import { architectureName, forwardCost } from "../models/index.ts";

/** Bytes of a process besides the image in hand: Node, engine, decoders, decoded tiles, the thumbnail and its masks. */
const PROCESS_BYTES = 450e6;
/** Share of the bytes touched by a forward pass that are held at once. */
const FORWARD_SHARE = 0.45;
/** Bytes per pixel besides: the image, its planes, and copies of either on the way. */
const IMAGE_BYTES = 30;
/** A process should be able to classify a piece of 16 x 16 mm at 8 µm per pixel. */
const USUAL_PIXELS = 4e6;
/** Pixels of the image that the cost per pixel is worked out on; it does not depend on the size. */
const SIDE = 512;

/** What a process needs that runs a model. */
export function predictMemory({ architecture, classes }: ModelFacts): ProcessMemory {
  const { bytes } = forwardCost(architectureName(architecture), classes.length, SIDE, SIDE);
  const pixelBytes = IMAGE_BYTES + (FORWARD_SHARE * bytes) / SIDE ** 2;
  return { processBytes: PROCESS_BYTES, pixelBytes, usualPixels: USUAL_PIXELS };
}
