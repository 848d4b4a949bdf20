// Hamamatsu NDPI: each level is one JPEG as large as itself, cut by restart markers into strips whose places in the
// stream are listed in tag 65426; the µm/px stands in the resolution tags, the objective in tag 65421 (-1 is the macro).
import type { RgbImage } from "../../../src/pixels/index.ts";
import { MACRO_COLOUR, plain } from "./aperio.ts";
import { resolutionTags } from "./generic-tiff.ts";
import { encodeBaselineJpeg } from "./jpeg.ts";
import { pyramidOf } from "./pattern.ts";
import { type Directory, type Tag, writeTiff } from "./tiff-file.ts";

/** How an NDPI is written. */
export interface NdpiRequest {
  /** Level 0; each level's width must be whole restart intervals. */
  readonly image: RgbImage;
  readonly mpp: number;
  readonly downsamples: readonly number[];
  /** MCUs of 8 x 8 pixels between restart markers; 0 for none. */
  readonly restartInterval: number;
  /** Leaves out the list of places, as old scanners do. */
  readonly withoutStarts?: boolean;
}

/** A Hamamatsu NDPI. */
export function writeNdpi(request: NdpiRequest): Uint8Array {
  const { image, mpp, downsamples, restartInterval } = request;
  const levels = pyramidOf(image, downsamples).map((level, i) =>
    directory(
      level,
      mpp * downsamples[i]!,
      40 / downsamples[i]!,
      restartInterval,
      request.withoutStarts ?? false,
    ),
  );
  return writeTiff([...levels, directory(plain(160, 64, MACRO_COLOUR), mpp * 100, -1, 0, true)]);
}

function directory(
  image: RgbImage,
  mpp: number,
  lens: number,
  restartInterval: number,
  withoutStarts: boolean,
): Directory {
  const jpeg = encodeBaselineJpeg(image, { quality: 95, restartInterval, marker: "jfif" });
  const starts: readonly Tag[] =
    restartInterval === 0 || withoutStarts
      ? []
      : [{ tag: 65426, type: "long", values: intervalStarts(jpeg) }];
  return {
    tiled: false,
    segments: [jpeg],
    tags: [
      { tag: 254, type: "long", values: [0] },
      { tag: 256, type: "long", values: [image.width] },
      { tag: 257, type: "long", values: [image.height] },
      { tag: 258, type: "short", values: [8, 8, 8] },
      { tag: 259, type: "short", values: [7] },
      { tag: 262, type: "short", values: [6] },
      { tag: 271, type: "ascii", values: "Hamamatsu" },
      { tag: 272, type: "ascii", values: "C9600-12" },
      { tag: 277, type: "short", values: [3] },
      { tag: 278, type: "long", values: [image.height] },
      ...resolutionTags({ x: mpp, y: mpp }),
      { tag: 305, type: "ascii", values: "NDP.scan 2.5.89" },
      { tag: 530, type: "short", values: [1, 1] },
      { tag: 65420, type: "long", values: [1] },
      { tag: 65421, type: "float", values: [lens] },
      { tag: 65422, type: "slong", values: [0] },
      { tag: 65423, type: "slong", values: [0] },
      { tag: 65424, type: "slong", values: [0] },
      ...starts,
      { tag: 65427, type: "ascii", values: "0000" },
    ],
  };
}

/** Where the entropy-coded data of each interval begins, from the start of the stream. */
function intervalStarts(jpeg: Uint8Array): number[] {
  const starts: number[] = [];
  let at = 2;
  while (jpeg[at + 1] !== 0xda) at += 2 + jpeg[at + 2]! * 256 + jpeg[at + 3]!;
  at += 2 + jpeg[at + 2]! * 256 + jpeg[at + 3]!;
  starts.push(at);
  for (; at < jpeg.length; at++) {
    const marker = jpeg[at + 1] ?? 0;
    if (jpeg[at] === 0xff && marker >= 0xd0 && marker <= 0xd7) starts.push(at + 2);
  }
  return starts;
}
