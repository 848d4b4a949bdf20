// Max-pooling on blocked maps, and its gradient without indices: ONNX Runtime's kernel that also puts out indices is scalar
// and takes thirty times as long. The window is taken apart into its rows and columns, and along each of them the gradient
// goes to the first number that equals the maximum.
import type { WindowAttributes } from "../operators/attributes.ts";
import { bandOf, type Rows } from "./bands.ts";
import { type Blocks, WHERE_ZERO } from "./blocks.ts";
import type { Form, LoweredValue } from "./lowered-value.ts";
import type { BlockedContext } from "./rule.ts";
import { wovenAlong } from "./weaving.ts";
import { sameForAll } from "./weights.ts";

/** The one window that has a gradient here: 3x3, every second place. */
function isUsual({ kernel, strides, pads }: WindowAttributes): boolean {
  return kernel.join() === "3,3" && strides.join() === "2,2" && pads.join() === "1,1";
}

/** The map whose maxima are taken: what an increasing factor and an offset do can be done after. */
function compared(x: LoweredValue): string {
  const { affine: waiting } = x;
  return waiting?.increasing && waiting.sum === undefined ? waiting.x : x.blocked();
}

/** Maxima of a window. */
export function maxPool({
  blocks,
  inputs: [x],
  outputUsed,
  attributes,
}: BlockedContext<"MaxPool">): (Form | undefined)[] | null {
  if (!x!.inBlocks || (outputUsed[1] && !isUsual(attributes))) return null;
  const { kernel, strides, pads } = attributes;
  const pooled = blocks.maxPool(compared(x!), kernel, strides, [...pads, ...pads]);
  const waiting = x!.affine;
  const late = waiting !== undefined && compared(x!) === waiting.x;
  return [late ? { affine: { ...waiting, x: pooled } } : { blocked: pooled }, undefined];
}

/** dy to where the maxima were: first along rows' maxima, then, a band of rows at a time if need be, along columns. */
export function maxPoolGradient(context: BlockedContext<"MaxPoolGradient">): Form[] | null {
  const { blocks, inputs, attributes } = context;
  const [dy, , x, y] = inputs as readonly LoweredValue[];
  const channels = x!.type.dims[1];
  if (!isUsual(attributes) || !blocks.fits(channels) || !x!.inBlocks) return null;
  const [map, maxima] = [compared(x!), compared(y!)];
  const rows = blocks.maxPool(map, [1, 3], [1, 2], [0, 1, 0, 1]);
  const toRows = alongAxis(blocks, 0, dy!.blocked(), rows, maxima, channels);
  const whole = (): string => alongAxis(blocks, 1, toRows, map, rows, channels);
  if (blocks.bands === 1) return [{ blocked: whole() }];
  const band = (range: Rows): string => {
    const [dyBand, mapBand, rowsBand] = [toRows, map, rows].map((value) =>
      bandOf(blocks, value, channels, range),
    );
    return alongAxis(blocks, 1, dyBand!, mapBand!, rowsBand!, channels);
  };
  // Its sums are those of a normalisation only if the normalisation's own map was pooled.
  const id = map === x!.affine?.x ? x!.affine.id : undefined;
  const pooled = { dy: dy!.blocked(), maxima, map: id ?? map };
  return [{ banded: { channels, like: map, band, whole, pooled } }];
}

/**
 * The gradient of y[i] = max(x[2i - 1], x[2i], x[2i + 1]) along rows (0) or columns (1): what is left of dy goes to one of the
 * three after another, wherever it equals y.
 */
function alongAxis(blocks: Blocks, axis: 0 | 1, dy: string, x: string, y: string, channels: number): string {
  const { emitter } = blocks;
  const [mul, sub] = [pair(blocks, "Mul"), pair(blocks, "Sub")];
  const along = (taps: number[]): number[][] => (axis === 0 ? taps.map((tap) => [tap]) : [taps]);
  const negative = emitter.node("Neg", [y]);
  const equal = (taps: number[], before: number, sum: string): string =>
    blocks.convolve({
      x,
      weight: sameForAll(blocks, channels, along(taps)),
      kernel: axis === 0 ? [taps.length, 1] : [1, taps.length],
      strides: axis === 0 ? [2, 1] : [1, 2],
      pads: axis === 0 ? [before, 0, 0, 0] : [0, before, 0, 0],
      group: channels,
      sum,
      activation: WHERE_ZERO,
    });
  const first = mul(dy, equal([1, 0], 1, withoutFirst(blocks, axis, negative, channels)));
  const rest = sub(dy, first);
  const middle = mul(rest, equal([1], 0, negative));
  // Odd places belong to two windows: the last of one, the first of the next.
  const between = blocks.convolve({
    x: first,
    weight: sameForAll(blocks, channels, along([0, 1])),
    kernel: axis === 0 ? [2, 1] : [1, 2],
    pads: axis === 0 ? [0, 0, 1, 0] : [0, 0, 0, 1],
    group: channels,
    sum: sub(rest, middle),
  });
  return wovenAlong(blocks, axis, [middle, between], channels, x);
}

const pair =
  ({ emitter }: Blocks, operator: string) =>
  (a: string, b: string): string =>
    emitter.node(operator, [a, b]);

/** The first place of an axis made so small that nothing equals it: no number stands before it. */
function withoutFirst(blocks: Blocks, axis: 0 | 1, map: string, channels: number): string {
  const { emitter, size } = blocks;
  const length = emitter.node("Slice", [
    emitter.node("Shape", [map]),
    emitter.ints(2 + axis),
    emitter.ints(3 + axis),
  ]);
  const others = emitter.node("ConstantOfShape", [emitter.node("Sub", [length, emitter.ints(1)])]);
  const lowest = emitter.node("Concat", [emitter.filled(-3e38, 1), others], { axis: 0 });
  const shape = axis === 0 ? emitter.ints(-1, 1, 1) : emitter.ints(-1, 1);
  const border = emitter.node("Reshape", [lowest, shape]);
  const wide = axis === 0 ? border : emitter.node("Expand", [border, emitter.ints(1, size)]);
  const sum = emitter.node("Add", [blocks.rows(map, channels), wide]);
  return emitter.node("Reshape", [sum, emitter.node("Shape", [map])]);
}
