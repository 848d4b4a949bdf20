// An uncompressed picture in a single strip, as small programs write it: however tall, any rows of it can be read by
// themselves, so it is shown as strips of a bearable height.
import type { PixelWindow } from "../../codec/index.ts";
import { whenRead } from "../source.ts";
import type { ByteSource } from "../types.ts";
import { storedTileBytes, type TiffImage } from "./image.ts";
import { sampleLayout, tooShort } from "./plain-tiles.ts";
import { type SampleLayout, samplesToRgb } from "./samples.ts";

/** Bytes of a shown strip. */
const STRIP_BYTES = 2 ** 20;

/** Reads rows of one tall, uncompressed strip. */
export class PlainStrip {
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly #rowBytes: number;
  readonly #layout: SampleLayout;

  constructor(
    private readonly source: ByteSource,
    private readonly image: TiffImage,
    private readonly name: string,
  ) {
    this.#rowBytes = storedTileBytes(image, 1);
    this.#layout = sampleLayout(image);
    this.tileWidth = image.width;
    this.tileHeight = Math.min(image.height, Math.max(1, Math.floor(STRIP_BYTES / this.#rowBytes)));
  }

  /** RGB of a shown strip or of a window of it; reads only the rows of the window. */
  readTile(row: number, window?: PixelWindow): Uint8Array | null | Promise<Uint8Array | null> {
    const { tileWidth: width, tileHeight } = this;
    const part = window ?? { left: 0, top: 0, width, height: tileHeight };
    const first = row * tileHeight + part.top;
    const held = Math.max(0, Math.min(part.height, this.image.height - first));
    return whenRead(this.#start(), (start) => {
      if (start === 0) return null;
      const bytes = this.source.read(start + first * this.#rowBytes, held * this.#rowBytes);
      return whenRead(bytes, (rows) => this.#toRgb(rows, part));
    }) as Uint8Array | null | Promise<Uint8Array | null>;
  }

  /** Where the samples begin, 0 where there are none. */
  #start(): number | Promise<number> {
    const needed = this.image.height * this.#rowBytes;
    return whenRead(this.image.byteCounts.at(0), (length) => {
      if (length === 0) return 0;
      if (length >= needed) return this.image.offsets.at(0);
      throw tooShort(this.name, needed, length);
    }) as number | Promise<number>;
  }

  #toRgb(rows: Uint8Array, part: PixelWindow): Uint8Array {
    const bytes = part.height * this.#rowBytes;
    let stored = rows;
    if (rows.length < bytes) {
      stored = new Uint8Array(bytes); // the last strip is shorter; what lies below is not shown
      stored.set(rows);
    }
    return samplesToRgb(stored, this.#layout, { ...part, top: 0 });
  }
}
