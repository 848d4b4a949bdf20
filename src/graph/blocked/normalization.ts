// Group normalisation and its gradient on blocked maps. Statistics are means over height and width, taken by the blocked
// average pooling; what is left of the normalisation is a factor and an offset for each channel, applied together with the
// sum and the rectifier that follow.
import type { Emitter } from "../emitter.ts";
import type { Affine } from "./affine.ts";
import { affine } from "./affine.ts";
import { bandOf, type Rows } from "./bands.ts";
import type { Blocks } from "./blocks.ts";
import { DelayedValue } from "./delayed-value.ts";
import type { Form, LoweredValue } from "./lowered-value.ts";
import type { BlockedContext } from "./rule.ts";

/** A map without its mean, and what it is divided by. */
interface Centred {
  /** s * (x - mean of its group), blocked; s is 1, or the sign of the scale where that costs nothing. */
  readonly x: string;
  /** Its name, also where it is read later. */
  readonly id: string;
  /** 1 / sqrt(variance + epsilon) of each channel's group, [N, C]. */
  readonly inverseDeviation: string;
  /** [C] of 1 and -1; absent where s is 1. */
  readonly sign: string | undefined;
}

/**
 * y = (x - mean) * r * scale + bias, still to be applied to the centred map. With the scale's sign in the centred map the
 * factor left is never negative, so that a maximum may be taken before it.
 */
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
  const centred = centredOnce(memo, blocks, x, scale, attributes);
  const size = centred.sign === undefined ? scale.plain() : emitter.node("Abs", [scale.plain()]);
  const form: Affine = {
    x: centred.x,
    id: centred.id,
    channels,
    factor: emitter.node("Mul", [centred.inverseDeviation, size]),
    offset: emitter.node("Expand", [bias.plain(), emitter.node("Shape", [centred.inverseDeviation])]),
    perImage: true,
    increasing: centred.sign !== undefined,
  };
  return [{ affine: form }];
}

/** Statistics are worked out once for a map, whether the forward or the backward pass asks first. */
function centredOnce(
  memo: Map<string, unknown>,
  blocks: Blocks,
  x: LoweredValue,
  scale: LoweredValue,
  options: { readonly groups: number; readonly epsilon: number },
): Centred {
  if (x instanceof DelayedValue) {
    const known = centredOnce(memo, blocks, x.origin, scale, options);
    return { ...known, x: x.delay(known.x) };
  }
  const key = ["centred", x.blocked(), scale.plain(), options.groups, options.epsilon].join(" ");
  const known = memo.get(key) as Centred | undefined;
  if (known !== undefined) return known;
  const made = centre(blocks, x, scale.plain(), options);
  memo.set(key, made);
  return made;
}

/** The variance is taken of centred numbers: E[x^2] - mean^2 would lose everything on a nearly white image. */
function centre(
  blocks: Blocks,
  value: LoweredValue,
  scale: string,
  { groups, epsilon }: { readonly groups: number; readonly epsilon: number },
): Centred {
  const { emitter } = blocks;
  const channels = value.type.dims[1] as number;
  const x = value.blocked();
  const mean = overGroups(blocks, blocks.means(x, channels), channels, groups);
  const sign = blocks.images !== undefined ? signs(emitter, scale) : undefined;
  const negative = emitter.node("Neg", [mean]);
  const centred = affine(blocks, {
    x,
    channels,
    factor: sign === undefined ? undefined : emitter.node("Expand", [sign, emitter.node("Shape", [mean])]),
    offset: sign === undefined ? negative : emitter.node("Mul", [negative, sign]),
    perImage: true,
    increasing: false,
  });
  const squares = blocks.means(emitter.node("Mul", [centred, centred]), channels);
  const variance = overGroups(blocks, squares, channels, groups);
  const deviation = emitter.node("Sqrt", [emitter.node("Add", [variance, emitter.scalar(epsilon)])]);
  return { x: centred, id: centred, inverseDeviation: emitter.node("Reciprocal", [deviation]), sign };
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

/** -1 where a number is negative, else 1. */
function signs(emitter: Emitter, vector: string): string {
  const negative = emitter.node("Cast", [emitter.node("Less", [vector, emitter.scalar(0)])], { to: 1 });
  return emitter.node("Sub", [emitter.scalar(1), emitter.node("Mul", [negative, emitter.scalar(2)])]);
}

/**
 * With xc the centred map of P pixels, r the inverse deviation, sums over height and width s1 of dy and s2 of dy * xc, and
 * means over the channels of a group A = mean(scale * s1) / P, B = r * mean(scale * s2) / P:
 *   dx = r * scale * dy - r^2 * B * xc - r * A,  dScale = sum over images of r * s2,  dBias = that of s1.
 */
export function normalizationGradient(context: BlockedContext<"GroupNormalizationGradient">): Form[] | null {
  const { blocks, inputs, attributes, memo } = context;
  const [dy, x, scale] = inputs as readonly [LoweredValue, LoweredValue, LoweredValue];
  const channels = x.type.dims[1];
  if (!blocks.fits(channels)) return null;
  const { emitter } = blocks;
  const mul = (a: string, b: string): string => emitter.node("Mul", [a, b]);
  const centred = centredOnce(memo, blocks, x, scale, attributes);
  const r = centred.inverseDeviation;
  const signed = (vector: string): string =>
    centred.sign === undefined ? vector : mul(vector, centred.sign);
  const [s1, s2] = sums(blocks, dy, centred, channels);
  const pixels = pixelCount(emitter, x.shape());
  const mean = (sum: string): string => emitter.node("Div", [sum, pixels]);
  const group = (vector: string): string =>
    overGroups(blocks, mul(vector, scale.plain()), channels, attributes.groups);
  const [a, b] = [mul(r, group(mean(s1))), mul(mul(r, r), mul(r, group(mean(signed(s2)))))];
  const combine = ofGradient(blocks, channels, {
    direct: mul(r, scale.plain()),
    through: signed(emitter.node("Neg", [b])),
    offset: emitter.node("Neg", [a]),
  });
  const overImages = (vector: string): string =>
    emitter.node("ReduceSum", [vector, emitter.ints(0)], { keepdims: 0 });
  const { banded } = dy;
  const whole = (): string => combine(dy.blocked(), centred.x);
  const band = (rows: Rows): string => combine(banded!.band(rows), bandOf(blocks, centred.x, channels, rows));
  const dx: Form =
    banded === undefined ? { blocked: whole() } : { banded: { channels, like: banded.like, band, whole } };
  return [dx, { plain: overImages(mul(signed(s2), r)) }, { plain: overImages(s1) }];
}

/** The factors of dx = direct * dy + through * xc + offset, [N, C]. */
interface GradientFactors {
  readonly direct: string;
  readonly through: string;
  readonly offset: string;
}

function ofGradient(blocks: Blocks, channels: number, { direct, through, offset }: GradientFactors) {
  const common = { channels, perImage: true, increasing: false };
  return (dy: string, centred: string): string => {
    const sum = affine(blocks, { ...common, x: centred, factor: through, offset });
    return affine(blocks, { ...common, x: dy, factor: direct, sum });
  };
}

/** Sums over height and width of dy and of dy * xc, [N, C]; what maxima alone receive is summed over the maxima. */
function sums(
  blocks: Blocks,
  dy: LoweredValue,
  centred: Centred,
  channels: number,
): readonly [string, string] {
  const { emitter } = blocks;
  const pooled = dy.banded?.pooled;
  const [gradient, map] = pooled?.map === centred.id ? [pooled.dy, pooled.maxima] : [dy.blocked(), centred.x];
  const pixels = pixelCount(emitter, map);
  const sum = (value: string): string => emitter.node("Mul", [blocks.means(value, channels), pixels]);
  return [sum(gradient), sum(emitter.node("Mul", [gradient, map]))];
}

/** Height times width of a map, as float32. */
function pixelCount(emitter: Emitter, map: string): string {
  const lengths = emitter.node("Slice", [emitter.node("Shape", [map]), emitter.ints(2), emitter.ints(4)]);
  return emitter.node("Cast", [emitter.node("ReduceProd", [lengths], { keepdims: 0 })], { to: 1 });
}
