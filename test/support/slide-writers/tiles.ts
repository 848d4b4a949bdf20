// Cuts a level into the segments of a TIFF (tiles or strips) and compresses them, in every way that lowmag reads.
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import type { RgbImage } from "../../../src/pixels/index.ts";
import { encodeLzw, encodePackBits, predict } from "./compression.ts";
import { encodeBaselineJpeg, type JpegOptions, jpegTables } from "./jpeg.ts";
import type { Directory, Tag } from "./tiff-file.ts";

/** How pixels are stored. */
export interface Storage {
  readonly compression: "none" | "lzw" | "packbits" | "deflate" | "adobe-deflate" | "jpeg";
  readonly predictor?: boolean;
  /** Bits per sample of the uncompressed kinds; 16 stores v * 257. Default 8. */
  readonly bits?: 8 | 16;
  /** Samples per pixel: grey (the red channel) or RGB. Default RGB. */
  readonly grey?: boolean;
  /** Planes one after another instead of interleaved samples. */
  readonly planar?: boolean;
  readonly bigEndian?: boolean;
  /** JPEG only: stored colours, markers, quality. */
  readonly jpeg?: JpegOptions;
  /** JPEG only: one set of tables for all tiles in tag JPEGTables. */
  readonly sharedTables?: boolean;
  /** JPEG only: 4:2:0, by libjpeg-turbo, with a JFIF marker. */
  readonly subsampled?: boolean;
  /** JPEG only: what tag Photometric says, where it is not the truth. */
  readonly photometric?: number;
}

/** Tiles of a size, or strips of some rows. */
export type Segmentation =
  | { readonly tileWidth: number; readonly tileHeight: number }
  | { readonly rowsPerStrip: number };

/** A directory that holds one image; more tags may be given. */
export async function imageDirectory(
  image: RgbImage,
  segmentation: Segmentation,
  storage: Storage,
  more: readonly Tag[] = [],
  missing: (column: number, row: number) => boolean = () => false,
): Promise<Directory> {
  const tiled = "tileWidth" in segmentation;
  const tileWidth = tiled ? segmentation.tileWidth : image.width;
  const tileHeight = tiled ? segmentation.tileHeight : segmentation.rowsPerStrip;
  const segments: Uint8Array[] = [];
  const planes = storage.planar === true ? [0, 1, 2] : [null];
  for (const plane of planes)
    for (let row = 0; row * tileHeight < image.height; row++)
      for (let column = 0; column * tileWidth < image.width; column++) {
        // The last strip is shorter; the last tile is padded.
        const height = tiled ? tileHeight : Math.min(tileHeight, image.height - row * tileHeight);
        const tile = cutTile(image, column * tileWidth, row * tileHeight, tileWidth, height, storage);
        segments.push(missing(column, row) ? new Uint8Array(0) : await encodeTile(tile, storage, plane));
      }
  return { tiled, segments, tags: [...pixelTags(image, segmentation, storage), ...more] };
}

/**
 * A tile with its padding. Lossless tiles are padded with magenta, so that whoever forgets to crop is found out; JPEG
 * tiles repeat the border, as encoders do to keep it from bleeding.
 */
export function cutTile(
  image: RgbImage,
  left: number,
  top: number,
  width: number,
  height: number,
  { compression }: Pick<Storage, "compression">,
): RgbImage {
  const data = new Uint8Array(3 * width * height);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at += 3) {
      const inside = left + x < image.width && top + y < image.height;
      if (!inside && compression !== "jpeg") {
        data.set([255, 0, 255], at);
        continue;
      }
      const from =
        3 * (Math.min(image.height - 1, top + y) * image.width + Math.min(image.width - 1, left + x));
      data.set(image.data.subarray(from, from + 3), at);
    }
  return { width, height, data };
}

/** One compressed segment; `plane` picks one channel. */
export async function encodeTile(
  tile: RgbImage,
  storage: Storage,
  plane: number | null = null,
): Promise<Uint8Array> {
  const { compression, bits = 8, predictor = false, bigEndian = false } = storage;
  if (compression === "jpeg") return encodeJpegTile(tile, storage);
  const samples = storage.grey === true || plane !== null ? 1 : 3;
  const packed = samplesOf(tile, storage, plane);
  const bytes = predictor ? predict(packed, { width: tile.width, samples, bits, bigEndian }) : packed;
  if (compression === "lzw") return encodeLzw(bytes);
  if (compression === "packbits") return encodePackBits(bytes, (tile.width * samples * bits) / 8);
  return compression === "none" ? bytes : deflateSync(bytes);
}

async function encodeJpegTile(tile: RgbImage, storage: Storage): Promise<Uint8Array> {
  const { width, height, data } = tile;
  if (storage.subsampled === true)
    return sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: storage.jpeg?.quality ?? 92, chromaSubsampling: "4:2:0", optimiseCoding: false })
      .toBuffer();
  const grey = storage.grey === true;
  const colour = grey ? "grey" : (storage.jpeg?.colour ?? "ycbcr");
  // Grey is the red channel, here as elsewhere.
  const pixels = grey ? { width, height, data: data.map((_, i) => data[i - (i % 3)]!) } : tile;
  return encodeBaselineJpeg(pixels, {
    ...storage.jpeg,
    colour,
    ...(storage.sharedTables === true ? { withoutTables: true } : {}),
  });
}

/** Interleaved samples, or those of one plane, at the bits asked for. */
function samplesOf(
  { width, height, data }: RgbImage,
  { bits = 8, grey = false, bigEndian = false }: Storage,
  plane: number | null,
): Uint8Array {
  const channels = plane !== null ? [plane] : grey ? [0] : [0, 1, 2];
  const out = new Uint8Array((width * height * channels.length * bits) / 8);
  const view = new DataView(out.buffer);
  for (let pixel = 0, at = 0; pixel < width * height; pixel++)
    for (const channel of channels) {
      const value = data[3 * pixel + channel]!;
      if (bits === 8) out[at] = value;
      else view.setUint16(2 * at, value * 257, !bigEndian);
      at++;
    }
  return out;
}

const COMPRESSION_TAG = { none: 1, lzw: 5, jpeg: 7, "adobe-deflate": 8, packbits: 32773, deflate: 32946 };

/** The tags that describe the stored samples, as every baseline reader needs them. */
function pixelTags(image: RgbImage, segmentation: Segmentation, storage: Storage): Tag[] {
  const { compression, bits = 8, grey = false, planar = false, predictor = false } = storage;
  const samples = grey ? 1 : 3;
  const tags: Tag[] = [
    { tag: 256, type: "long", values: [image.width] },
    { tag: 257, type: "long", values: [image.height] },
    { tag: 258, type: "short", values: Array<number>(samples).fill(bits) },
    { tag: 259, type: "short", values: [COMPRESSION_TAG[compression]] },
    { tag: 262, type: "short", values: [storage.photometric ?? photometricOf(storage)] },
    { tag: 277, type: "short", values: [samples] },
    { tag: 284, type: "short", values: [planar ? 2 : 1] },
  ];
  if (predictor) tags.push({ tag: 317, type: "short", values: [2] });
  if ("tileWidth" in segmentation) {
    tags.push({ tag: 322, type: "long", values: [segmentation.tileWidth] });
    tags.push({ tag: 323, type: "long", values: [segmentation.tileHeight] });
  } else tags.push({ tag: 278, type: "long", values: [segmentation.rowsPerStrip] });
  if (compression === "jpeg") tags.push(...jpegTags(storage));
  return tags;
}

function photometricOf({ compression, grey = false, jpeg }: Storage): number {
  if (grey) return 1;
  return compression === "jpeg" && jpeg?.colour !== "rgb" ? 6 : 2;
}

function jpegTags({ sharedTables, subsampled, jpeg, grey }: Storage): Tag[] {
  const tags: Tag[] = [];
  if (jpeg?.colour !== "rgb" && grey !== true)
    tags.push({ tag: 530, type: "short", values: subsampled === true ? [2, 2] : [1, 1] });
  if (sharedTables === true)
    tags.push({
      tag: 347,
      type: "undefined",
      values: jpegTables({ ...jpeg, ...(grey === true ? { colour: "grey" as const } : {}) }),
    });
  return tags;
}
