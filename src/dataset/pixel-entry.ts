// The file format of the pixel cache: 16 bytes of header (magic, width, height, CRC-32 of the pixels; little endian), then
// the pixels. Reading is synchronous: it happens in worker threads that have nothing else to do.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import type { RgbImage } from "../pixels/index.ts";

const MAGIC = 0x5850_4d4c; // "LMPX"
const HEADER_BYTES = 16;

/** The bytes of an entry. */
export function encodeEntry({ width, height, data }: RgbImage): Uint8Array {
  const entry = Buffer.allocUnsafe(HEADER_BYTES + data.length);
  entry.writeUInt32LE(MAGIC, 0);
  entry.writeUInt32LE(width, 4);
  entry.writeUInt32LE(height, 8);
  entry.writeUInt32LE(crc32(data), 12);
  entry.set(data, HEADER_BYTES);
  return entry;
}

/** The pixels of an entry, or `null` when there is no whole one. */
export function readEntry(path: string, width: number, height: number, shared: boolean): Uint8Array | null {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return null; // not there, or not readable: make it again; if the folder is at fault, writing will say so
  }
  try {
    const length = 3 * width * height;
    if (fstatSync(file).size !== HEADER_BYTES + length) return null;
    const header = Buffer.allocUnsafe(HEADER_BYTES);
    readSync(file, header, 0, HEADER_BYTES, 0);
    const data = new Uint8Array(shared ? new SharedArrayBuffer(length) : new ArrayBuffer(length));
    readFully(file, data);
    const whole =
      header.readUInt32LE(0) === MAGIC &&
      header.readUInt32LE(4) === width &&
      header.readUInt32LE(8) === height &&
      header.readUInt32LE(12) === crc32(data);
    return whole ? data : null;
  } finally {
    closeSync(file);
  }
}

/** One read call may return less than asked for (at most 2 GiB on Linux). */
function readFully(file: number, data: Uint8Array): void {
  for (let done = 0; done < data.length; ) {
    const count = readSync(file, data, done, Math.min(data.length - done, 1 << 30), HEADER_BYTES + done);
    if (count === 0) return; // cut short since fstat; the checksum will tell
    done += count;
  }
}
