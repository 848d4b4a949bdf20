// One whole JPEG stream of a tile whose tables are kept apart, for decoders that take nothing else.
import type { CheckedJpeg } from "./jpeg-check.ts";
import { ownColour } from "./jpeg-colour.ts";
import { JpegMarker, markers } from "./jpeg-markers.ts";
import type { CompressedTile } from "./types.ts";

/** The longest of the marks below, and SOI. */
const MARK_BYTES = 18;

const ADOBE = [0xff, JpegMarker.app14, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0];

/** Adobe's marker: the components are red, green and blue (transform 0) or YCbCr (transform 1). */
export function adobeMark(colour: "rgb" | "ycbcr"): readonly number[] {
  return [...ADOBE, colour === "rgb" ? 0 : 1];
}

/** The tables of a stream of tables: what else stands beside them does not hold for an image. */
export function tableSegments(tables: Uint8Array, where: string): Uint8Array[] {
  return [...markers(tables, where)]
    .filter(({ marker }) => marker === JpegMarker.quantisationTables || marker === JpegMarker.huffmanTables)
    .map(({ offset, end }) => tables.subarray(offset, end));
}

/** Builds whole streams in a buffer of its own, which each build overwrites. */
export class JpegJoiner {
  #buffer = new Uint8Array(0);
  #tables: Uint8Array | undefined;
  #segments = new Uint8Array(0);

  /** The tile's stream with its tables, marked so that a decoder sees the colours that the check found. */
  join(tile: CompressedTile, { header, colour }: CheckedJpeg): Uint8Array {
    const unmarked = !header.jfif && header.adobeTransform === null;
    const mark = colour !== "grey" && unmarked && ownColour(header) !== colour;
    if (!mark && tile.tables === undefined) return tile.data;
    const tables = this.#tableSegments(tile);
    const most = MARK_BYTES + tables.length + tile.data.length;
    if (most > this.#buffer.length) this.#buffer = new Uint8Array(2 * most);
    const buffer = this.#buffer;
    buffer.set(tile.data.subarray(0, 2));
    buffer.set(tables, 2);
    let at = 2 + tables.length;
    if (mark) {
      buffer.set(adobeMark(colour), at);
      at += ADOBE.length + 1;
    }
    buffer.set(tile.data.subarray(2), at);
    return buffer.subarray(0, at + tile.data.length - 2);
  }

  #tableSegments({ tables, where }: CompressedTile): Uint8Array {
    if (tables === undefined) return new Uint8Array(0);
    if (tables !== this.#tables) {
      const parts = tableSegments(tables, where);
      this.#segments = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
      let at = 0;
      for (const part of parts) {
        this.#segments.set(part, at);
        at += part.length;
      }
      this.#tables = tables;
    }
    return this.#segments;
  }
}
