// Decoded and resampled pixels on disk, so that no epoch decodes a 10x image to train at 1.25x. An entry is named by the
// file's content, the size, and the versions of decoder and area filter: nothing in it can go stale. Entries are
// written atomically and checked on reading, so any number of threads and processes may share a folder, and a damaged
// entry is simply made again. Whoever makes a store says how files are decoded: a thread that finds every entry needs no
// decoder at all.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fail } from "../base/index.ts";
import { hashBytes, writeFileAtomically } from "../machine/index.ts";
import { type RgbImage, resampleArea } from "../pixels/index.ts";
import { encodeEntry, readEntry } from "./pixel-entry.ts";
import { viewSize } from "./view-size.ts";

/** The part of a tissue image that its pixels depend on. */
export interface StoredImage {
  readonly path: string;
  readonly contentHash: string;
  readonly width: number;
  readonly height: number;
  readonly mpp: number;
}

/** Options of a {@link PixelStore}. */
export interface PixelCacheOptions {
  /** Put pixels into shared memory, to be handed between threads without a copy. Default false. */
  readonly shared?: boolean;
  /** Passed on to the decoder. */
  readonly maxPixels?: number;
}

/** Turns the bytes of a file into pixels, as `decodeImage` does. */
export type DecodeBytes = (
  bytes: Uint8Array,
  options: { readonly name: string; readonly maxPixels?: number },
) => Promise<{ readonly image: RgbImage }>;

/** A folder of decoded pixels. Making one touches nothing on disk. */
export class PixelStore {
  readonly #folder: string;
  readonly #decode: DecodeBytes;
  readonly #options: PixelCacheOptions;

  /** @param folder that of the entries, whose name says the versions of decoder and area filter. */
  constructor(folder: string, decode: DecodeBytes, options: PixelCacheOptions = {}) {
    this.#folder = folder;
    this.#decode = decode;
    this.#options = options;
  }

  /** The pixels of an image at one µm/px; see {@link PixelStore.views}. */
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
        this.#read(image, image.width, image.height) ??
        (await decodeUnchanged(image, this.#decode, this.#options));
      views.push(await this.#store(image, resampleArea(source, width, height)));
    }
    return views;
  }

  /** Folder of the entries. */
  get folder(): string {
    return this.#folder;
  }

  /** The name of an image's entry at one µm/px: it says all that the pixels depend on but the versions in the folder's name. */
  entryName(image: StoredImage, mpp: number): string {
    const [width, height] = viewSize(image, mpp);
    return nameOf(image, width, height);
  }

  /** File of an entry; two letters of the hash as a folder keep folders small. */
  #path(image: StoredImage, width: number, height: number): string {
    return join(this.#folder, image.contentHash.slice(0, 2), `${nameOf(image, width, height)}.rgb`);
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

function nameOf({ contentHash }: StoredImage, width: number, height: number): string {
  return `${contentHash}-${width}x${height}`;
}

/** Decodes the file, making sure that it still is the file whose hash names the entry. */
export async function decodeUnchanged(
  image: StoredImage,
  decode: DecodeBytes,
  { maxPixels }: PixelCacheOptions,
): Promise<RgbImage> {
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
  const { image: decoded } = await decode(bytes, {
    name: image.path,
    ...(maxPixels === undefined ? {} : { maxPixels }),
  });
  return decoded;
}
