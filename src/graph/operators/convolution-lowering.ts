// How convolution gradients become standard ONNX operators that ONNX Runtime's CPU kernels do fast.
// The npm build has no ConvGrad. A weight gradient as a `Conv` on transposed tensors reaches half the rate of matrix
// products over shifted slices, so that is what is emitted; see results/experiments.md.
import type { Emitter } from "../emitter.ts";
import type { LoweringContext } from "../types.ts";
import type { WindowAttributes } from "./attributes.ts";

/** Slices to the end of an axis, whatever its length. */
const END = 2 ** 31 - 1;

/** The ONNX attributes of a sliding window. */
export function windowAttributes({
  kernel,
  strides,
  pads,
}: WindowAttributes): Record<string, readonly number[]> {
  return { kernel_shape: kernel, strides, pads: [...pads, ...pads] };
}

/**
 * Stride 1: a convolution of dy with the kernel turned by 180 degrees (unless x is padded by a whole kernel, which
 * would need a negative padding of dy). Larger strides: `ConvTranspose` with the largest output padding (its size is a constant of the node, but x may be odd or even), cut to the shape of x.
 */
export function lowerConvInputGradient({
  emitter,
  inputs,
  attributes,
}: LoweringContext<"ConvInputGradient">): readonly string[] {
  const [dy, weight, x] = inputs as readonly [string, string, string];
  const { kernel, strides, pads } = attributes;
  if (strides[0] === 1 && strides[1] === 1 && pads[0] < kernel[0] && pads[1] < kernel[1]) {
    const swapped = emitter.node("Transpose", [weight], { perm: [1, 0, 2, 3] });
    const turned = kernel[0] * kernel[1] === 1 ? swapped : flipKernel(emitter, swapped);
    const inner = [kernel[0] - 1 - pads[0], kernel[1] - 1 - pads[1]];
    return [emitter.node("Conv", [dy, turned], { kernel_shape: kernel, pads: [...inner, ...inner] })];
  }
  const larger = emitter.node("ConvTranspose", [dy, weight], {
    ...windowAttributes(attributes),
    output_padding: [strides[0] - 1, strides[1] - 1],
  });
  const size = emitter.node("Slice", [emitter.node("Shape", [x]), emitter.ints(2), emitter.ints(4)]);
  return [emitter.node("Slice", [larger, emitter.ints(0, 0), size, emitter.ints(2, 3)])];
}

function flipKernel(emitter: Emitter, weight: string): string {
  const [backwards, start, end] = [emitter.ints(-1, -1), emitter.ints(-1, -1), emitter.ints(-END, -END)];
  return emitter.node("Slice", [weight, start, end, emitter.ints(2, 3), backwards]);
}

/** x and dy of a weight gradient in whatever order of axes the products want, and what they belong to. */
export interface WeightGradientParts {
  readonly emitter: Emitter;
  /** [N, C, H, W], made when asked for. */
  readonly x: () => string;
  /** [N, H, W, C], or null where it is to be transposed. */
  readonly xChannelsLast: () => string | null;
  /** [N, O, h, w]. */
  readonly dy: () => string;
  /** [N, h, w, O], or null where it is to be transposed. */
  readonly dyChannelsLast: () => string | null;
  /** True where N is 1. */
  readonly single: boolean;
  /** Zeros around x: top, left, bottom, right. Default: the window's. */
  readonly around?: readonly [number, number, number, number];
  readonly outputs: number;
  readonly channels: number;
  readonly window: WindowAttributes;
}

/** The weight gradient of tensors in plain layout. */
export function lowerConvWeightGradient(context: LoweringContext<"ConvWeightGradient">): readonly string[] {
  const { emitter, inputs, inputTypes, attributes: window } = context;
  const [x, dy] = inputs as readonly [string, string];
  const [outputs, channels] = inputTypes[2]!.dims as readonly [number, number];
  const [none, single] = [() => null, context.target.images === 1];
  const parts = { emitter, x: () => x, xChannelsLast: none, dy: () => dy, dyChannelsLast: none };
  return [lowerWeightGradient({ ...parts, single, outputs, channels, window })];
}

/**
 * dw[o, :, i, j] = sum over places of dy[o, place] * x[:, place shifted by (i, j)]: for each (i, j) one product of
 * dy as [O, places] with a shifted, strided slice of x as [places, C]. An image input (few channels, stride 2) is
 * first folded by space-to-depth, which turns a 7x7 kernel of stride 2 on 3 channels into 4x4 of stride 1 on 12.
 */
export function lowerWeightGradient(parts: WeightGradientParts): string {
  const { outputs, channels, window } = parts;
  if (isFolded(channels, window)) return foldedWeightGradient(parts);
  return weightsOfProducts(parts, shiftedProducts(parts), [outputs, channels, ...window.kernel]);
}

/** The products for all positions of the kernel, [positions, O * C]; those of bands of dy may be added. */
export function shiftedProducts(parts: WeightGradientParts): string {
  const { emitter, channels, window } = parts;
  const { kernel, pads } = window;
  const dyRows = rowsByChannel(parts);
  const around = parts.around ?? [pads[0], pads[1], pads[0], pads[1]];
  const padded = padSpatial(emitter, parts.xChannelsLast() ?? channelsLast(emitter, parts.x()), around);
  const products: string[] = [];
  for (let i = 0; i < kernel[0]; i++)
    for (let j = 0; j < kernel[1]; j++) {
      const shifted = shiftedPlaces(emitter, padded, i, j, window);
      const places = emitter.node("Reshape", [shifted, emitter.ints(-1, channels)]);
      products.push(emitter.node("Reshape", [emitter.node("MatMul", [dyRows, places]), emitter.ints(1, -1)]));
    }
  return products.length === 1 ? products[0]! : emitter.node("Concat", products, { axis: 0 });
}

/** Products of all positions of a kernel as weights [O, C, kh, kw]. */
export function weightsOfProducts(
  { emitter, dy }: Pick<WeightGradientParts, "emitter" | "dy">,
  products: string,
  dims: readonly number[],
): string {
  return emitter.reshapeLate(emitter.node("Transpose", [products], { perm: [1, 0] }), dims, dy());
}

/** True for convolutions of images whose weight gradient is had by folding. */
export function isFolded(channels: number, { strides, kernel }: WindowAttributes): boolean {
  return channels <= 4 && strides[0] === 2 && strides[1] === 2 && kernel[0] > 2 && kernel[1] > 2;
}

/** [N, C, H, W] as [N, H, W, C]. */
const channelsLast = (emitter: Emitter, x: string): string =>
  emitter.node("Transpose", [x], { perm: [0, 2, 3, 1] });

/** dy [N, O, h, w] as [O, N*h*w]. */
function rowsByChannel({ emitter, dy, outputs, single }: WeightGradientParts): string {
  const rows = single ? dy() : emitter.node("Transpose", [dy()], { perm: [1, 0, 2, 3] });
  return emitter.node("Reshape", [rows, emitter.ints(outputs, -1)]);
}

/** Pads axes 1 and 2 of [N, H, W, C]: top, left, bottom, right. */
function padSpatial(
  emitter: Emitter,
  x: string,
  [top, left, bottom, right]: readonly [number, number, number, number],
): string {
  if (top + left + bottom + right === 0) return x;
  return emitter.node("Pad", [x, emitter.ints(0, top, left, 0, 0, bottom, right, 0)]);
}

/** The places of padded x [N, H, W, C] that kernel position (i, j) meets. */
function shiftedPlaces(
  emitter: Emitter,
  padded: string,
  i: number,
  j: number,
  window: WindowAttributes,
): string {
  const { kernel, strides } = window;
  if (kernel[0] * kernel[1] * strides[0] * strides[1] === 1) return padded;
  const end = (k: number, size: number): number => (k === size - 1 ? END : k + 1 - size);
  return emitter.node("Slice", [
    padded,
    emitter.ints(i, j),
    emitter.ints(end(i, kernel[0]), end(j, kernel[1])),
    emitter.ints(1, 2),
    emitter.ints(...strides),
  ]);
}

/**
 * The weight gradient of a stride-2 convolution on few channels: the image, padded to an even size, is folded by
 * space-to-depth; see `FoldedProducts`.
 */
function foldedWeightGradient(parts: WeightGradientParts): string {
  const { emitter, x, dy, dyChannelsLast } = parts;
  const products = new FoldedProducts(parts);
  const image = emitter.node("Pad", [x(), evenPads(emitter, x(), parts.window.kernel, parts.window.pads)]);
  return products.weights(products.of(image, dyChannelsLast() ?? channelsLast(emitter, dy())));
}

/**
 * Products of a folded image and dy. Kernel columns are laid side by side as channels: one product of planes
 * [N, columns*4*C, places] and dy [N, places, O] for each kernel row instead of each position. The planes are read whole for
 * every kernel row; it is dy, which is smaller, that is moved down by a row each time.
 */
export class FoldedProducts {
  readonly rows: number;
  readonly #columns: number;

  constructor(readonly parts: Pick<WeightGradientParts, "emitter" | "outputs" | "channels" | "window">) {
    const { kernel } = parts.window;
    this.rows = Math.ceil(kernel[0] / 2);
    this.#columns = Math.ceil(kernel[1] / 2);
  }

  /** Products of an image [N, C, 2*(h + rows - 1), 2*(w + columns - 1)] and dy [N, h, w, O], for `weights`; they may be added. */
  of(image: string, dy: string): string {
    const { emitter, outputs, channels } = this.parts;
    const columns = this.#columns;
    const folded = emitter.node("SpaceToDepth", [image], { blocksize: 2 });
    const shifted = Array.from({ length: columns }, (_, k) => {
      const end = k === columns - 1 ? END : k + 1 - columns;
      return emitter.node("Slice", [folded, emitter.ints(k), emitter.ints(end), emitter.ints(3)]);
    });
    const sideBySide = emitter.node("Concat", shifted, { axis: 1 });
    const planes = emitter.node("Reshape", [sideBySide, emitter.ints(0, columns * 4 * channels, -1)]);
    const padded = padSpatial(emitter, dy, [this.rows - 1, 0, this.rows - 1, 0]);
    const products = Array.from({ length: this.rows }, (_, i) => {
      const [start, end] = [this.rows - 1 - i, i === 0 ? END : -i];
      const moved = emitter.node("Slice", [padded, emitter.ints(start), emitter.ints(end), emitter.ints(1)]);
      const places = emitter.node("Reshape", [moved, emitter.ints(0, -1, outputs)]);
      const product = emitter.node("MatMul", [planes, places]);
      const overImages = emitter.node("ReduceSum", [product, emitter.ints(0)], { keepdims: 0 });
      return emitter.node("Reshape", [overImages, emitter.ints(1, columns, 2, 2, channels, outputs)]);
    });
    return emitter.node("Concat", products, { axis: 0 });
  }

  /** [rows, columns, 2 (row parity), 2 (column parity), C, O] -> [O, C, 2*rows, 2*columns], cut to the kernel's size. */
  weights(products: string): string {
    const { emitter, outputs, channels, window } = this.parts;
    const ordered = emitter.node("Transpose", [products], { perm: [5, 4, 0, 2, 1, 3] });
    const dims = emitter.ints(outputs, channels, 2 * this.rows, 2 * this.#columns);
    const unfolded = emitter.node("Reshape", [ordered, dims]);
    const [start, end] = [emitter.ints(0, 0), emitter.ints(...window.kernel)];
    return emitter.node("Slice", [unfolded, start, end, emitter.ints(2, 3)]);
  }
}

/**
 * Pads of [N, C, H, W] such that the padded height is 2*(OH-1) + 2*ceil(k/2), with OH = floor((H+2p-k)/2)+1:
 * p before, and after it what is missing, found at run time because H may be odd or even.
 */
export function evenPads(
  emitter: Emitter,
  x: string,
  kernel: readonly [number, number],
  pads: readonly [number, number],
): string {
  const size = emitter.node("Slice", [emitter.node("Shape", [x]), emitter.ints(2), emitter.ints(4)]);
  const offset = emitter.ints(2 * pads[0] - kernel[0], 2 * pads[1] - kernel[1]);
  const steps = emitter.node("Div", [emitter.node("Add", [size, offset]), emitter.ints(2, 2)]);
  const covered = emitter.ints(
    2 * Math.ceil(kernel[0] / 2) - pads[0],
    2 * Math.ceil(kernel[1] / 2) - pads[1],
  );
  const wanted = emitter.node("Add", [emitter.node("Mul", [steps, emitter.ints(2, 2)]), covered]);
  const after = emitter.node("Sub", [wanted, size]);
  return emitter.node("Concat", [emitter.ints(0, 0, ...pads, 0, 0), after], { axis: 0 });
}
