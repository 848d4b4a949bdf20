// The blocked layout of feature maps, in which ONNX Runtime's CPU kernels for convolution and pooling reach the rate of a
// large matrix product: [N, C/b, H, W, b] instead of [N, C, H, W], with b the width of the processor's vectors. ONNX
// Runtime puts graphs of constant weights into it by itself; here the weights are inputs, so its operators
// (domain com.microsoft.nchwc) are written out. A blocked tensor keeps the dims [N, C, H, W]; only its numbers lie otherwise.
import type { Emitter, OnnxAttribute } from "../emitter.ts";

const DOMAIN = "com.microsoft.nchwc";

/** One blocked convolution. */
export interface BlockedConvolution {
  /** Blocked, or plain if it has fewer channels than a block. */
  readonly x: string;
  /** As `forwardWeights`, `tapsOf` or `sameForAll` lay them out. */
  readonly weight: string;
  readonly kernel: readonly [number, number];
  readonly strides?: readonly [number, number];
  /** Top, left, bottom, right. */
  readonly pads?: readonly [number, number, number, number];
  /** Channels, where each is convolved with a kernel of its own. */
  readonly group?: number;
  /** [O]. */
  readonly bias?: string | undefined;
  /** Blocked, added to the result. */
  readonly sum?: string | undefined;
  /** What is applied last. */
  readonly activation?: Activation | undefined;
}

/** max(0, v), or min(1, max(0, alpha * v + beta)). */
export type Activation = "Relu" | { readonly alpha: number; readonly beta: number };

/** A number so large that its product with anything but zero is at least 1. */
const HUGE = 3e38;
/** 1 where v is 0, 0 where v is negative. */
export const WHERE_ZERO: Activation = { alpha: HUGE, beta: 1 };

/** Emits operators of the blocked layout. */
export class Blocks {
  /**
   * @param size channels of a block.
   * @param images how many images the graph takes at a time, where that is known.
   * @param bands into how many bands of rows the largest maps are split; 1 also says that maps are small.
   */
  constructor(
    readonly emitter: Emitter,
    readonly size: number,
    readonly images?: number,
    readonly bands?: number,
  ) {}

  /** True where maps of so many channels can be blocked. */
  fits(channels: unknown): channels is number {
    return typeof channels === "number" && channels % this.size === 0;
  }

  /** A plain map in blocks. */
  fromPlain(x: string): string {
    return this.#node("ReorderInput", [x], {});
  }

  /** [N, H, W, C] in blocks. */
  fromChannelsLast(x: string): string {
    return this.#node("ReorderInput", [x], { channels_last: 1 });
  }

  /** A blocked map as [N, C, H, W]. */
  toPlain(x: string, channels: number): string {
    return this.#node("ReorderOutput", [x], { channels });
  }

  /** A blocked map as [N, H, W, C]. */
  toChannelsLast(x: string, channels: number): string {
    return this.#node("ReorderOutput", [x], { channels, channels_last: 1 });
  }

  /**
   * Means over height and width, [N, C]: of large maps first along rows, then of the rows' means, since the kernel adds one
   * number after another in float32 and would lose count on a map of millions.
   */
  means(x: string, channels: number): string {
    const { emitter, size } = this;
    if (this.bands === 1) {
      const means = this.#node("GlobalAveragePool", [x], {});
      return emitter.node("Reshape", [means, emitter.ints(-1, channels)]);
    }
    const rows = this.#node(
      "GlobalAveragePool",
      [emitter.node("Reshape", [x, emitter.ints(-1, size, 1, 0)])],
      {},
    );
    const shape =
      this.images === undefined
        ? emitter.node("Concat", [emitter.ints(-1, size, 1), this.lengths(x, 2, 3)], { axis: 0 })
        : emitter.ints((this.images * channels) / size, size, 1, -1);
    const maps = this.#node("GlobalAveragePool", [emitter.node("Reshape", [rows, shape])], {});
    return emitter.node("Reshape", [maps, emitter.ints(-1, channels)]);
  }

  /** Lengths of axes `from` to before `to` of a tensor, int64[to - from]. */
  lengths(x: string, from: number, to: number): string {
    const { emitter } = this;
    return emitter.node("Slice", [emitter.node("Shape", [x]), emitter.ints(from), emitter.ints(to)]);
  }

  /** Height times width of a map, float32. */
  pixels(x: string): string {
    const count = this.emitter.node("ReduceProd", [this.lengths(x, 2, 4)], { keepdims: 0 });
    return this.emitter.node("Cast", [count], { to: 1 });
  }

  /** Maxima over a window. */
  maxPool(x: string, kernel: readonly number[], strides: readonly number[], pads: readonly number[]): string {
    return this.#node("MaxPool", [x], { kernel_shape: kernel, strides, pads });
  }

  /** A convolution. */
  convolve({
    x,
    weight,
    kernel,
    strides = [1, 1],
    pads = [0, 0, 0, 0],
    group = 1,
    ...rest
  }: BlockedConvolution): string {
    const { bias = "", sum = "", activation } = rest;
    const inputs = [x, weight, bias, sum];
    while (inputs.at(-1) === "") inputs.pop();
    return this.#node("Conv", inputs, {
      kernel_shape: kernel,
      strides,
      pads,
      group,
      ...activationAttributes(activation),
    });
  }

  /** A blocked map as [N, C/b, H, W, b], in which any operator can work on it. Zeros keep lengths as they are. */
  rows(x: string, channels: number): string {
    return this.emitter.node("Reshape", [x, this.emitter.ints(0, channels / this.size, 0, 0, this.size)]);
  }

  /** [N, C/b, H, W, b] as a blocked map again. */
  fromRows(rows: string, channels: number): string {
    return this.emitter.node("Reshape", [rows, this.emitter.ints(0, channels, 0, 0)]);
  }

  /**
   * One number for each image and channel, [N, C] or as many in another shape, as [N, C/b, 1, W, b] to meet `rows` of a map:
   * repeated along a row, so that it meets them in runs as long as a row.
   */
  alongRows(vector: string, map: string, channels: number): string {
    const { emitter, size } = this;
    const numbers = emitter.node("Reshape", [vector, emitter.ints(-1, channels / size, 1, 1, size)]);
    const shape = emitter.node("Concat", [emitter.ints(1, 1, 1), this.lengths(map, 3, 4), emitter.ints(1)], {
      axis: 0,
    });
    return emitter.node("Expand", [numbers, shape]);
  }

  #node(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>>,
  ): string {
    return this.emitter.node(operator, inputs, attributes, DOMAIN);
  }
}

function activationAttributes(activation: Activation | undefined): Record<string, OnnxAttribute> {
  if (activation === undefined) return {};
  if (activation === "Relu") return { activation };
  return { activation: "HardSigmoid", activation_params: { floats: [activation.alpha, activation.beta] } };
}
