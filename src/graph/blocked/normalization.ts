// Normalisation and its gradient on blocked maps. What a normalisation does to a map is a factor and an offset for each
// channel; they are left to whatever reads the map, so that the sum and the rectifier that follow join them in one pass.
// The signs of the factors are given to the convolution before: a maximum may then be taken of the map as it is.
import { type Affine, affine } from "./affine.ts";
import { bandOf, type Rows, sumOverBands } from "./bands.ts";
import type { Blocks } from "./blocks.ts";
import { DelayedValue } from "./delayed-value.ts";
import type { Form, LoweredValue } from "./lowered-value.ts";
import type { BlockedContext } from "./rule.ts";
import { signsOf } from "./signs.ts";

/** A map and its statistics by group of channels, each [N, C]. */
interface Measured {
  /** s * x, blocked; s is the sign of the scale where a convolution could be given it, else 1. */
  readonly map: string;
  /** Its name, also where it is read later. */
  readonly id: string;
  /** s * mean of x. */
  readonly mean: string;
  /** 1 / sqrt(variance + epsilon). */
  readonly inverseDeviation: string;
  /** s, [C]; absent where it is 1. */
  readonly sign: string | undefined;
}

interface Options {
  readonly groups: number;
  readonly epsilon: number;
}

/** y = |scale| * r * (s * x - s * mean) + bias, with s the sign of the scale. */
export function normalize({
  blocks,
  inputs,
  attributes,
  memo,
}: BlockedContext<"GroupNormalization">): Form[] | null {
  const [x, scale, bias] = inputs as readonly [LoweredValue, LoweredValue, LoweredValue];
  const channels = x.type.dims[1];
  if (!blocks.fits(channels)) return null;
  const { emitter } = blocks;
  const { map, id, mean, inverseDeviation, sign } = measuredOnce(memo, blocks, x, scale, attributes);
  const size = sign === undefined ? scale.plain() : emitter.node("Abs", [scale.plain()]);
  const factor = emitter.node("Mul", [inverseDeviation, size]);
  const offset = emitter.node("Sub", [bias.plain(), emitter.node("Mul", [factor, mean])]);
  return [
    { affine: { x: map, id, channels, factor, offset, perImage: true, increasing: sign !== undefined } },
  ];
}

/** Batch normalisation with stored statistics: the same factors for all images. */
export function normalizeByStored({
  blocks,
  inputs,
  attributes,
}: BlockedContext<"BatchNormalization">): Form[] | null {
  const [x, scale, bias, mean, variance] = inputs as readonly LoweredValue[];
  const channels = x!.type.dims[1];
  if (!blocks.fits(channels) || !x!.inBlocks) return null;
  const { emitter } = blocks;
  const sign = x!.late === undefined ? undefined : signsOf(emitter, scale!);
  const map = x!.late === undefined ? x!.blocked() : x!.late.emit(sign);
  const deviation = emitter.node("Sqrt", [
    emitter.node("Add", [variance!.plain(), emitter.scalar(attributes.epsilon)]),
  ]);
  const factor = emitter.node("Div", [scale!.plain(), deviation]);
  const offset = emitter.node("Sub", [bias!.plain(), emitter.node("Mul", [factor, mean!.plain()])]);
  const size = sign === undefined ? factor : emitter.node("Abs", [factor]);
  return [
    { affine: { x: map, channels, factor: size, offset, perImage: false, increasing: sign !== undefined } },
  ];
}

/** A map is measured once, whether the forward or the backward pass asks first. */
function measuredOnce(
  memo: Map<unknown, unknown>,
  blocks: Blocks,
  x: LoweredValue,
  scale: LoweredValue,
  options: Options,
): Measured {
  if (x instanceof DelayedValue) {
    const known = measuredOnce(memo, blocks, x.origin, scale, options);
    return { ...known, map: x.delay(known.map) };
  }
  const ofMap = (memo.get(x) ?? new Map()) as Map<string, Measured>;
  memo.set(x, ofMap);
  const key = `${scale.plain()} ${options.groups} ${options.epsilon}`;
  const made = ofMap.get(key) ?? measure(blocks, x, scale, options);
  ofMap.set(key, made);
  return made;
}

function measure(
  blocks: Blocks,
  x: LoweredValue,
  scale: LoweredValue,
  { groups, epsilon }: Options,
): Measured {
  const { emitter } = blocks;
  const channels = x.type.dims[1] as number;
  const signs = x.late === undefined ? undefined : signsOf(emitter, scale);
  const map = x.late === undefined ? x.blocked() : x.late.emit(signs);
  const sign = signs?.name;
  const signed = (vector: string): string =>
    sign === undefined ? vector : emitter.node("Mul", [vector, sign]);
  const mean = signed(overGroups(blocks, signed(blocks.means(map, channels)), channels, groups));
  const squares = meanSquares(
    blocks,
    map,
    mean,
    channels,
    x.late?.ofImage === true ? (blocks.bands ?? 1) : 1,
  );
  const variance = overGroups(blocks, squares, channels, groups);
  const deviation = emitter.node("Sqrt", [emitter.node("Add", [variance, emitter.scalar(epsilon)])]);
  return { map, id: map, mean, inverseDeviation: emitter.node("Reciprocal", [deviation]), sign };
}

/**
 * The mean square of a map without its mean, [N, C]. The variance is taken of centred numbers: E[x^2] - mean^2 would lose
 * everything on a nearly white image.
 */
function meanSquares(blocks: Blocks, map: string, mean: string, channels: number, bands: number): string {
  const { emitter } = blocks;
  const squaresOf = (part: string): string => {
    const differences = centred(blocks, part, mean, channels);
    return blocks.means(emitter.node("Mul", [differences, differences]), channels);
  };
  if (bands === 1) return squaresOf(map);
  const sum = sumOverBands(blocks, map, bands, (rows) => {
    const band = bandOf(blocks, map, channels, rows);
    return emitter.node("Mul", [squaresOf(band), blocks.pixels(band)]);
  });
  return emitter.node("Div", [sum, blocks.pixels(map)]);
}

/** A map less a number for each channel, [N, C]. */
function centred(blocks: Blocks, x: string, mean: string, channels: number): string {
  const offset = blocks.emitter.node("Neg", [mean]);
  return affine(blocks, { x, channels, offset, perImage: true, increasing: true });
}

/** [N, C] to the mean of each channel's group, [N, C]. */
function overGroups({ emitter }: Blocks, means: string, channels: number, groups: number): string {
  if (channels === groups) return means;
  const width = channels / groups;
  const averaging = emitter.tensor(`averaging:${channels}:${groups}`, [channels, channels], () =>
    Float32Array.from({ length: channels * channels }, (_, i) =>
      Math.floor(i / channels / width) === Math.floor((i % channels) / width) ? 1 / width : 0,
    ),
  );
  return emitter.node("MatMul", [means, averaging]);
}

/**
 * With xc = x - mean on P pixels, r the inverse deviation, sums over height and width s1 of dy and s2 of dy * xc, and means
 * over the channels of a group A = mean(scale * s1) / P, B = r * mean(scale * s2) / P:
 *   dx = r * scale * dy - r^2 * B * xc - r * A,  dScale = sum over images of r * s2,  dBias = that of s1.
 */
export function normalizationGradient(context: BlockedContext<"GroupNormalizationGradient">): Form[] | null {
  const { blocks, inputs, attributes, memo } = context;
  const [dy, x, scale] = inputs as readonly [LoweredValue, LoweredValue, LoweredValue];
  const channels = x.type.dims[1];
  if (!blocks.fits(channels)) return null;
  const { emitter } = blocks;
  const mul = (a: string, b: string): string => emitter.node("Mul", [a, b]);
  const measured = measuredOnce(memo, blocks, x, scale, attributes);
  const { map, mean, inverseDeviation: r, sign } = measured;
  const signed = (vector: string): string => (sign === undefined ? vector : mul(vector, sign));
  const [s1, s2] = sums(blocks, dy, measured, channels);
  const pixels = blocks.pixels(map);
  const group = (vector: string): string =>
    overGroups(
      blocks,
      emitter.node("Div", [mul(vector, scale.plain()), pixels]),
      channels,
      attributes.groups,
    );
  const through = signed(emitter.node("Neg", [mul(mul(r, r), mul(r, group(s2)))]));
  const combine = ofGradient(blocks, channels, {
    direct: mul(r, scale.plain()),
    through,
    offset: emitter.node("Neg", [emitter.node("Add", [mul(r, group(s1)), mul(through, mean)])]),
  });
  const overImages = (vector: string): string =>
    emitter.node("ReduceSum", [vector, emitter.ints(0)], { keepdims: 0 });
  const { banded } = dy;
  const whole = (): string => combine(dy.blocked(), map);
  const band = (rows: Rows): string => combine(banded!.band(rows), bandOf(blocks, map, channels, rows));
  const dx: Form =
    banded === undefined ? { blocked: whole() } : { banded: { channels, like: banded.like, band, whole } };
  return [dx, { plain: overImages(mul(s2, r)) }, { plain: overImages(s1) }];
}

/** The factors of dx = direct * dy + through * map + offset, [N, C]. */
interface GradientFactors {
  readonly direct: string;
  readonly through: string;
  readonly offset: string;
}

function ofGradient(blocks: Blocks, channels: number, { direct, through, offset }: GradientFactors) {
  const common: Omit<Affine, "x"> = { channels, perImage: true, increasing: false };
  return (dy: string, map: string): string => {
    const sum = affine(blocks, { ...common, x: map, factor: through, offset });
    return affine(blocks, { ...common, x: dy, factor: direct, sum });
  };
}

/** s1 and s2, [N, C]; of a gradient that only maxima receive, over the maxima. */
function sums(
  blocks: Blocks,
  dy: LoweredValue,
  measured: Measured,
  channels: number,
): readonly [string, string] {
  const { emitter } = blocks;
  const pooled = dy.banded?.pooled;
  const [gradient, map] =
    pooled?.map === measured.id ? [pooled.dy, pooled.maxima] : [dy.blocked(), measured.map];
  const pixels = blocks.pixels(map);
  const sum = (value: string): string => emitter.node("Mul", [blocks.means(value, channels), pixels]);
  const s1 = sum(gradient);
  // As with the variance: the sum of dy * x less mean * s1 would lose everything on a nearly constant map.
  const s2 = sum(emitter.node("Mul", [gradient, centred(blocks, map, measured.mean, channels)]));
  return [s1, measured.sign === undefined ? s2 : emitter.node("Mul", [s2, measured.sign])];
}
