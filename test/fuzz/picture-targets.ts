// What meets native code of this machine: ordinary pictures and colour profiles (libvips), and the machine's own
// libjpeg-turbo where it is installed.
import { isLowmagError } from "../../src/base/index.ts";
import type { TileDecoder } from "../../src/codec/index.ts";
import { convertToSrgb, decodeImage, encodeJpeg, encodePng, encodeWebp } from "../../src/image/index.ts";
import { loadDecoders } from "../../src/local/index.ts";
import { jpegSamples, sampleNamed } from "../codec/samples.ts";
import { matrixProfile } from "../local/icc-profile.ts";
import { drawPattern } from "../support/slide-writers/pattern.ts";
import type { FuzzTarget } from "./target.ts";

const image = drawPattern(40, 30);

function picture(name: string, encode: () => Promise<Uint8Array>): FuzzTarget {
  return {
    name: `picture, ${name}`,
    original: encode,
    parse: (bytes) => decodeImage(bytes, { maxPixels: 2 ** 24 }),
  };
}

/** The libjpeg-turbo of this machine, or none. */
const native: TileDecoder | null = await loadDecoders("native").then(
  ({ jpeg }) => jpeg,
  (error: unknown) => {
    if (isLowmagError(error, "not-found")) return null;
    throw error;
  },
);

const sample = sampleNamed(jpegSamples(), "4:2:0 67 x 53").tile;
const machineJpeg = (jpeg: TileDecoder): FuzzTarget => ({
  name: "JPEG stream, by this machine's libjpeg-turbo",
  original: () => sample.data,
  header: 640,
  parse: (data) => jpeg.decode({ ...sample, data }),
});

export const PICTURE_TARGETS: readonly FuzzTarget[] = [
  picture("PNG", () => encodePng(image)),
  picture("JPEG", () => encodeJpeg(image, 90)),
  picture("WebP", () => encodeWebp(image)),
  {
    name: "colour profile",
    original: () =>
      matrixProfile({
        red: [0.61, 0.31, 0.02],
        green: [0.2, 0.62, 0.06],
        blue: [0.15, 0.06, 0.74],
        gamma: 2,
      }),
    parse: (bytes) => convertToSrgb(drawPattern(8, 8), bytes, "x"),
  },
  ...(native === null ? [] : [machineJpeg(native)]),
];
