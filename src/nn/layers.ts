// Layers: functions that ask the context for parameters and add operators to the graph.
// x is [N, C, H, W] unless said otherwise; parameter names continue the prefix as in a PyTorch state dict.
import {
  add,
  conv,
  countOver,
  div,
  matMul,
  mul,
  reduceMean,
  reshape,
  sqrt,
  square,
  sub,
  type Value,
} from "../graph/index.ts";
import type { NetworkContext } from "./context.ts";
import { constant, kaimingNormalFanOut, uniform } from "./initialisers.ts";

/** Added to a variance before its root is taken (PyTorch's default for both normalisations). */
const EPSILON = 1e-5;

/** The channels of x. */
const channelsOf = (x: Value): number => x.dims[1] as number;

/** Convolution without bias, padded by half the kernel: [N, channels, ceil(H/stride), ceil(W/stride)]. */
export function conv2d(
  context: NetworkContext,
  x: Value,
  name: string,
  {
    channels,
    kernel,
    stride,
  }: { readonly channels: number; readonly kernel: number; readonly stride: number },
): Value {
  const dims = [channels, channelsOf(x), kernel, kernel];
  const weight = context.parameter({
    name: `${name}.weight`,
    dims,
    trainable: true,
    initialise: kaimingNormalFanOut(dims),
  });
  const padding = (kernel - 1) / 2;
  return conv(x, weight, { kernel: [kernel, kernel], strides: [stride, stride], pads: [padding, padding] });
}

/** Group normalisation (Wu & He 2018). */
export function groupNorm(context: NetworkContext, x: Value, name: string, groups: number): Value {
  const { scale, bias } = affine(context, name, channelsOf(x));
  return x.graph.apply("GroupNormalization", [x, scale, bias], { groups, epsilon: EPSILON });
}

/**
 * Batch normalisation (Ioffe & Szegedy 2015). In training it uses the micro-batch's own statistics and reports them
 * (variance unbiased, as PyTorch stores it); otherwise the stored ones.
 */
export function batchNorm(context: NetworkContext, x: Value, name: string): Value {
  const channels = channelsOf(x);
  const { scale, bias } = affine(context, name, channels);
  const dims = [channels];
  const stored = (suffix: string, start: number): Value =>
    context.parameter({
      name: `${name}.${suffix}`,
      dims,
      trainable: false,
      initialise: constant(dims, start),
    });
  const [storedMean, storedVariance] = [stored("running_mean", 0), stored("running_var", 1)];
  if (!context.training)
    return x.graph.apply("BatchNormalization", [x, scale, bias, storedMean, storedVariance], {
      epsilon: EPSILON,
    });
  const places = [0, 2, 3];
  const perChannel = (value: Value): Value => reshape(value, [1, channels, 1, 1]);
  const mean = reduceMean(x, places, true);
  const centred = sub(x, mean);
  const variance = reduceMean(square(centred), places, true);
  const number = countOver(x, places);
  const unbiased = mul(variance, div(number, sub(number, x.graph.scalar(1))));
  context.recordStatistic(`${name}.running_mean`, reshape(mean, dims));
  context.recordStatistic(`${name}.running_var`, reshape(unbiased, dims));
  const normalized = div(centred, sqrt(add(variance, x.graph.scalar(EPSILON))));
  return add(mul(normalized, perChannel(scale)), perChannel(bias));
}

/** x [N, C] times weights [outputs, C] transposed, plus a bias: [N, outputs]. */
export function linear(context: NetworkContext, x: Value, name: string, outputs: number): Value {
  const inputs = channelsOf(x);
  const bound = 1 / Math.sqrt(inputs);
  const parameter = (suffix: string, dims: readonly number[]): Value =>
    context.parameter({ name: `${name}.${suffix}`, dims, trainable: true, initialise: uniform(dims, bound) });
  const weight = parameter("weight", [outputs, inputs]);
  return add(matMul(x, weight, false, true), parameter("bias", [outputs]));
}

/** Maximum over a square window, padded by half of it. */
export function maxPool(x: Value, kernel: number, stride: number): Value {
  const padding = (kernel - 1) / 2;
  return x.graph.apply("MaxPool", [x], {
    kernel: [kernel, kernel],
    strides: [stride, stride],
    pads: [padding, padding],
  });
}

/** Mean over height and width: [N, C]. */
export function globalAveragePool(x: Value): Value {
  return reduceMean(x, [2, 3]);
}

function affine(context: NetworkContext, name: string, channels: number): { scale: Value; bias: Value } {
  const dims = [channels];
  const parameter = (suffix: string, start: number): Value =>
    context.parameter({
      name: `${name}.${suffix}`,
      dims,
      trainable: true,
      initialise: constant(dims, start),
    });
  return { scale: parameter("weight", 1), bias: parameter("bias", 0) };
}
