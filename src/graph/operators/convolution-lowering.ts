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

/** x and dy of a weight gradient in whatever order of axes the products want, and what they belong to. */
export interface WeightGradientParts {
  readonly emitter: Emitter;
  /** [N, C, H, W], made when asked for. */
  readonly x: () => string;
  /** [N, H, W, C], or null where it is to be transposed. */
  readonly xChannelsLast: () => string | null;
  /** [N, O, h, w]. */
  readonly dy: () => string;
  /** [N, h, w, O], or null where it is to be transposed. */
  readonly dyChannelsLast: () => string | null;
  /** True where N is 1. */
  readonly single: boolean;
  readonly outputs: number;
  readonly channels: number;
  readonly window: WindowAttributes;
}

/** The weight gradient of tensors in plain layout. */
export function lowerConvWeightGradient(context: LoweringContext<"ConvWeightGradient">): readonly string[] {
  const { emitter, inputs, inputTypes, attributes: window } = context;
  const [x, dy] = inputs as readonly [string, string];
  const [outputs, channels] = inputTypes[2]!.dims as readonly [number, number];
  const [none, single] = [() => null, context.target.images === 1];
  const parts = { emitter, x: () => x, xChannelsLast: none, dy: () => dy, dyChannelsLast: none };
  return [lowerWeightGradient({ ...parts, single, outputs, channels, window })];
}

/**
 * dw[o, :, i, j] = sum over places of dy[o, place] * x[:, place shifted by (i, j)]: for each (i, j) one product of
 * dy as [O, places] with a shifted, strided slice of x as [places, C]. An image input (few channels, stride 2) is
 * first folded by space-to-depth, which turns a 7x7 kernel of stride 2 on 3 channels into 4x4 of stride 1 on 12.
 */
export function lowerWeightGradient(parts: WeightGradientParts): string {
  const { emitter, outputs, channels, window } = parts;
  const { strides, kernel, pads } = window;
  if (channels <= 4 && strides[0] === 2 && strides[1] === 2 && kernel[0] > 2 && kernel[1] > 2)
    return foldedWeightGradient(parts);
  const dyRows = rowsByChannel(parts);
  const padded = padSpatial(emitter, parts.xChannelsLast() ?? channelsLast(emitter, parts.x()), pads);
  const products: string[] = [];
  for (let i = 0; i < kernel[0]; i++)
    for (let j = 0; j < kernel[1]; j++) {
      const shifted = shiftedPlaces(emitter, padded, i, j, window);
      const places = emitter.node("Reshape", [shifted, emitter.ints(-1, channels)]);
      const product = emitter.node("MatMul", [dyRows, places]);
      products.push(emitter.node("Reshape", [product, emitter.ints(1, -1)]));
    }
  const ordered =
    products.length === 1
      ? products[0]!
      : emitter.node("Transpose", [emitter.node("Concat", products, { axis: 0 })], { perm: [1, 0] });
  return emitter.reshapeLate(ordered, [outputs, channels, ...kernel], dyRows);
}

/** [N, C, H, W] as [N, H, W, C]. */
const channelsLast = (emitter: Emitter, x: string): string =>
  emitter.node("Transpose", [x], { perm: [0, 2, 3, 1] });

/** dy [N, O, h, w] as [O, N*h*w]. */
function rowsByChannel({ emitter, dy, outputs, single }: WeightGradientParts): string {
  const rows = single ? dy() : emitter.node("Transpose", [dy()], { perm: [1, 0, 2, 3] });
  return emitter.node("Reshape", [rows, emitter.ints(outputs, -1)]);
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
 * kernel columns are laid side by side as channels: one product of planes [N, columns*4*C, places] and dy [N, places, O]
 * for each kernel row instead of each position. The planes are read whole for every kernel row; it is dy, which is smaller,
 * that is moved down by a row each time.
 */
function foldedWeightGradient({
  emitter,
  x,
  dy,
  dyChannelsLast,
  outputs,
  channels,
  window,
}: WeightGradientParts) {
  const { kernel, pads } = window;
  const [rows, columns] = [Math.ceil(kernel[0] / 2), Math.ceil(kernel[1] / 2)];
  const patch = columns * 4 * channels;
  const even = emitter.node("Pad", [x(), evenPads(emitter, x(), kernel, pads)]);
  const folded = emitter.node("SpaceToDepth", [even], { blocksize: 2 });
  const shifted = Array.from({ length: columns }, (_, k) => {
    const end = k === columns - 1 ? END : k + 1 - columns;
    return emitter.node("Slice", [folded, emitter.ints(k), emitter.ints(end), emitter.ints(3)]);
  });
  const sideBySide = emitter.node("Concat", shifted, { axis: 1 });
  const planes = emitter.node("Reshape", [sideBySide, emitter.ints(0, patch, -1)]);
  const last = dyChannelsLast() ?? channelsLast(emitter, dy());
  const padded = padSpatial(emitter, last, [rows - 1, 0]);
  const parts = Array.from({ length: rows }, (_, i) => {
    const [start, end] = [rows - 1 - i, i === 0 ? END : -i];
    const moved = emitter.node("Slice", [padded, emitter.ints(start), emitter.ints(end), emitter.ints(1)]);
    const product = emitter.node("MatMul", [
      planes,
      emitter.node("Reshape", [moved, emitter.ints(0, -1, outputs)]),
    ]);
    const overImages = emitter.node("ReduceSum", [product, emitter.ints(0)], { keepdims: 0 });
    return emitter.node("Reshape", [overImages, emitter.ints(1, columns, 2, 2, channels, outputs)]);
  });
  // [rows, columns, 2 (row parity), 2 (column parity), C, O] -> [O, C, 2*rows, 2*columns], cut to the kernel's size.
  const ordered = emitter.node("Transpose", [emitter.node("Concat", parts, { axis: 0 })], {
    perm: [5, 4, 0, 2, 1, 3],
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
