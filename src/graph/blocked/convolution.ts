// Convolution on blocked maps, and its gradients.

import {
  evenPads,
  FoldedProducts,
  isFolded,
  lowerWeightGradient,
  shiftedProducts,
  type WeightGradientParts,
  weightsOfProducts,
} from "../operators/convolution-lowering.ts";
import { bandOf, type Rows, sumOverBands } from "./bands.ts";
import type { Blocks } from "./blocks.ts";
import type { Form, LoweredValue } from "./lowered-value.ts";
import type { BlockedContext } from "./rule.ts";
import type { Signs } from "./signs.ts";
import { spread, woven } from "./weaving.ts";
import { forwardWeights, swappedWeights, type Taps, tapsOf } from "./weights.ts";

type WeightDims = readonly [number, number, number, number];

/** A convolution of a blocked map, or of an image of few channels, which the kernels take as it is. */
export function convolve({ blocks, inputs, attributes }: BlockedContext<"Conv">): Form[] | null {
  const [x, weight] = inputs as readonly [LoweredValue, LoweredValue];
  const dims = weight.type.dims as WeightDims;
  const few = dims[1] < blocks.size;
  if (!blocks.fits(dims[0]) || !(few || blocks.fits(dims[1]))) return null;
  const { kernel, strides, pads } = attributes;
  const made = new Map<string | undefined, string>();
  const emit = (signs?: Signs): string => {
    const known = made.get(signs?.name);
    if (known !== undefined) return known;
    const map = blocks.convolve({
      x: few ? x.plain() : x.blocked(),
      weight: forwardWeights(blocks, weight, x, signs),
      kernel,
      strides,
      pads: [...pads, ...pads],
    });
    made.set(signs?.name, map);
    return map;
  };
  return [{ late: { emit, ofImage: few } }];
}

/** The gradient of x: for every parity of its rows and columns a convolution of dy with the taps that meet them. */
export function inputGradient(context: BlockedContext<"ConvInputGradient">): Form[] | null {
  const { blocks, inputs, attributes } = context;
  const [dy, weight, x] = inputs as readonly [LoweredValue, LoweredValue, LoweredValue];
  const dims = weight.type.dims as WeightDims;
  if (!blocks.fits(dims[0]) || !blocks.fits(dims[1])) return null;
  const [stride, second] = attributes.strides;
  if (stride !== second || !isCentred(attributes) || stride > 2) return null;
  const swapped = swappedWeights(blocks, weight.plain(), dims);
  const parity = (rows: number, columns: number): string | null =>
    parityGradient(blocks, dy.blocked(), swapped, dims, [
      tapsOfParity(attributes.kernel[0], stride, rows),
      tapsOfParity(attributes.kernel[1], stride, columns),
    ]);
  if (stride === 1) return [{ blocked: parity(0, 0)! }];
  const [even, ...others] = [parity(0, 0)!, parity(0, 1), parity(1, 0), parity(1, 1)];
  const blocked = others.includes(null)
    ? spread(blocks, even!, dims[1], x.shape())
    : woven(blocks, [even, ...others] as string[], dims[1], x.shape());
  return [{ blocked }];
}

/** Odd kernels padded by half of them, so that the map of stride 2 has half the size, rounded up; 1x1 or larger both ways. */
function isCentred({ kernel, pads }: { kernel: readonly number[]; pads: readonly number[] }): boolean {
  const [height, width] = kernel;
  return (
    kernel.every((length, i) => length % 2 === 1 && pads[i] === (length - 1) / 2) &&
    (height === 1) === (width === 1)
  );
}

/** The taps of a kernel that meet x at places of a parity, and how far dy reaches before and behind the place. */
interface ParityTaps extends Taps {
  readonly before: number;
  readonly behind: number;
}

/** Place r = stride * i + parity of x meets dy at i + (parity + pad - tap) / stride, for the taps for which that is whole. */
function tapsOfParity(kernel: number, stride: number, parity: number): ParityTaps | null {
  const pad = (kernel - 1) / 2;
  const offsets = Array.from({ length: kernel }, (_, tap) => (parity + pad - tap) / stride).filter(
    Number.isInteger,
  );
  if (offsets.length === 0) return null;
  const [least, most] = [Math.min(...offsets), Math.max(...offsets)];
  // Away from the place, dy is met by ever smaller taps.
  return {
    first: parity + pad - stride * least,
    step: stride,
    count: offsets.length,
    before: -least,
    behind: most,
  };
}

function parityGradient(
  blocks: Blocks,
  dy: string,
  swapped: string,
  dims: WeightDims,
  [rows, columns]: readonly [ParityTaps | null, ParityTaps | null],
): string | null {
  if (rows === null || columns === null) return null;
  return blocks.convolve({
    x: dy,
    weight: tapsOf(blocks, swapped, dims, rows, columns),
    kernel: [rows.count, columns.count],
    pads: [rows.before, columns.before, rows.behind, columns.behind],
  });
}

/** Products over shifted slices, as in plain layout; only x and dy come out of blocks. */
export function weightGradient(context: BlockedContext<"ConvWeightGradient">): Form[] | null {
  const { blocks, inputs, attributes } = context;
  const [x, dy, weight] = inputs as readonly [LoweredValue, LoweredValue, LoweredValue];
  const [outputs, channels] = weight.type.dims as WeightDims;
  if (!dy.inBlocks && !x.inBlocks) return null;
  if (dy.banded !== undefined && isFolded(channels, attributes)) return [{ plain: bandedGradient(context) }];
  const parts = (xMap: string, dyMap: string): WeightGradientParts => ({
    emitter: blocks.emitter,
    x: () => x.plain(),
    xChannelsLast: () => (x.inBlocks ? blocks.toChannelsLast(xMap, channels) : null),
    dy: () => (dy.inBlocks ? blocks.toPlain(dyMap, outputs) : dy.plain()),
    dyChannelsLast: () => (dy.inBlocks ? blocks.toChannelsLast(dyMap, outputs) : null),
    single: blocks.images === 1,
    outputs,
    channels,
    window: attributes,
  });
  const [xMap, dyMap] = [x.inBlocks ? x.blocked() : "", dy.inBlocks ? dy.blocked() : ""];
  // Behind the first layer maps have a quarter of the rows, and hold half as many numbers whenever the channels double.
  const bands = Math.floor(((blocks.bands ?? 1) * 8) / channels);
  if (bands < 2 || !x.inBlocks || !dy.inBlocks || !isCentred(attributes))
    return [{ plain: lowerWeightGradient(parts(xMap, dyMap)) }];
  const { kernel, strides, pads } = attributes;
  const { emitter } = blocks;
  const sum = sumOverBands(blocks, dyMap, bands, ({ start, end, first, last }) => {
    const inX = (row: string, by: number): string =>
      emitter.node("Add", [emitter.node("Mul", [row, emitter.ints(strides[0])]), emitter.ints(by)]);
    // The last band ends where x does; one before it at the last row that its last place meets.
    const range = {
      start: first ? emitter.ints(0) : inX(start, -pads[0]),
      end: last ? emitter.ints(2 ** 31 - 1) : inX(end, kernel[0] - pads[0] - strides[0]),
    };
    const part = parts(bandOf(blocks, xMap, channels, range), bandOf(blocks, dyMap, outputs, { start, end }));
    return shiftedProducts({ ...part, around: [first ? pads[0] : 0, pads[1], last ? pads[0] : 0, pads[1]] });
  });
  return [{ plain: weightsOfProducts({ emitter, dy: () => dyMap }, sum, [outputs, channels, ...kernel]) }];
}

/** The weight gradient of an image of few channels, a band of rows at a time. */
function bandedGradient({
  blocks,
  inputs,
  attributes: window,
}: BlockedContext<"ConvWeightGradient">): string {
  const { emitter } = blocks;
  const [x, dy, weight] = inputs as readonly [LoweredValue, LoweredValue, LoweredValue];
  const [outputs, channels] = weight.type.dims as WeightDims;
  const products = new FoldedProducts({ emitter, outputs, channels, window });
  const [top, left] = window.pads;
  const right = emitter.node("Slice", [
    evenPads(emitter, x.plain(), window.kernel, window.pads),
    emitter.ints(7),
    emitter.ints(8),
  ]);
  const twice = (row: string, more: number): string =>
    emitter.node("Mul", [emitter.node("Add", [row, emitter.ints(more)]), emitter.ints(2)]);
  const sub = (a: string, b: string): string => emitter.node("Sub", [a, b]);
  /** The rows of the padded image that a band of dy meets; the image is never padded as a whole. */
  const imageOf = ({ start, end, first }: Rows): string => {
    const [from, to, above] = [twice(start, 0), twice(end, products.rows - 1), first ? top : 0];
    const begin = first ? emitter.ints(0) : sub(from, emitter.ints(top));
    const part = emitter.node("Slice", [x.plain(), begin, sub(to, emitter.ints(top)), emitter.ints(2)]);
    const missing = sub(
      sub(to, from),
      emitter.node("Add", [blocks.lengths(part, 2, 3), emitter.ints(above)]),
    );
    const pads = [emitter.ints(0, 0, above, left, 0, 0), missing, right];
    return emitter.node("Pad", [part, emitter.node("Concat", pads, { axis: 0 })]);
  };
  const banded = dy.banded!;
  const sum = sumOverBands(blocks, banded.like, blocks.bands!, (rows) =>
    products.of(imageOf(rows), blocks.toChannelsLast(banded.band(rows), outputs)),
  );
  return products.weights(sum);
}
