// Fetches the compressed bytes of one tile: its place from the tables, its length checked before anything is read.
import { fail } from "../../base/index.ts";
import { whenRead } from "../source.ts";
import type { ByteSource } from "../types.ts";
import { storedTileBytes, type TiffImage } from "./image.ts";
import { TIFF_LIMITS } from "./tags.ts";

/**
 * A compressed tile is at most four times as long as its samples and this: a file whose tiles all claim all of it
 * would be read over and over.
 */
const SLACK = 2 ** 20;

/**
 * The bytes of tile `index`, or `null` for a tile that the file does not hold (no bytes, or no place).
 *
 * @param roomFor gives room for so many bytes that is free until the next call; only for whoever is done with the bytes
 *   before anything else is read.
 */
export function readTileBytes(
  source: ByteSource,
  image: TiffImage,
  index: number,
  where: () => string,
  roomFor?: (length: number) => Uint8Array | undefined,
): Uint8Array | null | Promise<Uint8Array | null> {
  const most = Math.min(TIFF_LIMITS.tileBytes, 4 * storedTileBytes(image) + SLACK);
  return whenRead(image.byteCounts.at(index), (length) => {
    if (length === 0) return null;
    if (length > most) throw tooLarge(where(), most, length);
    return whenRead(image.offsets.at(index), (offset) =>
      offset === 0 ? null : source.read(offset, length, roomFor?.(length)),
    );
  }) as Uint8Array | null | Promise<Uint8Array | null>;
}

function tooLarge(where: string, most: number, length: number): Error {
  return fail("corrupt-data", {
    where,
    expected: `at most ${most} bytes in a tile`,
    got: `${length}`,
    fix: "The file is damaged. Copy or export it again.",
  });
}
