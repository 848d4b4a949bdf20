// PNG to RGB without a canvas: browsers may convert colours, multiply by alpha or blur what a canvas gives back for privacy,
// and a network notices. Rules as on the command line: 16 bits are rounded once, alpha lies over white, colour chunks are
// ignored. Interlaced files and rare kinds are left to the browser (`null`).
import { fail } from "../../src/base/index.ts";
import { type RgbImage, toRgb } from "../../src/pixels/index.ts";

/** What IHDR says. */
interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colour: number;
}

/** Samples per pixel by colour type: grey, RGB, palette, grey + alpha, RGB + alpha. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** The size that a PNG states; `null` where it has no sound header. */
export function pngSize(bytes: Uint8Array): { readonly width: number; readonly height: number } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 33 || view.getUint32(12) !== 0x49484452) return null;
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/**
 * Decodes a PNG whose size was checked before.
 *
 * @returns `null` for a kind that is left to the browser.
 * @throws LowmagError `corrupt-data` for a damaged or truncated file.
 */
export async function decodePng(bytes: Uint8Array, where: string): Promise<RgbImage | null> {
  const size = pngSize(bytes);
  if (size === null) throw damaged(where, "no header");
  const header: Header = { ...size, depth: bytes[24]!, colour: bytes[25]! };
  const chunks = chunksOf(bytes, where);
  const plain = header.depth === 8 || (header.depth === 16 && header.colour !== 3);
  if (!plain || bytes[28] !== 0 || CHANNELS[header.colour] === undefined || chunks.transparent) return null;
  if (header.colour === 3 && chunks.palette === null) throw damaged(where, "a palette that is missing");
  const stride = (header.width * CHANNELS[header.colour]! * header.depth) / 8;
  const rows = await inflate(chunks.data, (stride + 1) * header.height, where);
  const samples = unfilter(rows, stride, header.height, stride / header.width, where);
  return { ...size, data: toPixels(samples, header, chunks.palette) };
}

interface Chunks {
  readonly data: Blob;
  readonly palette: Uint8Array | null;
  readonly transparent: boolean;
}

function chunksOf(bytes: Uint8Array, where: string): Chunks {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let palette: Uint8Array | null = null;
  let transparent = false;
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (at + 12 + length > bytes.length) throw damaged(where, "an end before its time (truncated)");
    const content = bytes.slice(at + 8, at + 8 + length);
    if (kind === "IDAT") parts.push(content);
    else if (kind === "PLTE") palette = content;
    else if (kind === "tRNS") transparent = true;
    else if (kind === "IEND") return { data: new Blob(parts), palette, transparent };
    at += 12 + length;
  }
  throw damaged(where, "an end before its time (truncated)");
}

/** Exactly `length` bytes: a stream that would grow beyond is given up at once. */
async function inflate(packed: Blob, length: number, where: string): Promise<Uint8Array> {
  const out = new Uint8Array(length);
  let filled = 0;
  try {
    const reader = packed.stream().pipeThrough(new DecompressionStream("deflate")).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      if (filled + part.value.length > length) throw new Error("too long");
      out.set(part.value, filled);
      filled += part.value.length;
    }
  } catch (error) {
    throw damaged(where, "pixels that cannot be unpacked", error);
  }
  if (filled < length) throw damaged(where, "fewer pixels than it states");
  return out;
}

/** Undoes the filter of each row (PNG specification, section 9), in place. */
function unfilter(rows: Uint8Array, stride: number, height: number, step: number, where: string): Uint8Array {
  const out = new Uint8Array(stride * height);
  const back = Math.max(1, Math.ceil(step));
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (stride + 1)]!;
    if (filter > 4) throw damaged(where, `a row filter ${filter}`);
    const from = y * (stride + 1) + 1;
    const to = y * stride;
    for (let x = 0; x < stride; x++) {
      const left = x < back ? 0 : out[to + x - back]!;
      const above = y === 0 ? 0 : out[to + x - stride]!;
      const corner = x < back || y === 0 ? 0 : out[to + x - stride - back]!;
      out[to + x] = rows[from + x]! + predicted(filter, left, above, corner);
    }
  }
  return out;
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  const estimate = left + above - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - above), Math.abs(estimate - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}

function toPixels(samples: Uint8Array, { colour, depth }: Header, palette: Uint8Array | null): Uint8Array {
  if (palette !== null && colour === 3) return fromPalette(samples, palette);
  const values = depth === 16 ? bigEndian(samples) : samples;
  if (colour === 2) return toRgb(values, 3);
  if (colour === 6) return toRgb(values, 4);
  return toRgb(spread(values, colour === 4), colour === 4 ? 4 : 3);
}

function fromPalette(samples: Uint8Array, palette: Uint8Array): Uint8Array {
  const out = new Uint8Array(3 * samples.length);
  for (let i = 0; i < samples.length; i++)
    for (let c = 0; c < 3; c++) out[3 * i + c] = palette[3 * samples[i]! + c] ?? 0;
  return out;
}

/** Grey in all three channels. */
function spread(values: Uint8Array | Uint16Array, alpha: boolean): Uint8Array | Uint16Array {
  const [from, to] = alpha ? [2, 4] : [1, 3];
  const pixels = values.length / from;
  const out = values instanceof Uint16Array ? new Uint16Array(pixels * to) : new Uint8Array(pixels * to);
  for (let i = 0; i < pixels; i++) {
    out.fill(values[from * i]!, to * i, to * i + 3);
    if (alpha) out[to * i + 3] = values[from * i + 1]!;
  }
  return out;
}

function bigEndian(bytes: Uint8Array): Uint16Array {
  const out = new Uint16Array(bytes.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = (bytes[2 * i]! << 8) | bytes[2 * i + 1]!;
  return out;
}

function damaged(where: string, got: string, cause?: unknown): Error {
  return fail("corrupt-data", {
    where,
    expected: "a whole PNG",
    got,
    fix: "Copy or export the file again.",
    cause,
  });
}
