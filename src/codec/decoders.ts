// Puts the room's decoders together.

import { inflatePortable } from "./inflate.ts";
import { WasmJpegDecoder } from "./jpeg-decoder.ts";
import { WasmJpeg2000Decoder } from "./jpeg2000-decoder.ts";
import type { Decoders, Inflate } from "./types.ts";
import type { DecoderModule } from "./wasm-instance.ts";

/**
 * Decoders that need nothing but WebAssembly, for one thread.
 *
 * @param module the compiled decoder module, see `compileDecoders`.
 * @param inflate another inflate than the portable one, for example zlib's.
 */
export function createDecoders(module: DecoderModule, inflate: Inflate = inflatePortable): Decoders {
  return { jpeg: new WasmJpegDecoder(module), jpeg2000: new WasmJpeg2000Decoder(module), inflate };
}
