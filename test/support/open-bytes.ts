// Opens a slide out of memory with the package's own decoders.
import type { Decoders } from "../../src/codec/index.ts";
import { loadDecoders } from "../../src/local/index.ts";
import {
  bytesSource,
  createSlide,
  openSlideContent,
  type Slide,
  type SlideOptions,
} from "../../src/slide/index.ts";

let decoders: Promise<Decoders> | undefined;

/** The WebAssembly decoders, loaded once. */
export function testDecoders(): Promise<Decoders> {
  decoders ??= loadDecoders("wasm");
  return decoders;
}

/** Opens bytes as a slide. */
export async function openBytes(
  bytes: Uint8Array,
  options: SlideOptions = {},
  name = "test.tif",
): Promise<Slide> {
  return createSlide(await openSlideContent(bytesSource(name, bytes), await testDecoders()), options);
}
