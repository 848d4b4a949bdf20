// Converts pixels from the colours of an ICC profile to sRGB, as libvips and Little CMS do it (perceptual intent).
import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";
import { fail } from "../base/index.ts";
import type { RgbImage } from "../pixels/index.ts";
import { encodePng } from "./encode.ts";

/** A profile's header. */
const HEADER_BYTES = 128;
/** Larger than any scanner's. */
const MOST_PROFILE_BYTES = 16 * 2 ** 20;

/**
 * Converts an image whose colours a profile describes to sRGB.
 *
 * @throws LowmagError `corrupt-data` for what is no whole ICC profile or one that cannot be used; `unsupported-format` for a
 *   profile of other colours than RGB.
 */
export async function convertToSrgb(image: RgbImage, profile: Uint8Array, where: string): Promise<RgbImage> {
  checkProfile(profile, where);
  const png = withProfile(await encodePng(image), profile);
  const pipeline = sharp(png, { limitInputPixels: false }).toColourspace("srgb");
  const warnings: string[] = [];
  pipeline.on("warning", (text: unknown) => warnings.push(String(text)));
  const { data, info } = await pipeline
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => {
      throw unusable(where, error instanceof Error ? error.message : String(error));
    });
  // A profile that does not work is passed over with a warning, which would leave the colours as they are.
  const warning = warnings.find((text) => /profile|icc/i.test(text));
  if (warning !== undefined) throw unusable(where, warning);
  if (info.channels !== 3) throw unusable(where, `${info.channels} channels`);
  return { width: image.width, height: image.height, data: new Uint8Array(data) };
}

function checkProfile(profile: Uint8Array, where: string): void {
  const text = (at: number) => new TextDecoder("latin1").decode(profile.subarray(at, at + 4));
  const whole = profile.length >= HEADER_BYTES && profile.length <= MOST_PROFILE_BYTES && text(36) === "acsp";
  const stated = whole ? new DataView(profile.buffer, profile.byteOffset).getUint32(0) : 0;
  if (!whole || stated > profile.length || stated < HEADER_BYTES)
    throw unusable(where, `${profile.length} bytes that are none`);
  if (text(16) !== "RGB ")
    throw fail("unsupported-format", { where, expected: "a profile of RGB colours", got: `"${text(16)}"` });
}

/** The PNG signature and the IHDR chunk; iCCP may follow at once. */
const END_OF_IHDR = 33;

function withProfile(png: Uint8Array, profile: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from("iCCPprofile\0\0", "latin1"), deflateSync(profile)]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(body.length - 4, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return Buffer.concat([png.subarray(0, END_OF_IHDR), chunk, png.subarray(END_OF_IHDR)]);
}

function unusable(where: string, got: string): Error {
  return fail("corrupt-data", {
    where,
    expected: "an ICC colour profile that can be used",
    got: got.split("\n")[0]!.slice(0, 200),
    fix: "Leave the profile out: colours are then as the scanner stored them.",
  });
}
