// An operator that computes nothing: it says when a value may be read.

import type { Operator } from "../types.ts";

/**
 * The first input, unchanged, but only once the second is known. What reads it cannot be computed early, and is another
 * expression than what reads the first input itself: the means by which values are recomputed late instead of kept.
 *
 * ONNX has no such operator. A reshape shares its input's memory, and takes its shape from a tensor that may come from
 * anywhere: zeros (which mean "as it is") times the number of elements of the second input.
 */
export const After: Operator<"After"> = {
  infer: ([x]) => [{ dtype: x!.dtype, dims: x!.dims }],
  flatInputs: [1],
  gradient: ({ outputGradient }) => [outputGradient, undefined],
  macs: () => 0,
  reference: ([x]) => [x!],
  lower: ({ emitter, inputs: [x, trigger], inputTypes: [type] }) => [
    emitter.node("Reshape", [x!, emitter.zerosOnce(trigger!, type!.dims.length)]),
  ],
};
