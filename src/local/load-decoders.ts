// The decoders of this machine: WebAssembly that comes with the package, zlib for deflate, and the installed libjpeg-turbo
// where it is asked for.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { inflateSync } from "node:zlib";
import { isLowmagError } from "../base/index.ts";
import {
  compileDecoders,
  createDecoders,
  type DecoderModule,
  type Decoders,
  damagedDeflate,
  type Inflate,
} from "../codec/index.ts";
import { openTurboJpeg, TURBOJPEG_LIBRARIES } from "./turbojpeg.ts";

/**
 * Which decoder of JPEG tiles: "wasm" the package's own, "native" the libjpeg-turbo of this machine, "auto" that where there
 * is one. All give the same pixels.
 */
export type DecoderKind = "auto" | "wasm" | "native";

let compiled: Promise<DecoderModule> | undefined;

/** Deflate by zlib, which ends at `maxLength` and passes over bytes behind the stream. */
export const inflateZlib: Inflate = (data, maxLength, where) => {
  try {
    return inflateSync(data, { maxOutputLength: Math.max(1, maxLength) });
  } catch (error) {
    throw damagedDeflate(error, where);
  }
};

/**
 * Decoders for the calling thread; the WebAssembly module behind them is compiled once.
 *
 * @param libraries names or paths of TurboJPEG to try, in this order.
 * @throws LowmagError `not-found` for "native" where koffi or the library is not installed.
 */
export async function loadDecoders(
  kind: DecoderKind = "wasm",
  libraries: readonly string[] = TURBOJPEG_LIBRARIES,
): Promise<Decoders> {
  compiled ??= readModule();
  const portable = createDecoders(await compiled, inflateZlib);
  if (kind === "wasm") return portable;
  try {
    return { ...portable, jpeg: await openTurboJpeg(portable.jpeg, libraries) };
  } catch (error) {
    if (kind === "auto" && isLowmagError(error, "not-found")) return portable;
    throw error;
  }
}

async function readModule(): Promise<DecoderModule> {
  return compileDecoders(await readFile(fileURLToPath(new URL("../../wasm/decoders.wasm", import.meta.url))));
}
