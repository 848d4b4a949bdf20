// A decoded image as a slide of one level, so that uploads go the way of slides.
import type { PixelSize, RgbImage } from "../pixels/index.ts";
import { createSlide, type Slide } from "../slide/index.ts";

const TILE = 512;

/** A slide over pixels in memory. `mpp` is µm per pixel, `stated` whether the caller gave it or the file. */
export function memoryImage(
  image: RgbImage,
  mpp: PixelSize,
  stated: "option" | "resolution-tag",
  compression: string,
): Slide {
  const { width, height, data } = image;
  return createSlide(
    {
      name: "uploaded image",
      format: "image",
      vendor: "",
      levels: [
        {
          width,
          height,
          tileWidth: TILE,
          tileHeight: TILE,
          compression,
          readTile(column, row, window = { left: 0, top: 0, width: TILE, height: TILE }) {
            const out = new Uint8Array(3 * window.width * window.height);
            const left = column * TILE + window.left;
            const top = row * TILE + window.top;
            const columns = Math.min(window.width, width - left);
            for (let y = 0; y < Math.min(window.height, height - top); y++) {
              const from = 3 * ((top + y) * width + left);
              out.set(data.subarray(from, from + 3 * columns), 3 * y * window.width);
            }
            return out;
          },
        },
      ],
      mpp,
      mppSource: stated,
      objective: null,
      bounds: null,
      properties: {},
      associated: [],
      notes: [],
      readAssociated: () => Promise.reject(new Error("an uploaded image has no pictures beside it")),
      readIccProfile: () => Promise.resolve(null),
      close: () => Promise.resolve(),
    },
    { cacheBytes: 2 ** 24 },
  );
}
