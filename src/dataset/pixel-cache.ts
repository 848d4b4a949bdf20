// Decoded and resampled pixels on disk, so that no epoch decodes a 10x image to train at 1.25x. An entry is named by the
// file's content, the size, and the versions of decoder and area filter: nothing in it can go stale. Entries are
// written atomically and checked on reading, so any number of threads and processes may share a folder, and a damaged
// entry is simply made again.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { fail, hashBytes, writeFileAtomically } from "../base/index.ts";
import {
  DECODER_VERSION,
  decodeImage,
  RESAMPLE_VERSION,
  type RgbImage,
  resampleArea,
} from "../image/index.ts";
import { viewSize } from "./view-size.ts";

/** The part of a tissue image that its pixels depend on. */
export interface StoredImage {
  readonly path: string;
  readonly contentHash: string;
  readonly width: number;
  readonly height: number;
  readonly mpp: number;
}

/** Options of {@link PixelCache}. */
export interface PixelCacheOptions {
  /** Put pixels into shared memory, to be handed between threads without a copy. Default false. */
  readonly shared?: boolean;
  /** Passed on to the decoder. */
  readonly maxPixels?: number;
}

/** A folder of decoded pixels. Making one touches nothing on disk. */
export class PixelCache {
  readonly #folder: string;
  readonly #options: PixelCacheOptions;

  constructor(folder: string, options: PixelCacheOptions = {}) {
    this.#folder = join(folder, `${DECODER_VERSION} ${RESAMPLE_VERSION}`.replaceAll(" ", "-"));
    this.#options = options;
  }

  /** The pixels of an image at one µm/px; see {@link PixelCache.views}. */
  async pixels(image: StoredImage, mpp: number): Promise<RgbImage> {
    return (await this.views(image, [mpp]))[0]!;
  }

  /**
   * The pixels of an image at several µm/px, each resampled from the stored pixels; the file is decoded at most once,
   * and not at all when every view is cached.
   *
   * @throws LowmagError as {@link viewSize} and `decodeImage`; `corrupt-data` when the file is not the one that was
   * hashed; `not-writable` when an entry cannot be stored.
   */
  async views(image: StoredImage, mpps: readonly number[]): Promise<RgbImage[]> {
    const sizes = mpps.map((mpp) => viewSize(image, mpp));
    const cached = sizes.map(([width, height]) => this.#read(image, width, height));
    let source = cached.find((entry) => entry?.width === image.width && entry.height === image.height);
    const views: RgbImage[] = [];
    for (const [i, [width, height]] of sizes.entries()) {
      const entry = cached[i];
      if (entry !== undefined && entry !== null) {
        views.push(entry);
        continue;
      }
      source ??=
        this.#read(image, image.width, image.height) ?? (await decodeUnchanged(image, this.#options));
      views.push(await this.#store(image, resampleArea(source, width, height)));
    }
    return views;
  }

  /** File of an entry; two letters of the hash as a folder keep folders small. */
  #path(image: StoredImage, width: number, height: number): string {
    const { contentHash } = image;
    return join(this.#folder, contentHash.slice(0, 2), `${contentHash}-${width}x${height}.rgb`);
  }

  #read(image: StoredImage, width: number, height: number): RgbImage | null {
    const data = readEntry(this.#path(image, width, height), width, height, this.#options.shared ?? false);
    return data === null ? null : { width, height, data };
  }

  async #store(image: StoredImage, view: RgbImage): Promise<RgbImage> {
    const { width, height, data } = view;
    await writeFileAtomically(this.#path(image, width, height), encodeEntry(view));
    if (!this.#options.shared) return view;
    const shared = new Uint8Array(new SharedArrayBuffer(data.length));
    shared.set(data);
    return { width, height, data: shared };
  }
}

/** Decodes the file, making sure that it still is the file whose hash names the entry. */
async function decodeUnchanged(image: StoredImage, options: PixelCacheOptions): Promise<RgbImage> {
  const bytes = await readFile(image.path).catch((error: NodeJS.ErrnoException) => {
    throw fail(error.code === "ENOENT" ? "not-found" : "corrupt-data", {
      where: image.path,
      expected: "the file that was there when the data set was read",
      got: error.code ?? error.message,
      cause: error,
    });
  });
  if (hashBytes(bytes) !== image.contentHash)
    throw fail("corrupt-data", {
      where: image.path,
      expected: "the bytes it had when the data set was read",
      got: "other bytes",
      fix: "Files must not change while they are used; run the command again.",
    });
  const { maxPixels } = options;
  const { image: decoded } = await decodeImage(bytes, {
    name: image.path,
    ...(maxPixels === undefined ? {} : { maxPixels }),
  });
  return decoded;
}

// An entry: 16 bytes of header (magic, width, height, CRC-32 of the pixels; little endian), then the pixels.
const MAGIC = 0x5850_4d4c; // "LMPX"
const HEADER_BYTES = 16;

function encodeEntry({ width, height, data }: RgbImage): Uint8Array {
  const entry = Buffer.allocUnsafe(HEADER_BYTES + data.length);
  entry.writeUInt32LE(MAGIC, 0);
  entry.writeUInt32LE(width, 4);
  entry.writeUInt32LE(height, 8);
  entry.writeUInt32LE(crc32(data), 12);
  entry.set(data, HEADER_BYTES);
  return entry;
}

/** The pixels of an entry, or `null` when there is no whole one. */
function readEntry(path: string, width: number, height: number, shared: boolean): Uint8Array | null {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return null; // not there, or not readable: make it again; if the folder is at fault, writing will say so
  }
  try {
    const length = 3 * width * height;
    if (fstatSync(file).size !== HEADER_BYTES + length) return null;
    const header = Buffer.allocUnsafe(HEADER_BYTES);
    readSync(file, header, 0, HEADER_BYTES, 0);
    const data = new Uint8Array(shared ? new SharedArrayBuffer(length) : new ArrayBuffer(length));
    readFully(file, data);
    const whole =
      header.readUInt32LE(0) === MAGIC &&
      header.readUInt32LE(4) === width &&
      header.readUInt32LE(8) === height &&
      header.readUInt32LE(12) === crc32(data);
    return whole ? data : null;
  } finally {
    closeSync(file);
  }
}

/** One read call may return less than asked for (at most 2 GiB on Linux). */
function readFully(file: number, data: Uint8Array): void {
  for (let done = 0; done < data.length; ) {
    const count = readSync(file, data, done, Math.min(data.length - done, 1 << 30), HEADER_BYTES + done);
    if (count === 0) return; // cut short since fstat; the checksum will tell
    done += count;
  }
}
