// Residual networks of basic blocks (He et al. 2016) with group or batch normalisation, module names as in torchvision.
import { add, relu, type Value } from "../graph/index.ts";
import {
  batchNorm,
  conv2d,
  globalAveragePool,
  groupNorm,
  linear,
  maxPool,
  type NetworkContext,
} from "../nn/index.ts";

/** The shape of a residual network. */
export interface ResNetShape {
  /** Basic blocks in each of the four stages. */
  readonly blocks: readonly [number, number, number, number];
  /** Channels of each stage; the stem has as many as the first. */
  readonly planes: readonly [number, number, number, number];
  readonly normalization: "group" | "batch";
}

/** What a network makes of images [N, 3, H, W]. */
export interface NetworkOutputs {
  /** Last feature map, [N, C, ~H/32, ~W/32], after its ReLU. */
  readonly featureMap: Value;
  /** Its mean over places, [N, C]. */
  readonly features: Value;
  /** [N, K]. */
  readonly logits: Value;
}

/** Groups of channels that are normalised together: 32 everywhere, as the authors' code has it. */
const GROUPS = 32;

/** Adds a residual network to the context's graph. */
export function buildResNet(
  context: NetworkContext,
  image: Value,
  shape: ResNetShape,
  classes: number,
): NetworkOutputs {
  const norm = (x: Value, name: string): Value =>
    shape.normalization === "group" ? groupNorm(context, x, name, GROUPS) : batchNorm(context, x, name);
  const stem = norm(
    conv2d(context, image, "conv1", { channels: shape.planes[0], kernel: 7, stride: 2 }),
    "bn1",
  );
  // max-pool and ReLU commute; in this order the ReLU and its gradient touch a quarter of the numbers.
  let x = relu(maxPool(stem, 3, 2));
  shape.blocks.forEach((count, stage) => {
    for (let block = 0; block < count; block++) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      x = basicBlock(context, norm, x, `layer${stage + 1}.${block}`, shape.planes[stage]!, stride);
    }
  });
  const features = globalAveragePool(x);
  return { featureMap: x, features, logits: linear(context, features, "fc", classes) };
}

function basicBlock(
  context: NetworkContext,
  norm: (x: Value, name: string) => Value,
  x: Value,
  name: string,
  channels: number,
  stride: number,
): Value {
  const first = conv2d(context, x, `${name}.conv1`, { channels, kernel: 3, stride });
  const second = conv2d(context, relu(norm(first, `${name}.bn1`)), `${name}.conv2`, {
    channels,
    kernel: 3,
    stride: 1,
  });
  const residual = norm(second, `${name}.bn2`);
  const straight = stride === 1 && x.dims[1] === channels;
  if (straight) return relu(add(residual, x));
  const projected = conv2d(context, x, `${name}.downsample.0`, { channels, kernel: 1, stride });
  return relu(add(residual, norm(projected, `${name}.downsample.1`)));
}
