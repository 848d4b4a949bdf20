// Max-pooling on blocked maps, and its gradient without indices: ONNX Runtime's kernel that also puts out indices is scalar
// and takes thirty times as long. The window is taken apart into its rows and columns, and along each of them the gradient
// goes to the first number that equals the maximum.
import type { WindowAttributes } from "../operators/attributes.ts";
import { type BandedMap, bandOf, type Rows } from "./bands.ts";
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

/** dy to where the maxima were, along rows and then along columns; a band of rows at a time if need be. */
export function maxPoolGradient(context: BlockedContext<"MaxPoolGradient">): Form[] | null {
  const { blocks, inputs, attributes } = context;
  const [dyValue, , x, y] = inputs as readonly LoweredValue[];
  const channels = x!.type.dims[1];
  if (!isUsual(attributes) || !blocks.fits(channels) || !x!.inBlocks) return null;
  const pooled: Pooled = { map: compared(x!), maxima: compared(y!), dy: dyValue!.blocked(), channels };
  const whole = (): string => gradientOfBand(blocks, pooled, null);
  if ((blocks.bands ?? 1) === 1) return [{ blocked: whole() }];
  // Its sums are those of a normalisation only if the normalisation's own map was pooled.
  const id = pooled.map === x!.affine?.x ? x!.affine.id : undefined;
  const banded: BandedMap = {
    channels,
    like: pooled.map,
    band: (rows) => gradientOfBand(blocks, pooled, rows),
    whole,
    pooled: { dy: pooled.dy, maxima: pooled.maxima, map: id ?? pooled.map },
  };
  return [{ banded }];
}

/** A map, its maxima and their gradient. */
interface Pooled {
  readonly map: string;
  readonly maxima: string;
  readonly dy: string;
  readonly channels: number;
}

/**
 * The gradient of some rows of the map, or of all. A band that does not begin at the first row reads the one before it, for
 * its first window; one that does not end at the last row reads a window more, which has its first row.
 */
function gradientOfBand(blocks: Blocks, { map, maxima, dy, channels }: Pooled, rows: Rows | null): string {
  const { emitter } = blocks;
  const [top, bottom] = [rows?.first ?? true, rows?.last ?? true];
  const move = (row: string, by: number): string =>
    by === 0 ? row : emitter.node("Add", [row, emitter.ints(by)]);
  const half = (row: string): string =>
    emitter.node("Div", [emitter.node("Add", [row, emitter.ints(1)]), emitter.ints(2)]);
  const cut = (value: string, start: string, end: string): string =>
    bandOf(blocks, value, channels, { start, end });
  const part = rows === null ? map : cut(map, move(rows.start, top ? 0 : -1), rows.end);
  const windows = (value: string): string =>
    rows === null ? value : cut(value, half(rows.start), move(half(rows.end), bottom ? 0 : 1));
  const partRows = blocks.maxPool(part, [1, 3], [1, 2], [0, 1, 0, 1]);
  const own = (value: string): string =>
    top ? value : cut(value, emitter.ints(1), emitter.ints(2 ** 31 - 1));
  const [ownMap, ownRows] = [own(part), own(partRows)];
  const axis = { blocks, channels };
  const toRows = alongAxis(
    { ...axis, axis: 0, top, bottom },
    { dy: windows(dy), x: partRows, y: windows(maxima), like: ownRows },
  );
  return alongAxis(
    { ...axis, axis: 1, top: true, bottom: true },
    { dy: toRows, x: ownMap, y: ownRows, like: ownMap },
  );
}

/** Along which axis, rows (0) or columns (1), and whether the part at hand has the first and the last place of it. */
interface Axis {
  readonly blocks: Blocks;
  readonly axis: 0 | 1;
  readonly channels: number;
  readonly top: boolean;
  readonly bottom: boolean;
}

/**
 * The gradient of y[i] = max(x[2i - 1], x[2i], x[2i + 1]): what is left of dy goes to one of the three after another, wherever
 * it equals y. Without the first place x begins with x[-1]; without the last dy and y have one number more.
 */
function alongAxis(
  at: Axis,
  { dy, x, y, like }: { readonly dy: string; readonly x: string; readonly y: string; readonly like: string },
): string {
  const { blocks, axis, channels, top, bottom } = at;
  const { emitter } = blocks;
  const negative = emitter.node("Neg", [y]);
  const none = top ? withoutFirst(blocks, axis, negative, channels) : negative;
  const first = emitter.node("Mul", [dy, whereEqual(at, x, bottom ? [1, 0] : [1], top ? 1 : 0, none)]);
  const shorter = (value: string): string => (bottom ? value : withoutLast(blocks, axis, value, channels));
  const rest = emitter.node("Sub", [shorter(dy), shorter(first)]);
  const middle = emitter.node("Mul", [rest, whereEqual(at, x, top ? [1] : [0, 1], 0, shorter(negative))]);
  // Odd places belong to two windows: the last of one, the first of the next.
  const between = blocks.convolve({
    x: first,
    ...taps(at, [0, 1]),
    pads: axis === 0 ? [0, 0, bottom ? 1 : 0, 0] : [0, 0, 0, bottom ? 1 : 0],
    sum: emitter.node("Sub", [rest, middle]),
  });
  return wovenAlong(blocks, axis, [middle, between], channels, like);
}

/** 1 where every second number of x, after those that `pattern` skips, is the negative of `negative`, else 0. */
function whereEqual(at: Axis, x: string, pattern: number[], before: number, negative: string): string {
  const { blocks, axis } = at;
  return blocks.convolve({
    x,
    ...taps(at, pattern),
    strides: axis === 0 ? [2, 1] : [1, 2],
    pads: axis === 0 ? [before, 0, 0, 0] : [0, before, 0, 0],
    sum: negative,
    activation: WHERE_ZERO,
  });
}

/** A kernel along an axis, the same for each channel. */
function taps({ blocks, axis, channels }: Axis, pattern: number[]) {
  const weight = sameForAll(blocks, channels, axis === 0 ? pattern.map((tap) => [tap]) : [pattern]);
  const kernel = axis === 0 ? ([pattern.length, 1] as const) : ([1, pattern.length] as const);
  return { weight, kernel, group: channels };
}

/** A map without its last row or column. */
function withoutLast(blocks: Blocks, axis: 0 | 1, map: string, channels: number): string {
  const { emitter } = blocks;
  const rows = blocks.rows(map, channels);
  const cut = emitter.node("Slice", [rows, emitter.ints(0), emitter.ints(-1), emitter.ints(2 + axis)]);
  return blocks.fromRows(cut, channels);
}

/** The first place of an axis made so small that nothing equals it: no number stands before it. */
function withoutFirst(blocks: Blocks, axis: 0 | 1, map: string, channels: number): string {
  const { emitter, size } = blocks;
  const length = blocks.lengths(map, 2 + axis, 3 + axis);
  const others = emitter.node("ConstantOfShape", [emitter.node("Sub", [length, emitter.ints(1)])]);
  const lowest = emitter.node("Concat", [emitter.filled(-3e38, 1), others], { axis: 0 });
  const shape = axis === 0 ? emitter.ints(-1, 1, 1) : emitter.ints(-1, 1);
  const border = emitter.node("Reshape", [lowest, shape]);
  const wide = axis === 0 ? border : emitter.node("Expand", [border, emitter.ints(1, size)]);
  const sum = emitter.node("Add", [blocks.rows(map, channels), wide]);
  return blocks.fromRows(sum, channels);
}
