// Weights as safetensors files, the format that PyTorch users exchange state dicts in: named tensors, no code inside.
// This file turns tensors to bytes and back; `safetensors-header.ts` checks the part that can lie.
import { fail } from "../base/index.ts";
import {
  elementBytes,
  LENGTH_BYTES,
  METADATA_KEY,
  parseHeader,
  type StoredDType,
  type TensorEntry,
} from "./safetensors-header.ts";

/** A tensor as it is kept in memory: float32, row-major. */
export interface StoredTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** What a file holds: tensors in the order of their data, and free texts. */
export interface SafetensorsContent {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Writes tensors as the bytes of a safetensors file, all of them F32. Equal arguments give equal bytes: tensors and
 * metadata stand in the order given, and the header is padded with spaces so that the data start at a multiple of 8.
 *
 * @throws LowmagError `invalid-argument` for a name the format reserves, `shape-mismatch` if dims and data disagree.
 * @example
 * const bytes = encodeSafetensors(new Map([["fc.bias", { dims: [3], data: new Float32Array(3) }]]), { format: "pt" });
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const members: string[] = [];
  const member = (name: string, value: unknown): void => {
    members.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`);
  };
  if (Object.keys(metadata).length > 0) member(METADATA_KEY, metadata);
  let size = 0;
  for (const [name, { dims, data }] of tensors) {
    checkTensor(name, dims, data.length);
    // Joined by hand: as keys of an object, names such as "7" would change the order.
    member(name, { dtype: "F32", shape: dims, data_offsets: [size, size + data.byteLength] });
    size += data.byteLength;
  }
  const header = new TextEncoder().encode(`{${members.join(",")}}`);
  const padded = Math.ceil(header.length / 8) * 8;
  const bytes = new Uint8Array(LENGTH_BYTES + padded + size);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + padded);
  bytes.set(header, LENGTH_BYTES);
  let position = LENGTH_BYTES + padded;
  for (const { data } of tensors.values()) {
    bytes.set(bytesOf(data), position);
    position += data.byteLength;
  }
  return bytes;
}

/**
 * Reads the bytes of a safetensors file. Every tensor comes back as float32, in memory of its own: F32 bit for bit; F16
 * and BF16 exactly; F64 rounded (beyond 3.4e38 to infinity); I64, such as `num_batches_tracked`, exactly up to 2^24 and
 * rounded above.
 *
 * @param where the file's name, for messages.
 * @throws LowmagError `corrupt-data` if the file is truncated, or its header is not what the format asks for: JSON of at
 * most 100 MB, each name once, shapes that agree with the offsets, and offsets that cover the data without gap or
 * overlap; `unsupported-format` for other dtypes.
 */
export function decodeSafetensors(bytes: Uint8Array, where: string): SafetensorsContent {
  const { entries, metadata, dataStart } = parseHeader(bytes, where);
  const data = bytes.subarray(dataStart);
  const tensors = new Map<string, StoredTensor>();
  for (const entry of entries) tensors.set(entry.name, { dims: entry.dims, data: floatsOf(entry, data) });
  return { tensors, metadata };
}

function checkTensor(name: string, dims: readonly number[], length: number): void {
  if (name === METADATA_KEY || name === "__proto__")
    throw fail("invalid-argument", {
      where: "encodeSafetensors",
      expected: "tensor names that the format does not reserve",
      got: `\`${name}\``,
    });
  const count = dims.reduce((product, dim) => product * dim, 1);
  if (count !== length || !dims.every((dim) => Number.isSafeInteger(dim) && dim >= 0))
    throw fail("shape-mismatch", {
      where: `encodeSafetensors, tensor \`${name}\``,
      expected: `dims whose product is the ${length} numbers given`,
      got: `[${dims.join(", ")}]`,
    });
}

function floatsOf({ dtype, begin, end }: TensorEntry, data: Uint8Array): Float32Array {
  const floats = new Float32Array((end - begin) / elementBytes[dtype]);
  if (dtype === "F32") {
    // Copied as bytes, which keeps even the bits of a NaN. Like the format, every platform lowmag runs on is
    // little-endian.
    bytesOf(floats).set(data.subarray(begin, end));
    return floats;
  }
  const view = new DataView(data.buffer, data.byteOffset + begin, end - begin);
  const read = readers[dtype];
  for (let i = 0; i < floats.length; i++) floats[i] = read(view, i);
  return floats;
}

const readers: Readonly<Record<Exclude<StoredDType, "F32">, (view: DataView, index: number) => number>> = {
  F64: (view, index) => view.getFloat64(8 * index, true),
  I64: (view, index) => Number(view.getBigInt64(8 * index, true)),
  F16: (view, index) => halfToNumber(view.getUint16(2 * index, true)),
  BF16: (view, index) => brainToNumber(view.getUint16(2 * index, true)),
};

/** IEEE 754 binary16: sign, 5 bits of exponent (bias 15), 10 of fraction. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const scratch = new DataView(new ArrayBuffer(4));

/** bfloat16: the upper half of a float32. */
function brainToNumber(bits: number): number {
  scratch.setUint32(0, bits * 0x10000);
  return scratch.getFloat32(0);
}

const bytesOf = (floats: Float32Array): Uint8Array =>
  new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength);
