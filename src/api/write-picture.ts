// Writes a picture in the format that its file name asks for.
import { access } from "node:fs/promises";
import { extname } from "node:path";
import { fail } from "../base/index.ts";
import { encodeJpeg, encodePng, encodeWebp } from "../image/index.ts";
import { writeFileAtomically } from "../machine/index.ts";
import type { RgbImage } from "../pixels/index.ts";

const ENCODERS: Readonly<Record<string, (image: RgbImage, mpp: number | undefined) => Promise<Uint8Array>>> =
  {
    ".png": (image, mpp) => encodePng(image, mpp),
    ".jpg": (image, mpp) => encodeJpeg(image, 90, mpp),
    ".jpeg": (image, mpp) => encodeJpeg(image, 90, mpp),
    ".webp": (image) => encodeWebp(image),
  };

/**
 * Checks a path before any work is done for it.
 *
 * @throws LowmagError `invalid-argument` for another ending, or a file that is there and may not be replaced.
 */
export async function checkPicturePath(path: string, overwrite: boolean): Promise<void> {
  if (!(extname(path).toLowerCase() in ENCODERS))
    throw fail("invalid-argument", {
      where: "`--out`",
      expected: "a file name that ends in .png, .jpg or .webp",
      got: `\`${path}\``,
    });
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (there && !overwrite)
    throw fail("invalid-argument", {
      where: path,
      expected: "a new file",
      got: "an existing one",
      fix: "Choose another name, or replace it with `--overwrite`.",
    });
}

/** Writes a picture; PNG and JPEG state its µm per pixel. */
export async function writePicture(path: string, image: RgbImage, mpp: number | null): Promise<void> {
  const encode = ENCODERS[extname(path).toLowerCase()]!;
  await writeFileAtomically(path, await encode(image, mpp ?? undefined));
}
