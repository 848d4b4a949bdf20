// The decoders of this machine: WebAssembly that comes with the package, and zlib for deflate.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { inflateSync } from "node:zlib";
import {
  compileDecoders,
  createDecoders,
  type DecoderModule,
  type Decoders,
  damagedDeflate,
  type Inflate,
} from "../codec/index.ts";

/** Which decoder of JPEG tiles: the package's own everywhere, the machine's libjpeg-turbo, or that where there is one. */
export type DecoderKind = "auto" | "wasm" | "native";

let compiled: Promise<DecoderModule> | undefined;

/** Deflate by zlib, which ends at `maxLength` and passes over bytes behind the stream. */
export const inflateZlib: Inflate = (data, maxLength, where) => {
  try {
    return inflateSync(data, { maxOutputLength: maxLength });
  } catch (error) {
    throw damagedDeflate(error, where);
  }
};

/** Decoders for the calling thread. The WebAssembly module is compiled once. */
export async function loadDecoders(_kind: DecoderKind = "wasm"): Promise<Decoders> {
  compiled ??= readModule();
  return createDecoders(await compiled, inflateZlib);
}

async function readModule(): Promise<DecoderModule> {
  return compileDecoders(await readFile(fileURLToPath(new URL("../../wasm/decoders.wasm", import.meta.url))));
}
