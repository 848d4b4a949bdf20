// How a tissue image becomes the bytes of a file, and the largest side that a format can hold.
import { fail } from "../base/index.ts";
import { withReason } from "../cutting/index.ts";
import { encodeJpeg, encodePng, encodeWebp, JPEG_MAX_SIDE, WEBP_MAX_SIDE } from "../image/index.ts";
import type { RgbImage } from "../pixels/index.ts";
import type { PrepareRules, StoredFormat } from "./types.ts";

/** File name endings. */
export const EXTENSIONS: Readonly<Record<StoredFormat, string>> = { png: "png", webp: "webp", jpeg: "jpg" };

const MAX_SIDES: Readonly<Record<StoredFormat, number>> = {
  png: 0x7fffffff,
  webp: WEBP_MAX_SIDE,
  jpeg: JPEG_MAX_SIDE,
};

/** Encodes an image; PNG and JPEG state the µm per pixel. */
export async function encodeStored(
  image: RgbImage,
  mpp: number,
  { format, quality }: Pick<PrepareRules, "format" | "quality">,
): Promise<Uint8Array> {
  if (format === "png") return encodePng(image, mpp);
  return format === "webp" ? encodeWebp(image) : encodeJpeg(image, quality, mpp);
}

/** Throws where an image is larger than its format or the memory allows; the reason is "too-large". */
export function checkFits(
  where: string,
  { width, height, mpp }: { readonly width: number; readonly height: number; readonly mpp: number },
  format: StoredFormat,
  pixelLimit: number,
): void {
  const side = MAX_SIDES[format];
  const tooWide = Math.max(width, height) > side;
  if (!tooWide && width * height <= pixelLimit) return;
  throw withReason(
    fail("out-of-memory", {
      where,
      expected: tooWide
        ? `images of at most ${side} pixels on a side, the most that ${format} holds`
        : `images of at most ${Math.floor(pixelLimit / 1e6)} million pixels within the memory limit`,
      got: `a piece of ${width} x ${height} at ${mpp} µm per pixel`,
      fix: tooWide
        ? "Use `--format png`, a coarser `--mpp`, or `--grid`."
        : "Raise `--max-memory`, or use a coarser `--mpp`, a smaller `--join-gap`, or `--grid`.",
    }),
    "too-large",
  );
}
