// JPEG tiles by the libjpeg-turbo that is installed on this machine, called through koffi: the same pixels as the decoder that
// comes with the package, about a third faster for whole tiles. It decodes only what has passed the same check, and whatever
// it stumbles over goes to the package's own decoder, whose word on damage is final.
import { fail } from "../base/index.ts";
import {
  type CompressedTile,
  checkJpeg,
  JpegJoiner,
  type PixelWindow,
  type TileDecoder,
} from "../codec/index.ts";

/** What of TurboJPEG's interface is called. Pointers are opaque. */
interface TurboJpeg {
  readonly library: string;
  initDecompress(): unknown;
  decompress(
    handle: unknown,
    data: Uint8Array,
    size: number,
    pixels: Uint8Array,
    width: number,
    pitch: number,
    height: number,
    format: number,
    flags: number,
  ): number;
}

/** Where TurboJPEG is looked for unless told, in this order. */
export const TURBOJPEG_LIBRARIES: readonly string[] = [
  "libturbojpeg.so.0",
  "libturbojpeg.dylib",
  "/opt/homebrew/lib/libturbojpeg.dylib",
  "/usr/local/lib/libturbojpeg.dylib",
  "turbojpeg.dll",
];

/**
 * A part below this share of its tile goes to the package's own decoder: TurboJPEG decodes only whole tiles, that one leaves
 * out what nobody wants, and is faster then.
 */
const SMALL_PART = 0.55;
/** Bytes. */
const LARGEST_KEPT = 2 ** 24;
const RGB_PIXELS = 0;
/** TJFLAG_ACCURATEDCT and TJFLAG_STOPONWARNING. */
const FLAGS = 4096 | 8192;

/**
 * The machine's JPEG decoder.
 *
 * @param fallback decides about streams that the library gives a warning or an error for.
 * @throws LowmagError `not-found` where koffi or the library is not installed.
 */
export async function openTurboJpeg(
  fallback: TileDecoder,
  libraries: readonly string[] = TURBOJPEG_LIBRARIES,
): Promise<TileDecoder> {
  const turbo = await load(libraries);
  const handle = turbo?.initDecompress();
  if (turbo === undefined || !handle) throw notFound(libraries);
  return new TurboJpegDecoder(turbo, handle, fallback);
}

class TurboJpegDecoder implements TileDecoder {
  readonly description: string;
  readonly #turbo: TurboJpeg;
  readonly #handle: unknown;
  readonly #fallback: TileDecoder;
  readonly #joiner = new JpegJoiner();
  #whole: Uint8Array = new Uint8Array(0);

  constructor(turbo: TurboJpeg, handle: unknown, fallback: TileDecoder) {
    this.description = `libjpeg-turbo of this machine (${turbo.library})`;
    this.#turbo = turbo;
    this.#handle = handle;
    this.#fallback = fallback;
  }

  decode(tile: CompressedTile, window?: PixelWindow, into?: Uint8Array): Uint8Array {
    const checked = checkJpeg(tile, window, into);
    const part = checked.window;
    const stream = this.#joiner.join(tile, checked);
    const needed = 3 * tile.width * tile.height;
    const share = (part.width * part.height) / (tile.width * tile.height);
    if (share < SMALL_PART) return this.#fallback.decode(tile, window, into);
    const all = share === 1;
    const pixels = all ? (into ?? unfilled(needed)) : this.#scratch(needed);
    const { width, height } = tile;
    const status = this.#turbo.decompress(
      this.#handle,
      stream,
      stream.length,
      pixels,
      width,
      3 * width,
      height,
      RGB_PIXELS,
      FLAGS,
    );
    if (status !== 0) return this.#fallback.decode(tile, window, into);
    return all ? pixels : cut(pixels, width, part, into ?? unfilled(3 * part.width * part.height));
  }

  /** Room for a whole tile of which a part is wanted; kept between tiles unless it is large. */
  #scratch(length: number): Uint8Array {
    if (length > LARGEST_KEPT) return unfilled(length);
    if (this.#whole.length < length) this.#whole = unfilled(length);
    return this.#whole;
  }
}

/** An array of its own that nobody fills with zeros first. */
function unfilled(length: number): Uint8Array {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}

function cut(pixels: Uint8Array, width: number, window: PixelWindow, out: Uint8Array): Uint8Array {
  for (let row = 0; row < window.height; row++) {
    const from = 3 * ((window.top + row) * width + window.left);
    out.set(pixels.subarray(from, from + 3 * window.width), 3 * row * window.width);
  }
  return out;
}

async function load(libraries: readonly string[]): Promise<TurboJpeg | undefined> {
  const koffi = await import("koffi").then(
    (module) => module.default,
    () => undefined,
  );
  if (koffi === undefined) return undefined;
  for (const library of libraries) {
    try {
      const opened = koffi.load(library);
      return {
        library,
        initDecompress: opened.func("void *tjInitDecompress()"),
        decompress: opened.func(
          "int tjDecompress2(void *handle, const void *data, unsigned long size, void *pixels, " +
            "int width, int pitch, int height, int format, int flags)",
        ),
      };
    } catch {
      // Not this one.
    }
  }
  return undefined;
}

function notFound(libraries: readonly string[]) {
  return fail("not-found", {
    where: "native JPEG decoder",
    expected: `the package koffi and one of ${libraries.join(", ")}`,
    got: "none that loads",
    fix:
      "Install libjpeg-turbo (`apt install libturbojpeg0`, `brew install jpeg-turbo`) and `npm install koffi`, " +
      "or use the decoder that comes with the package.",
  });
}
