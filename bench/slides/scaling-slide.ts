// A slide large enough that starting threads counts little: a real slide's pixels, side by side and mirrored, 20,480 x 40,960
// px, written as a JPEG pyramid by lowmag itself. The same pixels give the same file.
import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { writePyramid } from "../../src/image/index.ts";
import { openSlide } from "../../src/local/index.ts";

const WIDTH = 20_480;
const HEIGHT = 40_960;

/** Makes the slide, unless it is there. */
export async function makeScalingSlide(from: string, path: string): Promise<void> {
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  const slide = await openSlide(from);
  const { width, height } = slide.levels[0]!;
  await writePyramid(path, {
    width: WIDTH,
    height: HEIGHT,
    mpp: slide.mpp ?? { x: 1, y: 1 },
    read: async (_, top, wanted, rows) => {
      const data = new Uint8Array(3 * wanted * rows);
      for (let row = 0; row < rows; row++) {
        const y = mirrored(top + row, height);
        const source = await slide.readRegion(0, { left: 0, top: y, width, height: 1 });
        for (let x = 0, to = 3 * row * wanted; x < wanted; x++, to += 3) {
          const at = 3 * mirrored(x, width);
          for (let channel = 0; channel < 3; channel++) data[to + channel] = source.data[at + channel]!;
        }
      }
      return { width: wanted, height: rows, data };
    },
  });
  await slide.close();
}

/** Where a pixel beyond the edge lies, as if the slide were mirrored there. */
function mirrored(at: number, size: number): number {
  const within = at % (2 * size);
  return within < size ? within : 2 * size - 1 - within;
}
