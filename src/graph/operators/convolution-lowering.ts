// How convolution gradients become standard ONNX operators that ONNX Runtime's CPU kernels do fast.
// The npm build has no ConvGrad. A weight gradient as a `Conv` on transposed tensors reaches half the rate of matrix
// products over shifted slices, so that is what is emitted; see results/experiments.md.
import type { Emitter } from "../emitter.ts";
import type { LoweringContext } from "../types.ts";
import type { WindowAttributes } from "./attributes.ts";

/** Slices to the end of an axis, whatever its length. */
const END = 2 ** 31 - 1;

/** The ONNX attributes of a sliding window. */
export function windowAttributes({
  kernel,
  strides,
  pads,
}: WindowAttributes): Record<string, readonly number[]> {
  return { kernel_shape: kernel, strides, pads: [...pads, ...pads] };
}

/**
 * Stride 1: a convolution of dy with the kernel turned by 180 degrees (unless x is padded by a whole kernel, which
 * would need a negative padding of dy). Larger strides: `ConvTranspose` with the largest output padding (its size is a constant of the node, but x may be odd or even), cut to the shape of x.
 */
export function lowerConvInputGradient({
  emitter,
  inputs,
  attributes,
}: LoweringContext<"ConvInputGradient">): readonly string[] {
  const [dy, weight, x] = inputs as readonly [string, string, string];
  const { kernel, strides, pads } = attributes;
  if (strides[0] === 1 && strides[1] === 1 && pads[0] < kernel[0] && pads[1] < kernel[1]) {
    const swapped = emitter.node("Transpose", [weight], { perm: [1, 0, 2, 3] });
    const turned = kernel[0] * kernel[1] === 1 ? swapped : flipKernel(emitter, swapped);
    const inner = [kernel[0] - 1 - pads[0], kernel[1] - 1 - pads[1]];
    return [emitter.node("Conv", [dy, turned], { kernel_shape: kernel, pads: [...inner, ...inner] })];
  }
  const larger = emitter.node("ConvTranspose", [dy, weight], {
    ...windowAttributes(attributes),
    output_padding: [strides[0] - 1, strides[1] - 1],
  });
  const size = emitter.node("Slice", [emitter.node("Shape", [x]), emitter.ints(2), emitter.ints(4)]);
  return [emitter.node("Slice", [larger, emitter.ints(0, 0), size, emitter.ints(2, 3)])];
}

function flipKernel(emitter: Emitter, weight: string): string {
  const [backwards, start, end] = [emitter.ints(-1, -1), emitter.ints(-1, -1), emitter.ints(-END, -END)];
  return emitter.node("Slice", [weight, start, end, emitter.ints(2, 3), backwards]);
}

/**
 * dw[o, :, i, j] = sum over places of dy[o, place] * x[:, place shifted by (i, j)]: for each (i, j) one product of
 * dy as [O, places] with a shifted, strided slice of x as [places, C]. An image input (few channels, stride 2) is
 * first folded by space-to-depth, which turns a 7x7 kernel of stride 2 on 3 channels into 4x4 of stride 1 on 12.
 */
export function lowerConvWeightGradient(context: LoweringContext<"ConvWeightGradient">): readonly string[] {
  const { emitter, inputs, inputTypes, attributes } = context;
  const [x, dy] = inputs as readonly [string, string];
  const [outputs, channels] = inputTypes[2]!.dims as readonly [number, number];
  const { strides, kernel } = attributes;
  if (channels <= 4 && strides[0] === 2 && strides[1] === 2 && kernel[0] > 2 && kernel[1] > 2)
    return [foldedWeightGradient(emitter, x, dy, outputs, channels, attributes)];
  const dyRows = rowsByChannel(emitter, dy, outputs);
  const padded = padSpatial(emitter, emitter.node("Transpose", [x], { perm: [0, 2, 3, 1] }), attributes.pads);
  const parts: string[] = [];
  for (let i = 0; i < kernel[0]; i++)
    for (let j = 0; j < kernel[1]; j++) {
      const shifted = shiftedPlaces(emitter, padded, i, j, attributes);
      const product = emitter.node("MatMul", [
        dyRows,
        emitter.node("Reshape", [shifted, emitter.ints(-1, channels)]),
      ]);
      parts.push(emitter.node("Reshape", [product, emitter.ints(outputs, channels, 1)]));
    }
  const stacked = parts.length === 1 ? parts[0]! : emitter.node("Concat", parts, { axis: 2 });
  return [emitter.node("Reshape", [stacked, emitter.ints(outputs, channels, ...kernel)])];
}

/** dy [N, O, h, w] as [O, N*h*w]. */
function rowsByChannel(emitter: Emitter, dy: string, outputs: number): string {
  return emitter.node("Reshape", [
    emitter.node("Transpose", [dy], { perm: [1, 0, 2, 3] }),
    emitter.ints(outputs, -1),
  ]);
}

/** Pads axes 1 and 2 of [N, H, W, C] on both sides. */
function padSpatial(emitter: Emitter, x: string, [vertical, horizontal]: readonly [number, number]): string {
  if (vertical === 0 && horizontal === 0) return x;
  return emitter.node("Pad", [x, emitter.ints(0, vertical, horizontal, 0, 0, vertical, horizontal, 0)]);
}

/** The places of padded x [N, H, W, C] that kernel position (i, j) meets. */
function shiftedPlaces(
  emitter: Emitter,
  padded: string,
  i: number,
  j: number,
  window: WindowAttributes,
): string {
  const { kernel, strides } = window;
  if (kernel[0] * kernel[1] * strides[0] * strides[1] === 1) return padded;
  const end = (k: number, size: number): number => (k === size - 1 ? END : k + 1 - size);
  return emitter.node("Slice", [
    padded,
    emitter.ints(i, j),
    emitter.ints(end(i, kernel[0]), end(j, kernel[1])),
    emitter.ints(1, 2),
    emitter.ints(...strides),
  ]);
}

/**
 * The weight gradient of a stride-2 convolution on few channels. After padding to an even size and space-to-depth,
 * kernel columns are laid side by side as channels: one product of dy [N, O, places] and [N, columns*4*C, places]
 * transposed for each kernel row instead of each position. Everything stays in planes, which copy in long runs.
 */
function foldedWeightGradient(
  emitter: Emitter,
  x: string,
  dy: string,
  outputs: number,
  channels: number,
  { kernel, pads }: WindowAttributes,
): string {
  const rows = Math.ceil(kernel[0] / 2);
  const columns = Math.ceil(kernel[1] / 2);
  const folded = emitter.node(
    "SpaceToDepth",
    [emitter.node("Pad", [x, evenPads(emitter, x, kernel, pads)])],
    { blocksize: 2 },
  );
  const shifted = (value: string, axis: number, count: number): string[] =>
    Array.from({ length: count }, (_, k) => {
      const end = k === count - 1 ? END : k + 1 - count;
      return emitter.node("Slice", [value, emitter.ints(k), emitter.ints(end), emitter.ints(axis)]);
    });
  const sideBySide = emitter.node("Concat", shifted(folded, 3, columns), { axis: 1 });
  const dyPlanes = emitter.node("Reshape", [dy, emitter.ints(0, outputs, -1)]);
  const parts = shifted(sideBySide, 2, rows).map((band) => {
    const planes = emitter.node("Reshape", [band, emitter.ints(0, columns * 4 * channels, -1)]);
    const product = emitter.node("MatMul", [
      dyPlanes,
      emitter.node("Transpose", [planes], { perm: [0, 2, 1] }),
    ]);
    const overImages = emitter.node("ReduceSum", [product, emitter.ints(0)], { keepdims: 0 });
    return emitter.node("Reshape", [overImages, emitter.ints(outputs, 1, columns, 2, 2, channels)]);
  });
  // [O, rows, columns, 2 (row parity), 2 (column parity), C] -> [O, C, 2*rows, 2*columns], cut to the kernel's size.
  const ordered = emitter.node("Transpose", [emitter.node("Concat", parts, { axis: 1 })], {
    perm: [0, 5, 1, 3, 2, 4],
  });
  const unfolded = emitter.node("Reshape", [ordered, emitter.ints(outputs, channels, 2 * rows, 2 * columns)]);
  return emitter.node("Slice", [unfolded, emitter.ints(0, 0), emitter.ints(...kernel), emitter.ints(2, 3)]);
}

/**
 * Pads of [N, C, H, W] such that the padded height is 2*(OH-1) + 2*ceil(k/2), with OH = floor((H+2p-k)/2)+1:
 * p before, and after it what is missing, found at run time because H may be odd or even.
 */
function evenPads(
  emitter: Emitter,
  x: string,
  kernel: readonly [number, number],
  pads: readonly [number, number],
): string {
  const size = emitter.node("Slice", [emitter.node("Shape", [x]), emitter.ints(2), emitter.ints(4)]);
  const offset = emitter.ints(2 * pads[0] - kernel[0], 2 * pads[1] - kernel[1]);
  const steps = emitter.node("Div", [emitter.node("Add", [size, offset]), emitter.ints(2, 2)]);
  const covered = emitter.ints(
    2 * Math.ceil(kernel[0] / 2) - pads[0],
    2 * Math.ceil(kernel[1] / 2) - pads[1],
  );
  const wanted = emitter.node("Add", [emitter.node("Mul", [steps, emitter.ints(2, 2)]), covered]);
  const after = emitter.node("Sub", [wanted, size]);
  return emitter.node("Concat", [emitter.ints(0, 0, ...pads, 0, 0), after], { axis: 0 });
}
