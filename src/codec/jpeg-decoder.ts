// JPEG tiles to RGB with libjpeg-turbo in WebAssembly: the accurate inverse DCT and fancy upsampling, equal to the native
// library's default in every pixel.
import { checkJpeg } from "./jpeg-check.ts";
import type { JpegColour } from "./jpeg-colour.ts";
import type { CompressedTile, PixelWindow, TileDecoder } from "./types.ts";
import { type DecoderModule, WasmInstance } from "./wasm-instance.ts";

/** libjpeg's numbers for colour spaces. */
const COLOUR_NUMBERS: Readonly<Record<JpegColour, number>> = { grey: 1, rgb: 2, ycbcr: 3 };

const NONE = new Uint8Array(0);

/** Decodes JPEG tiles in WebAssembly. */
export class WasmJpegDecoder implements TileDecoder {
  readonly description = "libjpeg-turbo 2.1.5 (WebAssembly)";
  readonly #instance: WasmInstance;

  constructor(module: DecoderModule) {
    this.#instance = new WasmInstance(module);
  }

  decode(tile: CompressedTile, window?: PixelWindow, into?: Uint8Array): Uint8Array {
    const { colour, window: part } = checkJpeg(tile, window, into);
    const { left, top, width, height } = part;
    const tables = tile.tables ?? NONE;
    return this.#instance.run(
      [tables, tile.data],
      3 * width * height,
      (exports) =>
        exports.decode_jpeg(
          tables.length,
          tile.data.length,
          COLOUR_NUMBERS[colour],
          tile.width,
          tile.height,
          left,
          top,
          width,
          height,
        ),
      tile.where,
      "JPEG stream",
      into,
    );
  }
}
