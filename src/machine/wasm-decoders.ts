// The decoders that come with the package, on this machine: WebAssembly for JPEG and JPEG 2000, zlib for deflate.
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

let compiled: Promise<DecoderModule> | undefined;

/** Deflate by zlib, which ends at `maxLength` and passes over bytes behind the stream. */
export const inflateZlib: Inflate = (data, maxLength, where) => {
  try {
    return inflateSync(data, { maxOutputLength: Math.max(1, maxLength) });
  } catch (error) {
    throw damagedDeflate(error, where);
  }
};

/** Decoders for the calling thread; the WebAssembly module behind them is compiled once. */
export async function loadWasmDecoders(): Promise<Decoders> {
  compiled ??= readModule();
  return createDecoders(await compiled, inflateZlib);
}

async function readModule(): Promise<DecoderModule> {
  return compileDecoders(await readFile(fileURLToPath(new URL("../../wasm/decoders.wasm", import.meta.url))));
}
