// Bicubic resizing of a map to the size of another.
import { referenceTensor } from "../reference.ts";
import type { Operator, ReferenceTensor } from "../types.ts";
import { requireShapes } from "./shape-check.ts";

/** The cubic convolution coefficient of PyTorch and OpenCV (Keys 1981 proposes -0.5). */
const CUBIC = -0.75;

/**
 * x [N, C, H, W] resized to the height and width of the second input: bicubic, half-pixel centres, no antialiasing,
 * edge pixels repeated, as PyTorch's interpolate(mode="bicubic", align_corners=False).
 */
export const ResizeBicubicLike: Operator<"ResizeBicubicLike"> = {
  infer: ([x, like]) => {
    const maps = x!.dims.length === 4 && like!.dims.length === 4;
    requireShapes(maps, "ResizeBicubicLike", "two maps [N, C, H, W]", [x!, like!]);
    return [{ dtype: "float32", dims: [x!.dims[0]!, x!.dims[1]!, like!.dims[2]!, like!.dims[3]!] }];
  },
  flatInputs: [1],
  gradient: { none: "it resizes a frozen teacher's map" },
  macs: () => 0,
  reference: ([x, like]) => [cubicAxis(cubicAxis(x!, 2, like!.dims[2]!), 3, like!.dims[3]!)],
  lower: ({ emitter, inputs: [x, like] }) => {
    const part = (value: string, from: number, to: number): string =>
      emitter.node("Slice", [emitter.node("Shape", [value]), emitter.ints(from), emitter.ints(to)]);
    const sizes = emitter.node("Concat", [part(x!, 0, 2), part(like!, 2, 4)], { axis: 0 });
    return [
      emitter.node("Resize", [x!, "", "", sizes], {
        mode: "cubic",
        cubic_coeff_a: { float: CUBIC },
        coordinate_transformation_mode: "half_pixel",
      }),
    ];
  },
};

/** The cubic convolution kernel at distance d. */
function cubicWeight(distance: number): number {
  const d = Math.abs(distance);
  if (d <= 1) return ((CUBIC + 2) * d - (CUBIC + 3)) * d * d + 1;
  if (d < 2) return ((CUBIC * d - 5 * CUBIC) * d + 8 * CUBIC) * d - 4 * CUBIC;
  return 0;
}

function cubicAxis(x: ReferenceTensor, axis: number, size: number): ReferenceTensor {
  const length = x.dims[axis]!;
  const inner = x.dims.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  const out = referenceTensor(x.dims.map((dim, a) => (a === axis ? size : dim)));
  out.data.forEach((_, o) => {
    const [outer, place, rest] = [Math.floor(o / (inner * size)), Math.floor(o / inner) % size, o % inner];
    const centre = ((place + 0.5) * length) / size - 0.5;
    let sum = 0;
    for (let i = Math.floor(centre) - 1; i <= Math.floor(centre) + 2; i++) {
      const inside = Math.min(Math.max(i, 0), length - 1);
      sum += cubicWeight(centre - i) * x.data[(outer * length + inside) * inner + rest]!;
    }
    out.data[o] = sum;
  });
  return out;
}
