// Images as the exported file's input.
import { fail } from "../base/index.ts";
import type { FloatTensor } from "../engine/index.ts";
import { type RgbImage, writePlanes } from "../pixels/index.ts";

/**
 * Interleaved bytes to [N, 3, H, W] in 0..1.
 *
 * @throws LowmagError `shape-mismatch` for images of different sizes.
 */
export function imageTensor(images: readonly RgbImage[]): FloatTensor {
  const { width, height } = images[0]!;
  const length = 3 * width * height;
  const planes = new Float32Array(images.length * length);
  images.forEach((image, i) => {
    if (image.width !== width || image.height !== height)
      throw fail("shape-mismatch", {
        where: "SlideNetwork.run",
        expected: `images of one size, ${width} x ${height} px`,
        got: `${image.width} x ${image.height} px at place ${i + 1}`,
      });
    writePlanes(image, planes.subarray(i * length, (i + 1) * length));
  });
  return { dims: [images.length, 3, height, width], data: planes };
}
