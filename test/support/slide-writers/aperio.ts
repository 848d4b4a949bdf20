// Aperio SVS as its scanners write it: level 0, a stripped thumbnail, the other levels, then label (LZW strips) and macro.
import type { RgbImage } from "../../../src/pixels/index.ts";
import { resampleArea } from "../../../src/pixels/index.ts";
import { pyramidOf } from "./pattern.ts";
import { type Directory, type TiffLayout, writeTiff } from "./tiff-file.ts";
import { imageDirectory, type Storage } from "./tiles.ts";

/** How an SVS is written. */
export interface AperioRequest {
  readonly image: RgbImage;
  readonly downsamples: readonly number[];
  /** µm/px in the description; `null` leaves it out, as old files do. */
  readonly mpp: number | null;
  /** Objective power; `null` leaves it out. */
  readonly objective: number | null;
  readonly tileSize: number;
  readonly storage: Storage;
  readonly layout?: TiffLayout;
  readonly missing?: (level: number, column: number, row: number) => boolean;
  /** Tiles already compressed (JPEG 2000), level by level, in place of the image's own; with their compression tag. */
  readonly compressed?: { readonly tag: number; readonly tiles: readonly (readonly Uint8Array[])[] };
}

/** The colour of the fixture's label and macro, all over. */
export const LABEL_COLOUR = [240, 200, 40] as const;
export const MACRO_COLOUR = [60, 90, 200] as const;

const SOFTWARE = "Aperio Image Library v11.2.1\r\n";
const ASSOCIATED_SOFTWARE = "Aperio Image Library v11.2.1\n";
const STRIPS = { rowsPerStrip: 16 };

/** An Aperio SVS. */
export async function writeAperio(request: AperioRequest): Promise<Uint8Array> {
  const levels = await Promise.all(
    pyramidOf(request.image, request.downsamples).map((_, level) => levelDirectory(request, level)),
  );
  const [finest, ...coarser] = levels;
  return writeTiff(
    [finest!, await thumbnail(request.image), ...coarser, await label(), await macro()],
    request.layout,
  );
}

async function levelDirectory(request: AperioRequest, level: number): Promise<Directory> {
  const { image, tileSize, storage, mpp, objective, compressed } = request;
  const pixels = pyramidOf(image, [request.downsamples[level]!])[0]!;
  const facts = [
    `${SOFTWARE}${image.width}x${image.height} (${tileSize}x${tileSize}) JPEG/RGB Q=70`,
    ...(objective === null ? [] : [`AppMag = ${objective}`]),
    "StripeWidth = 992",
    "ScanScope ID = CPAPERIOCS",
    ...(mpp === null ? [] : [`MPP = ${mpp.toFixed(4)}`]),
  ];
  const directory = await imageDirectory(
    pixels,
    { tileWidth: tileSize, tileHeight: tileSize },
    compressed === undefined ? storage : { compression: "none" },
    [
      { tag: 254, type: "long", values: [0] },
      { tag: 270, type: "ascii", values: facts.join("|") },
    ],
    (column, row) => request.missing?.(level, column, row) ?? false,
  );
  if (compressed === undefined) return directory;
  const tags = directory.tags.map((tag) => (tag.tag === 259 ? { ...tag, values: [compressed.tag] } : tag));
  return { ...directory, tags, segments: compressed.tiles[level]! };
}

function thumbnail(image: RgbImage): Promise<Directory> {
  const small = resampleArea(image, Math.round(image.width / 8), Math.round(image.height / 8));
  return imageDirectory(small, STRIPS, { compression: "jpeg", jpeg: { colour: "ycbcr" } }, [
    { tag: 254, type: "long", values: [0] },
    {
      tag: 270,
      type: "ascii",
      values: `${SOFTWARE}${image.width}x${image.height} -> ${small.width}x${small.height} - |AppMag = 40`,
    },
  ]);
}

function label(): Promise<Directory> {
  const image = plain(97, 71, LABEL_COLOUR);
  return imageDirectory(image, STRIPS, { compression: "lzw", predictor: true }, [
    { tag: 254, type: "long", values: [1] },
    { tag: 270, type: "ascii", values: `${ASSOCIATED_SOFTWARE}label ${image.width}x${image.height}` },
  ]);
}

function macro(): Promise<Directory> {
  const image = plain(160, 64, MACRO_COLOUR);
  return imageDirectory(image, STRIPS, { compression: "jpeg" }, [
    { tag: 254, type: "long", values: [9] },
    { tag: 270, type: "ascii", values: `${ASSOCIATED_SOFTWARE}macro ${image.width}x${image.height}` },
  ]);
}

/** An image of one colour. */
export function plain(
  width: number,
  height: number,
  colour: readonly [r: number, g: number, b: number],
): RgbImage {
  const data = new Uint8Array(3 * width * height);
  for (let at = 0; at < data.length; at += 3) data.set(colour, at);
  return { width, height, data };
}
