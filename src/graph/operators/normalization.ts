// Group normalisation (Wu & He 2018) with its gradient, and batch normalisation with stored statistics.
// Batch normalisation in training is composed of simpler operators by the nn room.
import { referenceTensor } from "../reference.ts";
import type { Operator, ReferenceTensor, TensorType } from "../types.ts";
import { lowerGroupNormalization, lowerGroupNormalizationGradient } from "./normalization-lowering.ts";
import { hasDims, requireShapes } from "./shape-check.ts";

/** Refuses x without a fixed number of channels, and anything of one number per channel that has another length. */
function checkChannels(where: string, x: TensorType, perChannel: readonly TensorType[]): number {
  const channels = x.dims[1];
  const fits =
    x.dims.length === 4 &&
    typeof channels === "number" &&
    perChannel.every((type) => hasDims(type, [channels]));
  requireShapes(fits, where, "x [N, C, H, W] and one number for each of C channels", [x, ...perChannel]);
  return channels as number;
}

function checkGroups(where: string, x: TensorType, perChannel: readonly TensorType[], groups: number): void {
  const channels = checkChannels(where, x, perChannel);
  requireShapes(channels % groups === 0, where, `channels divisible by ${groups} groups`, [x]);
}

interface GroupStatistics {
  readonly mean: Float64Array;
  readonly inverseDeviation: Float64Array;
  /** Numbers in one group of one image. */
  readonly size: number;
}

function groupStatistics(x: ReferenceTensor, groups: number, epsilon: number): GroupStatistics {
  const count = x.dims[0]! * groups;
  const size = x.data.length / count;
  const mean = new Float64Array(count);
  const inverseDeviation = new Float64Array(count);
  for (let g = 0; g < count; g++) {
    const members = x.data.subarray(g * size, (g + 1) * size);
    mean[g] = members.reduce((sum, value) => sum + value, 0) / size;
    const variance = members.reduce((sum, value) => sum + (value - mean[g]!) ** 2, 0) / size;
    inverseDeviation[g] = 1 / Math.sqrt(variance + epsilon);
  }
  return { mean, inverseDeviation, size };
}

/** The channel of flat index i in [N, C, H, W]. */
const channelOf = (i: number, dims: readonly number[]): number =>
  Math.floor(i / (dims[2]! * dims[3]!)) % dims[1]!;

/** y = (x - mean) / sqrt(variance + epsilon) * scale + bias, statistics over each image's groups of channels. */
export const GroupNormalization: Operator<"GroupNormalization"> = {
  infer: ([x, scale, bias], { groups }) => {
    checkGroups("GroupNormalization", x!, [scale!, bias!], groups);
    return [{ dtype: "float32", dims: x!.dims }];
  },
  gradient: ({ inputs: [x, scale], attributes, outputGradient: dy }) =>
    dy.graph.applyAll("GroupNormalizationGradient", [dy, x!, scale!], attributes),
  macs: () => 0,
  reference: ([x, scale, bias], { groups, epsilon }) => {
    const { mean, inverseDeviation, size } = groupStatistics(x!, groups, epsilon);
    const y = referenceTensor(x!.dims);
    x!.data.forEach((value, i) => {
      const [group, channel] = [Math.floor(i / size), channelOf(i, x!.dims)];
      y.data[i] =
        (value - mean[group]!) * inverseDeviation[group]! * scale!.data[channel]! + bias!.data[channel]!;
    });
    return [y];
  },
  lower: lowerGroupNormalization,
};

/** Gradients with respect to x, scale and bias, from (dy, x, scale). */
export const GroupNormalizationGradient: Operator<"GroupNormalizationGradient"> = {
  infer: ([dy, x, scale], { groups }) => {
    checkGroups("GroupNormalizationGradient", x!, [scale!], groups);
    return [
      { dtype: "float32", dims: dy!.dims },
      { dtype: "float32", dims: scale!.dims },
      { dtype: "float32", dims: scale!.dims },
    ];
  },
  gradient: { none: "second derivatives through group normalisation are not offered" },
  macs: () => 0,
  reference: ([dy, x, scale], { groups, epsilon }) => {
    const { mean, inverseDeviation, size } = groupStatistics(x!, groups, epsilon);
    const [dx, dScale, dBias] = [
      referenceTensor(x!.dims),
      referenceTensor(scale!.dims),
      referenceTensor(scale!.dims),
    ];
    const meanGradient = new Float64Array(mean.length);
    const meanProduct = new Float64Array(mean.length);
    const normalized = x!.data.map(
      (value, i) => (value - mean[Math.floor(i / size)]!) * inverseDeviation[Math.floor(i / size)]!,
    );
    dy!.data.forEach((g, i) => {
      const [group, channel] = [Math.floor(i / size), channelOf(i, x!.dims)];
      dScale.data[channel]! += g * normalized[i]!;
      dBias.data[channel]! += g;
      meanGradient[group]! += (g * scale!.data[channel]!) / size;
      meanProduct[group]! += (g * scale!.data[channel]! * normalized[i]!) / size;
    });
    dy!.data.forEach((g, i) => {
      const group = Math.floor(i / size);
      const centred =
        g * scale!.data[channelOf(i, x!.dims)]! - meanGradient[group]! - normalized[i]! * meanProduct[group]!;
      dx.data[i] = inverseDeviation[group]! * centred;
    });
    return [dx, dScale, dBias];
  },
  lower: lowerGroupNormalizationGradient,
};

/** y = (x - mean) / sqrt(variance + epsilon) * scale + bias with stored mean and variance per channel. */
export const BatchNormalization: Operator<"BatchNormalization"> = {
  infer: ([x, ...perChannel]) => {
    checkChannels("BatchNormalization", x!, perChannel);
    return [{ dtype: "float32", dims: x!.dims }];
  },
  gradient: { none: "stored statistics are used in evaluation only; training normalises by the batch" },
  macs: () => 0,
  reference: ([x, scale, bias, mean, variance], { epsilon }) => {
    const y = referenceTensor(x!.dims);
    x!.data.forEach((value, i) => {
      const c = channelOf(i, x!.dims);
      y.data[i] =
        ((value - mean!.data[c]!) / Math.sqrt(variance!.data[c]! + epsilon)) * scale!.data[c]! +
        bias!.data[c]!;
    });
    return [y];
  },
  lower: ({ emitter, inputs, attributes: { epsilon } }) => [
    emitter.node("BatchNormalization", inputs, { epsilon: { float: epsilon } }),
  ],
};
