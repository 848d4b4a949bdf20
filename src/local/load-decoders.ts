// Which decoders read slides: those of the package or, where it is asked for, the installed libjpeg-turbo.
import { isLowmagError } from "../base/index.ts";
import type { Decoders } from "../codec/index.ts";
import { loadWasmDecoders } from "../machine/index.ts";
import { openTurboJpeg, TURBOJPEG_LIBRARIES } from "./turbojpeg.ts";

/**
 * Which decoder of JPEG tiles: "wasm" the package's own, "native" the libjpeg-turbo of this machine, "auto" that where there
 * is one. All give the same pixels.
 */
export type DecoderKind = "auto" | "wasm" | "native";

/**
 * Decoders for the calling thread.
 *
 * @param libraries names or paths of TurboJPEG to try, in this order.
 * @throws LowmagError `not-found` for "native" where koffi or the library is not installed.
 */
export async function loadDecoders(
  kind: DecoderKind = "wasm",
  libraries: readonly string[] = TURBOJPEG_LIBRARIES,
): Promise<Decoders> {
  const portable = await loadWasmDecoders();
  if (kind === "wasm") return portable;
  try {
    return { ...portable, jpeg: await openTurboJpeg(portable.jpeg, libraries) };
  } catch (error) {
    if (kind === "auto" && isLowmagError(error, "not-found")) return portable;
    throw error;
  }
}
