// Group normalisation and its gradient for a GPU: like the CPU's, but every number that depends on sizes is a mean taken on
// the device. A count of elements would be made on the CPU and sent up at every step.
import type { Emitter } from "../emitter.ts";
import type { LoweringContext } from "../types.ts";

const KEEP = { keepdims: 1 };

/** One group per channel is instance normalisation; otherwise the channels of a group are stacked as rows: [N, G, rows, W]. */
export function lowerGroupNormalizationOnGpu({
  emitter,
  inputs,
  inputTypes,
  attributes: { groups, epsilon },
}: LoweringContext<"GroupNormalization">): readonly string[] {
  const [x, scale, bias] = inputs as readonly [string, string, string];
  const channels = inputTypes[0]!.dims[1] as number;
  const options = { epsilon: { float: epsilon } };
  if (channels === groups) return [emitter.node("InstanceNormalization", [x, scale, bias], options)];
  const grouped = stacked(emitter, x, groups);
  const [ones, zeros] = [emitter.filled(1, groups), emitter.filled(0, groups)];
  const normalized = stacked(
    emitter,
    emitter.node("InstanceNormalization", [grouped, ones, zeros], options),
    channels,
  );
  const perChannel = (value: string): string =>
    emitter.node("Reshape", [value, emitter.ints(channels, 1, 1)]);
  return [emitter.node("Add", [emitter.node("Mul", [normalized, perChannel(scale)]), perChannel(bias)])];
}

/**
 * With n = (x - mean) * r, r = 1/sqrt(var + eps), means over pixels s1 of dy and s2 of dy * n, and A, B the means of
 * scale * s1 and scale * s2 over the channels of a group:
 *   dx = r * (scale * dy - A - n * B),  dScale = pixels * sum over images of s2,  dBias = pixels * sum over images of s1.
 */
export function lowerGroupNormalizationGradientOnGpu({
  emitter,
  inputs,
  inputTypes,
  attributes: { groups, epsilon },
}: LoweringContext<"GroupNormalizationGradient">): readonly string[] {
  const [dy, x, scale] = inputs as readonly [string, string, string];
  const channels = inputTypes[1]!.dims[1] as number;
  const perGroup = channels / groups;
  const map = (value: string): string => emitter.node("ReduceMean", [value, emitter.ints(2, 3)], KEEP);
  const times = (a: string, b: string): string => emitter.node("Mul", [a, b]);
  const grouped = stacked(emitter, x, groups);
  const centred = emitter.node("Sub", [grouped, map(grouped)]);
  const variance = map(times(centred, centred));
  const deviation = emitter.node("Sqrt", [emitter.node("Add", [variance, emitter.scalar(epsilon)])]);
  const r = emitter.node("Reciprocal", [deviation]);
  const normalized = stacked(emitter, times(centred, r), channels);
  const factor = emitter.node("Reshape", [scale, emitter.ints(1, channels, 1, 1)]);
  const [s1, s2] = [map(dy), map(times(dy, normalized))];
  // [N, G, 1, 1] to [N, C, 1, 1]: every channel has its group's number.
  const toChannels = (value: string): string =>
    emitter.node("Reshape", [
      times(
        value,
        emitter.tensor(`ones:1,1,${perGroup},1`, [1, 1, perGroup, 1], () =>
          new Float32Array(perGroup).fill(1),
        ),
      ),
      emitter.ints(0, channels, 1, 1),
    ]);
  const overGroup = (sums: string): string => {
    const members = emitter.node("Reshape", [times(sums, factor), emitter.ints(0, groups, perGroup, 1)]);
    return toChannels(emitter.node("ReduceMean", [members, emitter.ints(2)], KEEP));
  };
  const perChannelR = toChannels(r);
  const direct = times(dy, times(factor, perChannelR));
  const throughDeviation = times(normalized, times(overGroup(s2), perChannelR));
  const withoutDeviation = emitter.node("Sub", [direct, throughDeviation]);
  const dx = emitter.node("Sub", [withoutDeviation, times(overGroup(s1), perChannelR)]);
  const pixels = pixelCount(emitter, x);
  const overImages = (means: string): string =>
    emitter.node("Reshape", [
      times(emitter.node("ReduceSum", [means, emitter.ints(0)], { keepdims: 0 }), pixels),
      emitter.ints(channels),
    ]);
  return [dx, overImages(s2), overImages(s1)];
}

/** [N, C, H, W] with another number of channels: rows move between the second axis and the third. */
function stacked(emitter: Emitter, x: string, channels: number): string {
  return emitter.node("Reshape", [x, emitter.ints(0, channels, -1, 0)]);
}

/** Height times width as a tensor [1, 1, 1], counted on the device: the sum of a plane of ones. */
function pixelCount(emitter: Emitter, x: string): string {
  const [start, end, axes] = [emitter.ints(0, 0), emitter.ints(1, 1), emitter.ints(0, 1)];
  const plane = emitter.node("Slice", [x, start, end, axes]);
  const ones = emitter.node("Clip", [plane, emitter.scalar(1), emitter.scalar(1)]);
  const sum = emitter.node("ReduceSum", [ones, emitter.ints(0, 1, 2, 3)], { keepdims: 0 });
  return emitter.node("Reshape", [sum, emitter.ints(1, 1, 1)]);
}
