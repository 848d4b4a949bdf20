// The file format of cached teacher outputs: one image, one or four flips. 48 bytes of header (magic, bits per number of the
// map, flips, channels, height, width, classes, a CRC-32 for each flip, a CRC-32 of the header), then for each flip its logits
// (float32) and its feature map; all little endian. A flip is read and checked by itself.
import { type FileHandle, open } from "node:fs/promises";
import { crc32 } from "node:zlib";

/** What the teacher puts out for one image under one flip. */
export interface TeacherOutput {
  /** [C, H, W]; half-precision bits in a Uint16Array. */
  readonly map: Float32Array | Uint16Array;
  /** Of the map. */
  readonly height: number;
  readonly width: number;
  readonly logits: Float32Array;
}

/** What all entries of a teacher have in common. */
export interface OutputKind {
  /** Of the map's numbers. */
  readonly precision: "float32" | "float16";
  readonly channels: number;
  readonly classes: number;
}

interface Header {
  readonly height: number;
  readonly width: number;
  readonly checksums: readonly number[];
}

const MAGIC = 0x4f54_4d4c; // "LMTO"
const CHECKSUMS = 28;
const HEADER_CHECKSUM = 44;
const HEADER_BYTES = 48;

const bytesPer = ({ precision }: OutputKind): number => (precision === "float16" ? 2 : 4);

/** The bytes of an entry with the outputs for one flip or all four. */
export function encodeOutputs(outputs: readonly TeacherOutput[], kind: OutputKind): Uint8Array {
  const { height, width } = outputs[0]!;
  const length = flipBytes(kind, height, width);
  const entry = Buffer.alloc(HEADER_BYTES + outputs.length * length);
  const numbers = [MAGIC, 8 * bytesPer(kind), outputs.length, kind.channels, height, width, kind.classes];
  for (const [i, number] of numbers.entries()) entry.writeUInt32LE(number, 4 * i);
  for (const [flip, { map, logits }] of outputs.entries()) {
    const start = HEADER_BYTES + flip * length;
    entry.set(bytesOf(logits), start);
    entry.set(bytesOf(map), start + logits.byteLength);
    entry.writeUInt32LE(crc32(entry.subarray(start, start + length)), CHECKSUMS + 4 * flip);
  }
  entry.writeUInt32LE(crc32(entry.subarray(0, HEADER_CHECKSUM)), HEADER_CHECKSUM);
  return entry;
}

/** The output for a flip, or `null` when no whole one is there. */
export function readOutput(
  path: string,
  flips: number,
  flip: number,
  kind: OutputKind,
): Promise<TeacherOutput | null> {
  return withEntry(path, flips, kind, async (file, { height, width, checksums }) => {
    const length = flipBytes(kind, height, width);
    const bytes = new Uint8Array(length);
    await readFully(file, bytes, HEADER_BYTES + flip * length);
    if (crc32(bytes) !== checksums[flip]) return null;
    const logits = new Float32Array(bytes.buffer, 0, kind.classes);
    const rest = [bytes.buffer, logits.byteLength] as const;
    const map = kind.precision === "float16" ? new Uint16Array(...rest) : new Float32Array(...rest);
    return { map, height, width, logits };
  });
}

/** True where a file of the right length and with a whole header is; the outputs themselves are not read. */
export async function hasOutputs(path: string, flips: number, kind: OutputKind): Promise<boolean> {
  return (await withEntry(path, flips, kind, async () => true)) ?? false;
}

/** Calls `use` where an entry has the form expected; what cannot be read is as good as not there. */
async function withEntry<T>(
  path: string,
  flips: number,
  kind: OutputKind,
  use: (file: FileHandle, header: Header) => Promise<T>,
): Promise<T | null> {
  const file = await open(path, "r").catch(() => null);
  if (file === null) return null;
  try {
    const bytes = Buffer.alloc(HEADER_BYTES);
    await readFully(file, bytes, 0);
    const header = parseHeader(bytes, flips, kind);
    if (header === null) return null;
    const length = HEADER_BYTES + flips * flipBytes(kind, header.height, header.width);
    return (await file.stat()).size === length ? await use(file, header) : null;
  } catch {
    return null; // it will be made again; if the disk is at fault, writing will say so
  } finally {
    await file.close();
  }
}

function parseHeader(bytes: Buffer, flips: number, kind: OutputKind): Header | null {
  if (bytes.readUInt32LE(HEADER_CHECKSUM) !== crc32(bytes.subarray(0, HEADER_CHECKSUM))) return null;
  const number = (index: number): number => bytes.readUInt32LE(4 * index);
  const expected = [MAGIC, 8 * bytesPer(kind), flips, kind.channels];
  if (expected.some((value, i) => number(i) !== value) || number(6) !== kind.classes) return null;
  const checksums = Array.from({ length: flips }, (_, flip) => bytes.readUInt32LE(CHECKSUMS + 4 * flip));
  return { height: number(4), width: number(5), checksums };
}

function flipBytes(kind: OutputKind, height: number, width: number): number {
  return 4 * kind.classes + bytesPer(kind) * kind.channels * height * width;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** One read call may return less than asked for; a file cut short leaves zeros, which the checksum tells. */
async function readFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const length = Math.min(bytes.length - done, 1 << 30);
    const { bytesRead } = await file.read(bytes, done, length, position + done);
    if (bytesRead === 0) return;
    done += bytesRead;
  }
}
