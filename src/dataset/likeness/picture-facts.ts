// What is kept of every picture for comparing it with others: its grey copy, its perceptual hash and its spots. Kept on disk
// under the hash of the file's bytes, with a checksum: nothing in it can go stale, and a damaged entry is made again.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { DECODER_VERSION, decodeImage } from "../../image/index.ts";
import { writeFileAtomically } from "../../machine/index.ts";
import { RESAMPLE_VERSION } from "../../pixels/index.ts";
import { decodeUnchanged, type StoredImage } from "../pixel-store.ts";
import { countStructured } from "./compare-aligned.ts";
import { type GreyPicture, greyPicture } from "./grey-picture.ts";
import { type PictureHash, pictureHash } from "./perceptual-hash.ts";
import { DESCRIPTOR_LENGTH } from "./ring-descriptor.ts";
import { findSpots, type Spots } from "./spots.ts";

/** Raised whenever what is kept changes. */
const VERSION = "likeness-2";
const MAGIC = 0x4b4c_4d4c; // "LMLK"
/** Words of 32 bits: magic, checksum, width, height, hash (two), blocks with structure, spots. */
const HEADER_BYTES = 32;
/** x, y and size as 32-bit floats, then the descriptor. */
const BYTES_PER_SPOT = 12 + DESCRIPTOR_LENGTH;

/** What pictures are compared by. */
export interface PictureFacts {
  readonly grey: GreyPicture;
  readonly hash: PictureHash;
  /** Blocks that hold structure (`countStructured`). */
  readonly structured: number;
  readonly spots: Spots;
}

/** A folder of such facts. */
export class PictureFactsCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = join(folder, `${VERSION} ${DECODER_VERSION} ${RESAMPLE_VERSION}`.replaceAll(" ", "-"));
  }

  /** The facts of an image, from disk or from the image file. Errors as of decoding it; `not-writable`. */
  async of(image: StoredImage): Promise<PictureFacts> {
    const { contentHash } = image;
    const path = join(this.#folder, contentHash.slice(0, 2), `${contentHash}.likeness`);
    const kept = await readFile(path).then(decode, () => null);
    if (kept !== null) return kept;
    const grey = greyPicture(await decodeUnchanged(image, decodeImage, {}));
    const facts = {
      grey,
      hash: pictureHash(grey),
      structured: countStructured(grey),
      spots: findSpots(grey),
    };
    await writeFileAtomically(path, encode(facts), false);
    return facts;
  }
}

function encode({ grey, hash, structured, spots }: PictureFacts): Uint8Array {
  const entry = Buffer.alloc(HEADER_BYTES + BYTES_PER_SPOT * spots.count + grey.data.length);
  const header = [MAGIC, 0, grey.width, grey.height, ...hash, structured, spots.count];
  for (const [i, word] of header.entries()) entry.writeUInt32LE(word, 4 * i);
  for (const [i, value] of spots.places.entries()) entry.writeFloatLE(value, HEADER_BYTES + 4 * i);
  entry.set(new Uint8Array(spots.descriptors.buffer), HEADER_BYTES + 12 * spots.count);
  entry.set(grey.data, HEADER_BYTES + BYTES_PER_SPOT * spots.count);
  entry.writeUInt32LE(crc32(entry.subarray(8)), 4);
  return entry;
}

/** The facts of a whole entry, else `null`. */
function decode(entry: Buffer): PictureFacts | null {
  if (entry.length < HEADER_BYTES || entry.readUInt32LE(0) !== MAGIC) return null;
  if (entry.readUInt32LE(4) !== crc32(entry.subarray(8))) return null;
  const [width, height, low, high, structured, count] = [8, 12, 16, 20, 24, 28].map((at) =>
    entry.readUInt32LE(at),
  ) as [number, number, number, number, number, number];
  const [afterPlaces, afterSpots] = [HEADER_BYTES + 12 * count, HEADER_BYTES + BYTES_PER_SPOT * count];
  if (entry.length !== afterSpots + width * height) return null;
  const places = Float32Array.from({ length: 3 * count }, (_, i) => entry.readFloatLE(HEADER_BYTES + 4 * i));
  const descriptors = new Int8Array(new Uint8Array(entry.subarray(afterPlaces, afterSpots)).buffer);
  const grey = { width, height, data: new Uint8Array(entry.subarray(afterSpots)) };
  return { grey, hash: [low, high], structured, spots: { count, places, descriptors } };
}
