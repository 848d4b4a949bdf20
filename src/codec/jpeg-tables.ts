// Which quantisation and Huffman tables a JPEG stream has defined. Their contents are the decoder's business; that each is
// there is ours, since a decoder would fall back on standard tables and give wrong pixels without a word.
import { damaged } from "./damaged.ts";
import { JpegMarker } from "./jpeg-markers.ts";

/** The tables seen so far: bit n stands for table n. */
export interface JpegTables {
  quantisation: number;
  dc: number;
  ac: number;
}

export function noTables(): JpegTables {
  return { quantisation: 0, dc: 0, ac: 0 };
}

/** Whether table `number` is among them. */
export function hasTable(tables: number, number: number): boolean {
  return ((tables >> number) & 1) === 1;
}

/** Notes the tables that a segment defines, if it is one that does. */
export function readTables(marker: number, payload: Uint8Array, known: JpegTables, where: string): void {
  if (marker === JpegMarker.quantisationTables) readQuantisation(payload, known, where);
  if (marker === JpegMarker.huffmanTables) readHuffman(payload, known, where);
}

function readQuantisation(payload: Uint8Array, known: JpegTables, where: string): void {
  let at = 0;
  while (at < payload.length) {
    const head = payload[at]!;
    known.quantisation |= 1 << (head & 15);
    at += 1 + (head >> 4 === 0 ? 64 : 128);
  }
  if (at !== payload.length)
    throw damaged(where, "whole tables in the JPEG stream", "one that reaches beyond its segment");
}

function readHuffman(payload: Uint8Array, known: JpegTables, where: string): void {
  let at = 0;
  while (at < payload.length) {
    const head = payload[at]!;
    if (head >> 4 === 0) known.dc |= 1 << (head & 15);
    else known.ac |= 1 << (head & 15);
    let symbols = 0;
    for (let i = 1; i <= 16; i++) symbols += payload[at + i] ?? 0;
    at += 17 + symbols;
  }
  if (at !== payload.length)
    throw damaged(where, "whole tables in the JPEG stream", "one that reaches beyond its segment");
}
