// The nouns of the slide room. A format turns bytes into a `SlideContent` (levels of tiles and what is known of them);
// `createSlide` makes of any content the one `Slide` that everybody else uses.
import type { CompressedTile, PixelWindow } from "../codec/index.ts";
import type { PixelSize, RgbImage } from "../pixels/index.ts";

/** Random access to the bytes of a file: a file descriptor, a `Blob`, an array. */
export interface ByteSource {
  /** For errors: the file's name or path. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /**
   * Exactly `length` bytes from `offset`, in a buffer that nobody else writes to.
   *
   * @param room at least `length` bytes that are the reader's until its next read. A source that answers at once may put
   *   the bytes there; one that answers later must not.
   * @throws LowmagError `corrupt-data` when they reach beyond the end of the file (a truncated file).
   */
  read(offset: number, length: number, room?: Uint8Array): Uint8Array | Promise<Uint8Array>;
  close(): Promise<void>;
}

/** The formats by name, as `slide info` and records call them. */
export type SlideFormat =
  | "aperio"
  | "tiff"
  | "ome-tiff"
  | "philips"
  | "leica"
  | "hamamatsu"
  | "ventana"
  | "dicom"
  | "deep-zoom"
  | "image"
  | "openslide";

/** Where the µm/px came from: the vendor's own text, the TIFF resolution tag, OME-XML, DICOM, the caller, 10/power. */
export type SlideMppSource = "vendor" | "resolution-tag" | "ome" | "dicom" | "option" | "objective";

/** Pictures beside the tissue. They can show names: listed, never decoded unless asked for by name. */
export type AssociatedKind = "label" | "macro" | "thumbnail" | "other";

/** One picture beside the tissue. */
export interface AssociatedImage {
  /** Unique in its slide: "label", "macro", "thumbnail", or what the format calls it. */
  readonly name: string;
  readonly kind: AssociatedKind;
  readonly width: number;
  readonly height: number;
}

/** One level of tiles, as a format offers it. All sizes in pixels of the level. */
export interface TiledLevel {
  readonly width: number;
  readonly height: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** How tiles are stored, for `slide info`: "JPEG", "JPEG 2000", "LZW", "deflate", "none", … */
  readonly compression: string;
  /**
   * RGB of one tile (tileWidth x tileHeight, also at the edges, where what lies outside the level is unspecified), or of
   * the part of it inside `window`; `null` for a tile that the slide does not hold (white). The buffer is the caller's,
   * unless it is a view of a larger one. With `into`, a buffer of the right length, a level may write there and return it.
   */
  readTile(
    column: number,
    row: number,
    window?: PixelWindow,
    into?: Uint8Array,
  ): Uint8Array | null | Promise<Uint8Array | null>;
  /**
   * The JPEG stream of one tile as it is stored, unchecked; `null` for a tile that the slide does not hold. Only levels
   * whose tiles are JPEG streams of exactly tileWidth x tileHeight have it. Nobody else writes to the buffer.
   */
  readJpegTile?(column: number, row: number): CompressedTile | null | Promise<CompressedTile | null>;
}

/** What a format hands over after opening. */
export interface SlideContent {
  readonly name: string;
  readonly format: SlideFormat;
  /** The maker of the scanner or of the file, as people write it: "Aperio", "Hamamatsu"; "" when unknown. */
  readonly vendor: string;
  /** Finest first; at least one. */
  readonly levels: readonly TiledLevel[];
  readonly mpp: PixelSize | null;
  readonly mppSource: SlideMppSource | null;
  /** Objective power as stated: 20, 40; `null` when unknown. */
  readonly objective: number | null;
  /** The scanned part in level-0 pixels, where the format distinguishes it from the whole plane. */
  readonly bounds: PixelWindow | null;
  /** Technical facts from an allow-list; never names, dates, identifiers. */
  readonly properties: Readonly<Record<string, string>>;
  readonly associated: readonly AssociatedImage[];
  /** Remarks for a person: an implausible resolution tag that was not believed, a damaged label that was dropped. */
  readonly notes: readonly string[];
  readAssociated(name: string): Promise<RgbImage>;
  /** The embedded colour profile, or `null`. Pixels are never changed by it unless asked. */
  readIccProfile(): Promise<Uint8Array | null>;
  close(): Promise<void>;
}

/** One level as users see it. */
export interface SlideLevel {
  readonly width: number;
  readonly height: number;
  /** Level-0 pixels per pixel of this level, divided from the sizes. */
  readonly downsampleX: number;
  readonly downsampleY: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly compression: string;
}

/** How a read is stopped. */
export interface ReadOptions {
  /** Stops between tiles; the read then throws `cancelled`. */
  readonly signal?: AbortSignal | undefined;
  /** Where to write the pixels, `3 * width * height` bytes: saves a buffer per read. The image's `data` is then this. */
  readonly into?: Uint8Array | undefined;
}

/** An open slide. */
export interface Slide extends Omit<SlideContent, "levels"> {
  readonly levels: readonly SlideLevel[];
  /**
   * Pixels of one level. What lies outside the level or in a missing tile is white.
   *
   * @param window in pixels of that level; may reach outside.
   * @throws LowmagError `invalid-argument` for a level or a window that cannot be; `corrupt-data`,
   *   `unsupported-format` with the tile's place; `cancelled`.
   */
  readRegion(level: number, window: PixelWindow, options?: ReadOptions): Promise<RgbImage>;
  /**
   * A tile as the slide itself stores it: a complete JPEG that any program can show, made without decoding and without
   * anything that decoding does not need. Its pixels are those that `readRegion` gives for the tile's window.
   *
   * @param column of the level's own tiles, from 0; as `row`.
   * @returns `null` where the slide stores no such JPEG, the level's edge cuts the tile, or its stream is one that cannot be
   *   handed on; `readRegion` reads it then, or says what is wrong with it.
   * @throws LowmagError `invalid-argument` for a level that is not there; `corrupt-data` for bytes that are not.
   */
  readJpegTile(level: number, column: number, row: number): Promise<Uint8Array | null>;
}
