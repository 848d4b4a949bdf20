// Writes pixels as files: PNG where nothing may be lost (it can state its µm per pixel), JPEG for pictures to look at.
import { crc32 } from "node:zlib";
import sharp, { type Sharp } from "sharp";
import { fail } from "../base/index.ts";
import type { RgbImage } from "../pixels/index.ts";
import { encodeIndexedPng, type RgbaImage } from "./indexed-png.ts";

/**
 * Encodes losslessly; the same pixels give the same bytes.
 *
 * @param mpp µm per pixel to state in the file (chunk pHYs, whole pixels per metre: sizes of up to four digits are
 * read back exactly). Default: none stated.
 */
export async function encodePng(image: RgbImage, mpp?: number): Promise<Uint8Array> {
  const png = await open(image).png({ compressionLevel: 6 }).toBuffer();
  return mpp === undefined ? png : withPixelSize(png, mpp);
}

/** As {@link encodePng}, with a fourth channel: how opaque each pixel is. */
export async function encodeRgbaPng(image: RgbaImage): Promise<Uint8Array> {
  const { width, height, data } = image;
  const indexed = await encodeIndexedPng(image);
  if (indexed !== null) return indexed;
  const raw = { width, height, channels: 4 } as const;
  return await sharp(data, { raw, limitInputPixels: false }).png({ compressionLevel: 6 }).toBuffer();
}

/**
 * Encodes as JPEG without chroma subsampling.
 *
 * @param quality from 1 to 100, default 90.
 * @param mpp µm per pixel to state in the file (JFIF density in whole pixels per centimetre). Default: none stated.
 * @param fast the same pixels in a third of the time, in a file that is 2 % larger: without Huffman tables of its own.
 */
export async function encodeJpeg(
  image: RgbImage,
  quality = 90,
  mpp?: number,
  fast = false,
): Promise<Uint8Array> {
  const jpeg = await open(image)
    .jpeg({ quality, chromaSubsampling: "4:4:4", optimiseCoding: !fast })
    .toBuffer();
  return mpp === undefined ? jpeg : withDensity(jpeg, mpp);
}

/** Encodes as lossless WebP; the same pixels give the same bytes. Sides of at most 16,383 pixels ({@link WEBP_MAX_SIDE}). */
export async function encodeWebp(image: RgbImage): Promise<Uint8Array> {
  return await open(image).webp({ lossless: true, effort: 2 }).toBuffer();
}

/** The longest side that a WebP or a JPEG can have. */
export const WEBP_MAX_SIDE = 16_383;
export const JPEG_MAX_SIDE = 65_535;

function open(image: RgbImage): Sharp {
  const { width, height, data } = image;
  return sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
}

/** The JPEG with a JFIF segment that states the density; a size that does not fit its 16 bits is left out. */
function withDensity(jpeg: Uint8Array, mpp: number): Uint8Array {
  const perCentimetre = Math.round(1e4 / mpp);
  if (!(perCentimetre >= 1 && perCentimetre <= 0xffff)) return jpeg;
  const segment = Buffer.from("ffe000104a46494600010102000000000000", "hex");
  segment.writeUInt16BE(perCentimetre, 12);
  segment.writeUInt16BE(perCentimetre, 14);
  // Behind the start of the image; libvips writes no such segment of its own.
  return Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
}

/** The PNG signature and the IHDR chunk; pHYs may follow at once. */
const END_OF_IHDR = 33;

function withPixelSize(png: Uint8Array, mpp: number): Uint8Array {
  const perMetre = Math.round(1e6 / mpp);
  if (!(perMetre >= 1 && perMetre <= 0x7fffffff))
    throw fail("invalid-argument", {
      where: "encodePng",
      expected: "mpp to be a pixel size in µm",
      got: `${mpp}`,
    });
  const chunk = Buffer.alloc(21);
  chunk.writeUInt32BE(9, 0);
  chunk.write("pHYs", 4, "latin1");
  chunk.writeUInt32BE(perMetre, 8);
  chunk.writeUInt32BE(perMetre, 12);
  chunk[16] = 1; // the unit is the metre
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 17)), 17);
  return Buffer.concat([png.subarray(0, END_OF_IHDR), chunk, png.subarray(END_OF_IHDR)]);
}
