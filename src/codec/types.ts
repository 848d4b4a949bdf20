// The nouns of the codec room: a compressed tile, what its container promises about it, and whoever can decode it.

/** A rectangle of whole pixels. */
export interface PixelWindow {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What the container says of a tile's colours; the stream itself is asked first (see `jpegColour`). */
export type StatedColour = "ycbcr" | "rgb" | "grey" | "unknown";

/** One compressed tile with what its container promises about it. */
export interface CompressedTile {
  /** The stream; a JPEG may lack its tables. Never written to. */
  readonly data: Uint8Array;
  /** Abbreviated JPEG of tables only (TIFF tag 347, SOI ... EOI), when the container keeps them apart. */
  readonly tables?: Uint8Array | undefined;
  /** The size that the stream must have, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly colour: StatedColour;
  /** The slide and the tile, for errors: "a.svs level 0 tile 3, 7". */
  readonly where: string;
}

/** Decodes one kind of stream to 8-bit RGB, synchronously. Keeps buffers of its own: one decoder per thread. */
export interface TileDecoder {
  /** What decodes, with its version, for records: "libjpeg-turbo 2.1.5 (WebAssembly)". */
  readonly description: string;
  /**
   * Decodes a tile, or the part of it inside `window` (equal, pixel for pixel, to that part of the whole tile).
   *
   * @param into where to write, `3 * width * height` bytes of the window; unless given, a new buffer.
   * @returns RGB, interleaved: `into`, or a new buffer that the caller owns.
   * @throws LowmagError `corrupt-data` for a damaged stream or one whose size differs from the promise;
   *   `unsupported-format` for a kind of stream that is valid but not read (named).
   */
  decode(tile: CompressedTile, window?: PixelWindow, into?: Uint8Array): Uint8Array;
}

/**
 * Inflates a zlib stream (RFC 1950) to exactly or at most `maxLength` bytes.
 *
 * @throws LowmagError `corrupt-data` for a damaged stream or one that would grow beyond `maxLength`.
 */
export type Inflate = (
  data: Uint8Array,
  maxLength: number,
  where: string,
) => Uint8Array | Promise<Uint8Array>;

/** Everything that a slide needs to turn its bytes into samples. */
export interface Decoders {
  readonly jpeg: TileDecoder;
  readonly jpeg2000: TileDecoder;
  readonly inflate: Inflate;
}
