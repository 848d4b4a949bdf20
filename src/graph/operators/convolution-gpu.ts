// The weight gradient of a convolution for a GPU. One product of [O, places] and [places, C], as the CPU likes it, leaves a
// GPU with too few numbers to work on side by side; here every row of every image is a product of its own, and their sum
// is taken after. Nothing of it falls back to the CPU.
import type { Emitter } from "../emitter.ts";
import type { LoweringContext } from "../types.ts";

/** Slices to the end of an axis, whatever its length. */
const END = 2 ** 31 - 1;
/** Up to this many channels, the columns of the kernel are laid side by side: a product of three columns is a waste. */
const FEW_CHANNELS = 4;

/**
 * dw[o, :, i, j] = sum over images and rows of dy [N, h, O, w] times x [N, h, w, C] shifted by (i, j) and strided.
 * x and dy are [N, C, H, W] and [N, O, h, w].
 */
export function lowerConvWeightGradientOnGpu({
  emitter,
  inputs,
  inputTypes,
  attributes: { kernel, strides, pads },
}: LoweringContext<"ConvWeightGradient">): readonly string[] {
  const [x, dy] = inputs as readonly [string, string];
  const [outputs, channels] = inputTypes[2]!.dims as readonly [number, number];
  const dyRows = emitter.node("Transpose", [dy], { perm: [0, 2, 1, 3] });
  const last = emitter.node("Transpose", [x], { perm: [0, 2, 3, 1] });
  const padded = padded2d(emitter, last, pads);
  const shifted = (i: number, j: number): string =>
    shift(emitter, shift(emitter, padded, 1, i, kernel[0], strides[0]), 2, j, kernel[1], strides[1]);
  const columns = Array.from({ length: kernel[1] }, (_, j) => j);
  const parts: string[] = [];
  for (let i = 0; i < kernel[0]; i++) {
    const row = columns.map((j) => shifted(i, j));
    const factors = channels <= FEW_CHANNELS ? [sideBySide(emitter, row, 3)] : row;
    for (const factor of factors) {
      const products = emitter.node("MatMul", [dyRows, factor]);
      parts.push(emitter.node("ReduceSum", [products, emitter.ints(0, 1)], { keepdims: 0 }));
    }
  }
  // [O, kh * kw * C] in the order of the parts.
  const ordered = emitter.node("Reshape", [
    sideBySide(emitter, parts, 1),
    emitter.ints(outputs, ...kernel, channels),
  ]);
  return [emitter.node("Transpose", [ordered], { perm: [0, 3, 1, 2] })];
}

const sideBySide = (emitter: Emitter, parts: readonly string[], axis: number): string =>
  parts.length === 1 ? parts[0]! : emitter.node("Concat", parts, { axis });

/** Pads axes 1 and 2 of [N, H, W, C] on both sides. */
function padded2d(emitter: Emitter, x: string, [rows, columns]: readonly [number, number]): string {
  if (rows === 0 && columns === 0) return x;
  return emitter.node("Pad", [x, emitter.ints(0, rows, columns, 0, 0, rows, columns, 0)]);
}

/** The places along an axis that position k of a kernel of `size` meets. */
export function shift(
  emitter: Emitter,
  x: string,
  axis: number,
  k: number,
  size: number,
  stride: number,
): string {
  if (size === 1 && stride === 1) return x;
  const end = k === size - 1 ? END : k + 1 - size;
  const ends = [emitter.ints(k), emitter.ints(end), emitter.ints(axis), emitter.ints(stride)];
  return emitter.node("Slice", [x, ...ends]);
}
