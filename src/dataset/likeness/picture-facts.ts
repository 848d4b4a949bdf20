// What is kept of every picture for comparing it with others: its grey copy and its perceptual hash. Kept on disk under the hash of
// the file's bytes, with a checksum: nothing in it can go stale, and a damaged entry is made again.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { DECODER_VERSION } from "../../image/index.ts";
import { writeFileAtomically } from "../../machine/index.ts";
import { RESAMPLE_VERSION } from "../../pixels/index.ts";
import { decodeUnchanged, type StoredImage } from "../pixel-cache.ts";
import { type GreyPicture, greyPicture } from "./grey-picture.ts";
import { type PictureHash, pictureHash } from "./perceptual-hash.ts";

/** Raised whenever what is kept changes. */
const VERSION = "likeness-1";
const MAGIC = 0x4b4c_4d4c; // "LMLK"
/** Magic, checksum, width, height, hash (two words). */
const HEADER_BYTES = 24;

/** What pictures are compared by. */
export interface PictureFacts {
  readonly grey: GreyPicture;
  readonly hash: PictureHash;
}

/** A folder of such facts. */
export class PictureFactsCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = join(folder, `${VERSION} ${DECODER_VERSION} ${RESAMPLE_VERSION}`.replaceAll(" ", "-"));
  }

  /** The facts of an image, from disk or from the image file. Errors as of decoding it. */
  async of(image: StoredImage): Promise<PictureFacts> {
    const { contentHash } = image;
    const path = join(this.#folder, contentHash.slice(0, 2), `${contentHash}.likeness`);
    const kept = await readFile(path).then(decode, () => null);
    if (kept !== null) return kept;
    const grey = greyPicture(await decodeUnchanged(image, {}));
    const facts = { grey, hash: pictureHash(grey) };
    await writeFileAtomically(path, encode(facts), false);
    return facts;
  }
}

function encode({ grey, hash }: PictureFacts): Uint8Array {
  const entry = Buffer.alloc(HEADER_BYTES + grey.data.length);
  for (const [i, word] of [MAGIC, 0, grey.width, grey.height, ...hash].entries())
    entry.writeUInt32LE(word, 4 * i);
  entry.set(grey.data, HEADER_BYTES);
  entry.writeUInt32LE(crc32(entry.subarray(8)), 4);
  return entry;
}

/** The facts of a whole entry, else `null`. */
function decode(entry: Buffer): PictureFacts | null {
  if (entry.length < HEADER_BYTES || entry.readUInt32LE(0) !== MAGIC) return null;
  if (entry.readUInt32LE(4) !== crc32(entry.subarray(8))) return null;
  const [width, height] = [entry.readUInt32LE(8), entry.readUInt32LE(12)];
  if (entry.length !== HEADER_BYTES + width * height) return null;
  const data = new Uint8Array(entry.subarray(HEADER_BYTES));
  return { grey: { width, height, data }, hash: [entry.readUInt32LE(16), entry.readUInt32LE(20)] };
}
