// Group normalisation and its gradient in standard ONNX operators, with as few passes over memory as they allow.
import type { Emitter } from "../emitter.ts";
import type { LoweringContext } from "../types.ts";

/** One group per channel is instance normalisation, a single operator; otherwise normalise [N, G, rest] and scale after. */
export function lowerGroupNormalization({
  emitter,
  inputs,
  inputTypes,
  attributes: { groups, epsilon },
}: LoweringContext<"GroupNormalization">): readonly string[] {
  const [x, scale, bias] = inputs as readonly [string, string, string];
  const channels = inputTypes[0]!.dims[1] as number;
  const options = { epsilon: { float: epsilon } };
  if (channels === groups) return [emitter.node("InstanceNormalization", [x, scale, bias], options)];
  const grouped = emitter.node("Reshape", [x, emitter.ints(0, groups, -1)]);
  const [ones, zeros] = [emitter.filled(1, groups), emitter.filled(0, groups)];
  const normalized = emitter.node("InstanceNormalization", [grouped, ones, zeros], options);
  const restored = emitter.node("Reshape", [normalized, emitter.node("Shape", [x])]);
  const perChannel = (value: string): string =>
    emitter.node("Reshape", [value, emitter.ints(channels, 1, 1)]);
  return [emitter.node("Add", [emitter.node("Mul", [restored, perChannel(scale)]), perChannel(bias)])];
}

/**
 * With xc = x - mean, r = 1/sqrt(var + eps), s1 = sum of dy and s2 = sum of dy*xc over each channel's pixels, M numbers
 * per group, and sums over the channels c of a group:
 *   A = sum(scale_c * s1_c) / M,  B = sum(scale_c * s2_c) * r^2 / M,   dx = r * (scale_c * dy - A - xc * B),
 *   dScale = sum over images of r * s2,  dBias = sum over images of s1.
 * The variance is taken of centred numbers: E[x^2] - mean^2 would lose everything on a nearly white image.
 */
export function lowerGroupNormalizationGradient({
  emitter,
  inputs,
  inputTypes,
  attributes: { groups, epsilon },
}: LoweringContext<"GroupNormalizationGradient">): readonly string[] {
  const [dy, x, scale] = inputs as readonly [string, string, string];
  const channels = inputTypes[1]!.dims[1] as number;
  const perGroup = channels / groups;
  // Working shape [N, G, C/G, pixels].
  const shape = emitter.ints(0, groups, perGroup, -1);
  const [pixels, both] = [emitter.ints(3), emitter.ints(2, 3)];
  const keep = { keepdims: 1 };
  const xr = emitter.node("Reshape", [x, shape]);
  const dyr = emitter.node("Reshape", [dy, shape]);
  const centred = emitter.node("Sub", [xr, emitter.node("ReduceMean", [xr, both], keep)]);
  const size = groupSize(emitter, xr);
  const variance = emitter.node("Div", [emitter.node("ReduceSumSquare", [centred, both], keep), size]);
  const deviation = emitter.node("Sqrt", [emitter.node("Add", [variance, emitter.scalar(epsilon)])]);
  const r = emitter.node("Reciprocal", [deviation]);
  const s1 = emitter.node("ReduceSum", [dyr, pixels], keep);
  const s2 = emitter.node("ReduceSum", [emitter.node("Mul", [dyr, centred]), pixels], keep);
  const scaleR = emitter.node("Reshape", [scale, emitter.ints(1, groups, perGroup, 1)]);
  const groupMean = (sums: string): string =>
    emitter.node("Div", [
      emitter.node("ReduceSum", [emitter.node("Mul", [sums, scaleR]), emitter.ints(2)], keep),
      size,
    ]);
  const a = groupMean(s1);
  const b = emitter.node("Mul", [groupMean(s2), emitter.node("Mul", [r, r])]);
  const direct = emitter.node("Mul", [dyr, emitter.node("Mul", [scaleR, r])]);
  const throughDeviation = emitter.node("Mul", [centred, emitter.node("Mul", [b, r])]);
  const throughMean = emitter.node("Mul", [a, r]);
  const dx = emitter.node("Sub", [emitter.node("Sub", [direct, throughDeviation]), throughMean]);
  const overImages = (sums: string): string =>
    emitter.node("Reshape", [
      emitter.node("ReduceSum", [sums, emitter.ints(0)], { keepdims: 0 }),
      emitter.ints(channels),
    ]);
  return [
    emitter.node("Reshape", [dx, emitter.node("Shape", [x])]),
    overImages(emitter.node("Mul", [s2, r])),
    overImages(s1),
  ];
}

/** How many numbers one group of one image holds, as float32, from x as [N, G, C/G, pixels]. */
function groupSize(emitter: Emitter, grouped: string): string {
  const lengths = emitter.node("Slice", [emitter.node("Shape", [grouped]), emitter.ints(2), emitter.ints(4)]);
  return emitter.node("Cast", [emitter.node("ReduceProd", [lengths], { keepdims: 0 })], { to: 1 });
}
