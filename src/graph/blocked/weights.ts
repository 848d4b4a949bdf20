// Weights of a convolution [O, C, kh, kw] in the order in which the blocked kernels read them.
import type { Blocks } from "./blocks.ts";
import type { LoweredValue } from "./lowered-value.ts";
import type { Signs } from "./signs.ts";

type Dims = readonly [outputs: number, channels: number, height: number, width: number];

/**
 * [O/b, C/b, kh, kw, b (of C), b (of O)]; with fewer channels than a block [O/b, C, kh, kw, b (of O)]. x is what they meet;
 * outputs change their sign as they are told.
 */
export function forwardWeights(blocks: Blocks, weight: LoweredValue, x: LoweredValue, signs?: Signs): string {
  const { emitter, size } = blocks;
  const dims = weight.type.dims as Dims;
  const [outputs, channels, height, width] = dims;
  const { constant } = weight;
  if (constant !== undefined && (signs === undefined || signs.constant !== undefined)) {
    const signed = constant.map(
      (value, i) => value * (signs?.constant?.[Math.floor((i * outputs) / constant.length)] ?? 1),
    );
    const name = `blocked:${weight.plain()}:${signs?.name}`;
    return emitter.tensor(name, dims, () => orderedWeights(signed, dims, size));
  }
  const rows = emitter.node("Reshape", [weight.plain(), emitter.ints(outputs, -1)]);
  const flat =
    signs === undefined
      ? rows
      : emitter.node("Mul", [rows, emitter.node("Reshape", [signs.name, emitter.ints(outputs, 1)])]);
  // As channels of C images: [C, kh, kw, O] to [C, O/b, kh, kw, b].
  const turned = emitter.node("Transpose", [flat], { perm: [1, 0] });
  const images = emitter.reshapeLate(turned, [channels, height, width, outputs], x.shape());
  const split = channels < size ? [1, channels] : [channels / size, size];
  const parted = emitter.node("Reshape", [
    blocks.fromChannelsLast(images),
    emitter.ints(split[0]!, split[1]!, outputs / size, height * width, size),
  ]);
  // Few channels stand before the positions of the kernel, a block of channels behind them.
  const perm = channels < size ? [2, 0, 1, 3, 4] : [2, 0, 3, 1, 4];
  return emitter.node("Reshape", [emitter.node("Transpose", [parted], { perm }), emitter.ints(...dims)]);
}

/** The same order for weights that are known. */
function orderedWeights(
  weights: Float32Array,
  [outputs, channels, height, width]: Dims,
  size: number,
): Float32Array {
  const inner = channels < size ? 1 : size;
  const positions = height * width;
  const ordered = new Float32Array(weights.length);
  let i = 0;
  for (let o = 0; o < outputs; o += size)
    for (let c = 0; c < channels; c += inner)
      for (let k = 0; k < positions; k++)
        for (let ci = c; ci < c + inner; ci++)
          for (let oi = o; oi < o + size; oi++) ordered[i++] = weights[(oi * channels + ci) * positions + k]!;
  return ordered;
}

/** What the gradient of x is convolved with: outputs and channels swapped, [C/b, O/b, kh, kw, b (of O), b (of C)]. */
export function swappedWeights(blocks: Blocks, weight: string, dims: Dims): string {
  const { emitter, size } = blocks;
  const [outputs, channels, height, width] = dims;
  const parted = emitter.node("Reshape", [
    blocks.fromPlain(weight),
    emitter.ints(outputs / size, size, channels / size, height, width, size),
  ]);
  return emitter.node("Transpose", [parted], { perm: [2, 0, 3, 4, 1, 5] });
}

/** Some rows and columns of swapped weights, as weights [C, O, rows, columns]; counted downwards in steps. */
export function tapsOf(blocks: Blocks, swapped: string, dims: Dims, rows: Taps, columns: Taps): string {
  const { emitter } = blocks;
  const end = ({ first, count, step }: Taps): number => {
    const last = first - count * step;
    return last < 0 ? -(2 ** 31) : last;
  };
  const cut = emitter.node("Slice", [
    swapped,
    emitter.ints(rows.first, columns.first),
    emitter.ints(end(rows), end(columns)),
    emitter.ints(2, 3),
    emitter.ints(-rows.step, -columns.step),
  ]);
  return emitter.node("Reshape", [cut, emitter.ints(dims[1], dims[0], rows.count, columns.count)]);
}

/** Positions in a kernel: `first`, `first - step`, … */
export interface Taps {
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

/** The same kernel [kh, kw] for every one of C channels, each convolved by itself: [C/b, kh, kw, b]. */
export function sameForAll(
  { emitter, size }: Blocks,
  channels: number,
  kernel: readonly (readonly number[])[],
): string {
  const taps = kernel.flat();
  const dims = [channels, 1, kernel.length, kernel[0]!.length];
  return emitter.tensor(`same:${dims}:${taps}`, dims, () =>
    Float32Array.from(
      { length: channels * taps.length },
      (_, i) => taps[Math.floor(i / size) % taps.length]!,
    ),
  );
}
