// Tells Hamamatsu NDPI files from other TIFF files and reads their directories. Offsets of the header and between
// directories have 64 bits, and the upper halves of all values stand behind each directory; files that other programs
// have rewritten lack that, and are read as plain TIFF. The layout as described at openslide.org/formats/hamamatsu.
import { isLowmagError } from "../../base/index.ts";
import { isTiff, readTiff, type TiffFile } from "../tiff/read-tiff.ts";
import { TIFF_LIMITS, TAG as TIFF_TAG } from "../tiff/tags.ts";
import type { ByteSource } from "../types.ts";

/** Tags of Hamamatsu's own. */
export const NDPI_TAG = {
  formatFlag: 65_420,
  /** Objective power; -1 for the macro image, -2 for the map of scanned regions. */
  sourceLens: 65_421,
  /** Height of the focal plane in nm from the one in focus. */
  focalPlane: 65_424,
  /** Where each restart interval begins, in bytes from the start of the strip. */
  intervalStarts: 65_426,
  /** The upper 32 bits of those. */
  intervalStartsUpper: 65_432,
} as const;

/**
 * The directories of an NDPI file, or `null` for any other file.
 *
 * @throws LowmagError `corrupt-data` for an NDPI file whose directories are damaged or truncated.
 */
export async function readNdpi(source: ByteSource): Promise<TiffFile | null> {
  if (!(await hasFormatFlag(source))) return null;
  const file = await readEitherWay(source);
  // A directory of tiles is what every TIFF reader reads.
  return file.directories.some((directory) => directory.has(TIFF_TAG.tileOffsets)) ? null : file;
}

async function readEitherWay(source: ByteSource): Promise<TiffFile> {
  try {
    return await readTiff(source, { ndpi: true });
  } catch (error) {
    if (!isLowmagError(error, "corrupt-data")) throw error;
    return await readTiff(source).catch(() => {
      throw error;
    });
  }
}

/** Looks for the flag in the first directory, by a 64-bit or a 32-bit offset. */
async function hasFormatFlag(source: ByteSource): Promise<boolean> {
  if (source.size < 16) return false;
  const head = await source.read(0, 12);
  if (!isTiff(head) || head[0] !== 0x49 || head[2] !== 42) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const low = view.getUint32(4, true);
  const wide = view.getUint32(8, true) * 2 ** 32 + low;
  return (await directoryHasFlag(source, wide)) || (await directoryHasFlag(source, low));
}

async function directoryHasFlag(source: ByteSource, offset: number): Promise<boolean> {
  if (!Number.isSafeInteger(offset) || offset + 2 > source.size) return false;
  const start = await source.read(offset, 2);
  const count = start[0]! + 256 * start[1]!;
  if (count > TIFF_LIMITS.entries || offset + 2 + 12 * count > source.size) return false;
  const entries = await source.read(offset + 2, 12 * count);
  for (let at = 0; at < entries.length; at += 12)
    if (entries[at]! + 256 * entries[at + 1]! === NDPI_TAG.formatFlag) return true;
  return false;
}
