// Max-pooling and its gradient for a GPU, whose kernel puts out no indices: the gradient finds the maxima again by comparing
// the map with them, and the first equal number of a window takes all, as an index would say.
import type { Emitter } from "../emitter.ts";
import type { LoweringContext } from "../types.ts";
import type { WindowAttributes } from "./attributes.ts";
import { shift } from "./convolution-gpu.ts";
import { windowAttributes } from "./convolution-lowering.ts";

const FLOAT32 = 1;
/** Below every float32 a network makes: padding that is never a maximum. */
const LOWEST = -3.4e38;

/** Maxima alone. In place of the indices, which nobody reads here, stand the maxima again. */
export function lowerMaxPoolOnGpu({
  emitter,
  inputs,
  attributes,
}: LoweringContext<"MaxPool">): readonly string[] {
  const y = emitter.node("MaxPool", inputs, windowAttributes(attributes));
  return [y, y];
}

/**
 * For each position of the window, row by row: the part of dy whose maximum is there and was at no position before. A
 * part moves to the rows and columns of x that its position meets, which lie `stride` apart: parts with the same
 * remainder are added as planes, and the planes interleaved.
 */
export function lowerMaxPoolGradientOnGpu(context: LoweringContext<"MaxPoolGradient">): readonly string[] {
  const { emitter, inputs, attributes } = context;
  const { strides, pads } = attributes;
  const x = inputs[2]!;
  const parts = partsByPosition(context);
  const rows = Array.from({ length: strides[0] }, (_, a) => {
    const columns = Array.from({ length: strides[1] }, (_, b) => {
      const meeting = parts.filter(({ i, j }) => i % strides[0] === a && j % strides[1] === b);
      // A window smaller than its stride leaves places that no position meets.
      if (meeting.length === 0) return null;
      return meeting.map(({ value, i, j }) => moved(emitter, value, i, j, attributes)).reduce(plus(emitter));
    });
    return columns;
  });
  const whole = interleaved(emitter, rows);
  const size = emitter.node("Slice", [emitter.node("Shape", [x]), emitter.ints(2), emitter.ints(4)]);
  const start = emitter.ints(...pads);
  const end = emitter.node("Add", [size, start]);
  return [emitter.node("Slice", [whole, start, end, emitter.ints(2, 3)])];
}

interface Part {
  readonly value: string;
  readonly i: number;
  readonly j: number;
}

function partsByPosition({ emitter, inputs, attributes }: LoweringContext<"MaxPoolGradient">): Part[] {
  const [dy, , x, y] = inputs as readonly [string, string, string, string];
  const { kernel, strides, pads } = attributes;
  const [top, left] = pads;
  const padded = emitter.node("Pad", [
    x,
    emitter.ints(0, 0, top, left, 0, 0, top, left),
    emitter.scalar(LOWEST),
  ]);
  let rest = dy;
  const parts: Part[] = [];
  for (let i = 0; i < kernel[0]; i++) {
    const row = shift(emitter, padded, 2, i, kernel[0], strides[0]);
    for (let j = 0; j < kernel[1]; j++) {
      const met = emitter.node("Equal", [shift(emitter, row, 3, j, kernel[1], strides[1]), y]);
      const mask = emitter.node("Cast", [met], { to: FLOAT32 });
      const value = emitter.node("Mul", [rest, mask]);
      parts.push({ value, i, j });
      rest = emitter.node("Sub", [rest, value]);
    }
  }
  return parts;
}

const plus =
  (emitter: Emitter) =>
  (a: string, b: string): string =>
    emitter.node("Add", [a, b]);

/** Whole strides that a window reaches beyond its first place, and one more so that the planes cover x. */
const reach = (kernel: number, stride: number): number => Math.floor((kernel - 1) / stride) + 1;

/** A part at the rows and columns of its plane: later positions of the window lie whole strides further. */
function moved(
  emitter: Emitter,
  part: string,
  i: number,
  j: number,
  { kernel, strides }: WindowAttributes,
): string {
  const before = [Math.floor(i / strides[0]), Math.floor(j / strides[1])] as const;
  const after = [reach(kernel[0], strides[0]) - before[0], reach(kernel[1], strides[1]) - before[1]] as const;
  return emitter.node("Pad", [part, emitter.ints(0, 0, ...before, 0, 0, ...after)]);
}

/** Planes [N, C, h, w] by remainder of row and column -> [N, C, h * rows, w * columns]. */
function interleaved(emitter: Emitter, planes: readonly (readonly (string | null)[])[]): string {
  const some = planes.flat().find((plane) => plane !== null)!;
  const zeros = (): string => emitter.node("Mul", [some, emitter.scalar(0)]);
  const rows = planes.map((columns) => {
    const each = columns.map((plane) => plane ?? zeros());
    return each.length === 1 ? each[0]! : woven(emitter, each, 4, emitter.ints(0, 0, 0, -1));
  });
  if (rows.length === 1) return rows[0]!;
  const shape = emitter.node("Shape", [rows[0]!]);
  const width = emitter.node("Slice", [shape, emitter.ints(3), emitter.ints(4)]);
  return woven(emitter, rows, 3, emitter.node("Concat", [emitter.ints(0, 0, -1), width], { axis: 0 }));
}

/** Tensors laid along a new axis, which then becomes one with the axis before it. */
function woven(emitter: Emitter, values: readonly string[], axis: number, shape: string): string {
  const apart = values.map((value) => emitter.node("Unsqueeze", [value, emitter.ints(axis)]));
  return emitter.node("Reshape", [emitter.node("Concat", apart, { axis }), shape]);
}
