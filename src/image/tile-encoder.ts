// Compresses the tiles of a pyramid: JPEG (a whole stream for each tile, which TIFF allows and every reader takes) or
// deflate with horizontal differences. Tiles of one colour, most of a slide's glass, are compressed once.
import { promisify } from "node:util";
import { deflate } from "node:zlib";
import sharp from "sharp";
import { fail } from "../base/index.ts";
import type { RgbImage } from "../pixels/index.ts";

/** How tiles are compressed. */
export type TileCompression =
  | {
      readonly kind: "jpeg";
      /** 1 to 100. Default 85. */
      readonly quality?: number;
      /** Halved colour resolution, as most scanners write (default), or full. */
      readonly chroma?: "4:2:0" | "4:4:4";
      /** The standard's Huffman tables instead of each tile's own: a third less time, a little larger. Default: own. */
      readonly fast?: boolean;
    }
  | { readonly kind: "deflate" };

/** What a directory says of the tiles' encoding. */
export interface EncodingTags {
  readonly compression: number;
  readonly photometric: number;
  readonly predictor: boolean;
  readonly subsampling: readonly [number, number] | null;
}

/** One-colour tiles remembered; slides have a handful. */
const REMEMBERED = 64;
const compress = promisify(deflate);

/** Compresses tiles of one size. */
export class TileEncoder {
  readonly tags: EncodingTags;
  readonly #compression: TileCompression;
  readonly #plain = new Map<number, Promise<Uint8Array>>();

  constructor(compression: TileCompression) {
    this.#compression = compression;
    if (compression.kind === "deflate") {
      this.tags = { compression: 8, photometric: 2, predictor: true, subsampling: null };
      return;
    }
    const { quality = 85, chroma = "4:2:0" } = compression;
    if (!Number.isInteger(quality) || quality < 1 || quality > 100)
      throw fail("invalid-argument", {
        where: "writePyramid: quality",
        expected: "a whole number from 1 to 100",
        got: `${quality}`,
      });
    const subsampling = chroma === "4:2:0" ? ([2, 2] as const) : ([1, 1] as const);
    this.tags = { compression: 7, photometric: 6, predictor: false, subsampling };
  }

  encode(tile: RgbImage): Promise<Uint8Array> {
    const colour = onlyColour(tile.data);
    if (colour === null) return this.#compress(tile);
    const known = this.#plain.get(colour);
    if (known !== undefined) return known;
    const encoded = this.#compress(tile);
    if (this.#plain.size < REMEMBERED) this.#plain.set(colour, encoded);
    return encoded;
  }

  async #compress({ width, height, data }: RgbImage): Promise<Uint8Array> {
    if (this.#compression.kind === "deflate") return compress(differences(data, width));
    const { quality = 85, chroma = "4:2:0", fast = false } = this.#compression;
    return sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality, chromaSubsampling: chroma, optimiseCoding: !fast })
      .toBuffer();
  }
}

/** The colour of a tile that has only one, as a number; else `null`. */
function onlyColour(data: Uint8Array): number | null {
  const [r, g, b] = [data[0]!, data[1]!, data[2]!];
  for (let at = 3; at < data.length; at += 3)
    if (data[at] !== r || data[at + 1] !== g || data[at + 2] !== b) return null;
  return (r << 16) | (g << 8) | b;
}

/** TIFF's predictor 2: each sample less the one to its left. */
function differences(data: Uint8Array, width: number): Uint8Array {
  const out = data.slice();
  for (let row = 0; row < out.length; row += 3 * width)
    for (let i = row + 3 * width - 1; i >= row + 3; i--) out[i]! -= out[i - 3]!;
  return out;
}
