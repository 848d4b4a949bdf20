// Fetches the compressed bytes of one tile: its place from the tables, its length checked before anything is read.
import { fail } from "../../base/index.ts";
import { whenRead } from "../source.ts";
import type { ByteSource } from "../types.ts";
import type { TiffImage } from "./image.ts";
import { TIFF_LIMITS } from "./tags.ts";

/** The bytes of tile `index`, or `null` for a tile that the file does not hold (no bytes, or no place). */
export function readTileBytes(
  source: ByteSource,
  image: TiffImage,
  index: number,
  where: () => string,
): Uint8Array | null | Promise<Uint8Array | null> {
  return whenRead(image.byteCounts.at(index), (length) => {
    if (length === 0) return null;
    if (length > TIFF_LIMITS.tileBytes) throw tooLarge(where(), length);
    return whenRead(image.offsets.at(index), (offset) => (offset === 0 ? null : source.read(offset, length)));
  }) as Uint8Array | null | Promise<Uint8Array | null>;
}

function tooLarge(where: string, length: number): Error {
  return fail("corrupt-data", {
    where,
    expected: `at most ${TIFF_LIMITS.tileBytes} bytes in a tile`,
    got: `${length}`,
    fix: "The file is damaged. Copy or export it again.",
  });
}
