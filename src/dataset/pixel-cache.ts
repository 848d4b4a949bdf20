// The pixel cache as everybody makes one: a store of pixels by the decoder and the area filter of this version.
import { join } from "node:path";
import { DECODER_VERSION, decodeImage } from "../image/index.ts";
import { RESAMPLE_VERSION } from "../pixels/index.ts";
import { type PixelCacheOptions, PixelStore } from "./pixel-store.ts";

/** The cache in a folder, which may hold those of other versions too. Making one touches nothing on disk. */
export class PixelCache extends PixelStore {
  constructor(folder: string, options: PixelCacheOptions = {}) {
    super(entryFolder(folder), decodeImage, options);
  }
}

/** Where entries of this version lie below a cache's folder. */
export function entryFolder(folder: string): string {
  return join(folder, `${DECODER_VERSION} ${RESAMPLE_VERSION}`.replaceAll(" ", "-"));
}
