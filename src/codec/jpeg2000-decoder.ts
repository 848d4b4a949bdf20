// JPEG 2000 tiles to RGB with OpenJPEG in WebAssembly. Colours are what the container says: a codestream does not tell.
import { damaged } from "./damaged.ts";
import { readJpeg2000Header } from "./jpeg2000-header.ts";
import { windowOf } from "./tile-window.ts";
import type { CompressedTile, PixelWindow, TileDecoder } from "./types.ts";
import { type DecoderModule, WasmInstance } from "./wasm-instance.ts";

const NOTHING = new Uint8Array(0);
/** The last marker, for codestreams that are complete without it. */
const END = new Uint8Array([0xff, 0xd9]);

/** Decodes JPEG 2000 codestreams in WebAssembly. */
export class WasmJpeg2000Decoder implements TileDecoder {
  readonly description = "OpenJPEG 2.5.0 (WebAssembly)";
  readonly #instance: WasmInstance;

  constructor(module: DecoderModule) {
    this.#instance = new WasmInstance(module);
  }

  decode(tile: CompressedTile, window?: PixelWindow, into?: Uint8Array): Uint8Array {
    const { left, top, width, height } = windowOf(tile, window, into);
    const header = readJpeg2000Header(tile.data, tile.where);
    if (header.width !== tile.width || header.height !== tile.height)
      throw damaged(
        tile.where,
        `a codestream of ${tile.width} x ${tile.height}, as the slide says`,
        `${header.width} x ${header.height}`,
      );
    const ycbcr = tile.colour === "ycbcr" && header.components.length === 3 ? 1 : 0;
    const stream = tile.data.subarray(0, header.length);
    const length = stream.length + (header.ended ? 0 : END.length);
    return this.#instance.run(
      [stream, header.ended ? NOTHING : END],
      3 * width * height,
      (exports) => exports.decode_jpeg2000(length, ycbcr, tile.width, tile.height, left, top, width, height),
      tile.where,
      "JPEG 2000 codestream",
      into,
    );
  }
}
