import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "../../src/models/safetensors.ts";
import { hashArray } from "../support/hash-weights.ts";

const tensor = (...dims: number[]): StoredTensor => ({ dims, data: hashArray("tensor", dims) });

/** The bytes of a file from a header text and the number of data bytes, without any check. */
function fileOf(header: string, dataBytes: number): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const entry = (begin: number, end: number, shape: unknown = [(end - begin) / 4], dtype: unknown = "F32") => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

/** What reading a file throws, or undefined. */
function refusal(bytes: Uint8Array): Error | undefined {
  try {
    decodeSafetensors(bytes, "w.safetensors");
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

const bits = (data: Float32Array): Uint32Array => new Uint32Array(data.slice().buffer);

describe("writing and reading weights", () => {
  it("gives back names, order, dims, metadata and the bits of every number", () => {
    const values = fc.float32Array({ maxLength: 40 });
    const name = fc.string({ unit: "binary" }).filter((n) => n !== "__proto__" && n !== "__metadata__");
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(name, values), { selector: ([n]) => n, maxLength: 8 }),
        fc.dictionary(name, fc.string({ unit: "binary" })),
        (list, metadata) => {
          const tensors = new Map(list.map(([n, data]) => [n, { dims: [1, data.length, 1], data }]));
          const read = decodeSafetensors(encodeSafetensors(tensors, metadata), "w.safetensors");
          expect(new Set(read.tensors.keys())).toEqual(new Set(tensors.keys()));
          const filled = ([, { data }]: [string, { data: Float32Array }]) => data.length > 0;
          const order = (m: ReadonlyMap<string, StoredTensor>) => [...m].filter(filled).map(([n]) => n);
          expect(order(read.tensors)).toEqual(order(tensors));
          for (const [n, { dims, data }] of tensors) {
            expect(read.tensors.get(n)!.dims).toEqual(dims);
            expect(bits(read.tensors.get(n)!.data)).toEqual(bits(data));
          }
          expect({ ...read.metadata }).toEqual({ ...metadata });
        },
      ),
    );
  });

  it("keeps the bits of unusual numbers, NaN payloads included", () => {
    const data = new Float32Array(
      Uint32Array.of(0x7fc00001, 0x7fa00000, 0xff800000, 0x80000000, 1, 0x7f7fffff).buffer,
    );
    const read = decodeSafetensors(encodeSafetensors(new Map([["x", { dims: [6], data }]]), {}), "w");
    expect(bits(read.tensors.get("x")!.data)).toEqual(bits(data));
  });

  it("writes equal bytes for equal tensors, in the order given, with data aligned to 8 bytes", () => {
    const a = new Map([
      ["b", tensor(2, 3)],
      ["a", tensor(1)],
      ["7", tensor()],
    ]);
    const bytes = encodeSafetensors(a, { format: "pt" });
    expect(encodeSafetensors(new Map(a), { format: "pt" })).toEqual(bytes);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = new TextDecoder().decode(bytes.subarray(8, 8 + length));
    expect(header.trimEnd()).toBe(
      '{"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},' +
        '"a":{"dtype":"F32","shape":[1],"data_offsets":[24,28]},"7":{"dtype":"F32","shape":[],"data_offsets":[28,32]}}',
    );
    expect(bytes.length).toBe(8 + length + 32);
    expect([...decodeSafetensors(bytes, "w").tensors.keys()]).toEqual(["b", "a", "7"]);
  });

  it("writes only the part of a buffer that a tensor is a view of", () => {
    const data = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    const read = decodeSafetensors(encodeSafetensors(new Map([["x", { dims: [2], data }]]), {}), "w");
    expect([...read.tensors.get("x")!.data]).toEqual([2, 3]);
  });

  it("reads from bytes at an odd address and hands out memory of its own", () => {
    const bytes = encodeSafetensors(new Map([["x", tensor(5)]]), {});
    const shifted = Buffer.alloc(bytes.length + 3).subarray(3);
    shifted.set(bytes);
    const { data } = decodeSafetensors(shifted, "w").tensors.get("x")!;
    shifted.fill(0);
    expect(data).toEqual(tensor(5).data);
  });

  it("reads a file without tensors", () => {
    expect(decodeSafetensors(encodeSafetensors(new Map(), {}), "w").tensors.size).toBe(0);
  });

  it("refuses to write dims that disagree with the data, and reserved names", () => {
    const write = (name: string, dims: number[]) => () =>
      encodeSafetensors(new Map([[name, { dims, data: new Float32Array(6) }]]), {});
    expect(write("x", [2, 2])).toThrow("expected dims whose product is the 6 numbers given, got [2, 2]");
    expect(write("x", [-2, -3])).toThrow("got [-2, -3]");
    expect(write("x", [1.5, 4])).toThrow("got [1.5, 4]");
    expect(write("__metadata__", [6])).toThrow("names that the format does not reserve");
    expect(write("__proto__", [6])).toThrow("names that the format does not reserve");
  });
});

describe("a file written by another program", () => {
  const path = new URL("../golden/models/interop.safetensors", import.meta.url);
  const { tensors, metadata } = decodeSafetensors(readFileSync(path), "interop.safetensors");
  const numbers = (name: string): number[] => [...tensors.get(name)!.data];

  it("gives its float32 tensors bit for bit, with their dims", () => {
    expect(tensors.get("conv1.weight")!.dims).toEqual([2, 3, 2, 2]);
    expect(tensors.get("conv1.weight")!.data).toEqual(hashArray("conv1.weight", [2, 3, 2, 2]));
    expect(numbers("größe")).toEqual([0.5]);
    expect(tensors.get("empty")).toEqual({ dims: [0, 4], data: new Float32Array(0) });
  });

  it("gives half and brain floats exactly, as rounded by NumPy and PyTorch", () => {
    const close = (name: string, dims: number[], precision: number) => {
      const exact = hashArray(name, dims);
      expect(tensors.get(name)!.dims).toEqual(dims);
      tensors.get(name)!.data.forEach((value, i) => {
        expect(Math.abs(value - exact[i]!)).toBeLessThanOrEqual(Math.abs(exact[i]!) * precision);
      });
    };
    close("half", [3, 5], 2 ** -11);
    close("brain", [7], 2 ** -8);
    expect(numbers("half.special")).toEqual([
      0,
      -0,
      1,
      65504,
      2 ** -24,
      2 ** -14,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ]);
  });

  it("gives double and integer tensors as float32, and the metadata", () => {
    expect(tensors.get("double")!.data).toEqual(hashArray("double", [2, 2]));
    expect(numbers("steps")).toEqual([0, 7, -3, 2 ** 24]);
    expect(tensors.get("bn1.num_batches_tracked")).toEqual({ dims: [], data: Float32Array.of(41) });
    expect(metadata).toEqual({ format: "pt", note: 'written by "make_interop.py"' });
  });
});

describe("a damaged or hostile file", () => {
  const good = encodeSafetensors(
    new Map([
      ["conv1.weight", tensor(4, 3)],
      ["fc.bias", tensor(3)],
    ]),
    {},
  );

  it("is called a truncated checkpoint wherever it was cut, with both sizes", () => {
    for (let length = 0; length < good.length; length++) {
      const error = refusal(good.subarray(0, length));
      expect(isLowmagError(error, "corrupt-data"), `cut at ${length}`).toBe(true);
      expect(error!.message).toContain(`a truncated checkpoint of ${length} bytes`);
      expect(error!.message).toContain("w.safetensors");
    }
    expect(refusal(good.subarray(0, good.length - 1))!.message).toContain(`at least ${good.length} bytes`);
  });

  const header = (value: unknown, dataBytes = 8): Uint8Array => fileOf(JSON.stringify(value), dataBytes);
  const cases: readonly (readonly [string, Uint8Array, string])[] = [
    ["bytes after the last tensor", header({ a: entry(0, 8) }, 12), "expected 8 bytes of tensors, got 12"],
    ["a header above 100 MB", withLength(200_000_000n), "a header of 2 to 100000000 bytes, got 200000000"],
    ["a header length of 2^64 - 1", withLength(2n ** 64n - 1n), "a header of 2 to 100000000 bytes"],
    ["a header length of 0", withLength(0n), "a header of 2 to 100000000 bytes, got 0"],
    ["a header that is not JSON", fileOf('{"a": ', 8), "a header that is a JSON object"],
    ["a header that is a list", fileOf("[1, 2]", 8), "a header that is a JSON object"],
    ["a header that starts with a space", fileOf(" {}", 0), "a header that is a JSON object"],
    ["a header with a byte-order mark", fileOf("\ufeff{}", 0), "a header that is a JSON object"],
    ["a header deep enough to exhaust a stack", fileOf(`{"a":${"[".repeat(2e6)}`, 0), "a JSON object"],
    [
      "a shape deep enough to exhaust a stack",
      fileOf(`{"a":{"dtype":"F32","shape":${"[".repeat(1e6)}${"]".repeat(1e6)},"data_offsets":[0,8]}}`, 8),
      "a shape of whole numbers",
    ],
    ["a gap between tensors", header({ a: entry(0, 4), b: entry(8, 12) }, 12), "data from offset 4, got"],
    [
      "overlapping tensors",
      header({ a: entry(0, 8), b: entry(4, 12) }, 12),
      "data from offset 8, got offset 4",
    ],
    [
      "two tensors in one place",
      header({ a: entry(0, 8), b: entry(0, 8) }),
      "data from offset 8, got offset 0",
    ],
    ["data that start late", header({ a: entry(4, 8) }), "data from offset 0, got offset 4"],
    ["offsets beyond the file", header({ a: entry(0, 4000) }), "a truncated checkpoint"],
    ["offsets in the wrong order", header({ a: entry(8, 0, [2]) }), "8 bytes for shape [2]"],
    ["negative offsets", header({ a: entry(-4, 4, [2]) }), "data_offsets of two whole numbers, got"],
    ["fractional offsets", header({ a: entry(0, 7.5, [2]) }), "data_offsets of two whole numbers"],
    ["three offsets", header({ a: { ...entry(0, 8), data_offsets: [0, 4, 8] } }), "two whole numbers"],
    ["a shape that disagrees with the offsets", header({ a: entry(0, 8, [3]) }), "12 bytes for shape [3]"],
    ["a negative dim", header({ a: entry(0, 8, [-1, -2]) }), "a shape of whole numbers"],
    ["dims whose product overflows", header({ a: entry(0, 8, [2 ** 40, 2 ** 40]) }), "a size below 2^53"],
    ["a shape that is text", header({ a: entry(0, 8, "2") }), "a shape of whole numbers, got string"],
    ["a tensor without dtype", header({ a: { shape: [2], data_offsets: [0, 8] } }), "a dtype, got none"],
    ["a tensor that is null", header({ a: null }), "an object with dtype, shape and data_offsets, got null"],
    ["a tensor named __proto__", fileOf(`{"__proto__":${JSON.stringify(entry(0, 8))}}`, 8), "`__proto__`"],
    ["metadata that are not texts", header({ __metadata__: { a: 1 }, a: entry(0, 8) }), "names with texts"],
    ["metadata named __proto__", fileOf('{"__metadata__":{"__proto__":"x"}}', 0), "names with texts"],
    [
      "two tensors of one name",
      fileOf(`{"a":${JSON.stringify(entry(0, 4))},"a":${JSON.stringify(entry(0, 8))}}`, 8),
      "each name once",
    ],
    [
      "two tensors whose names are one after unescaping",
      fileOf(`{"a":${JSON.stringify(entry(0, 4))},"\\u0061":${JSON.stringify(entry(0, 8))}}`, 8),
      "each name once",
    ],
    ["two shapes", fileOf('{"a":{"dtype":"F32","shape":[1],"shape":[2],"data_offsets":[0,8]}}', 8), "once"],
    ["a header in Latin-1", Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xe9), "a header in UTF-8"],
  ];
  it.each(cases)("is refused as corrupt: %s", (_what, bytes, message) => {
    const error = refusal(bytes);
    expect(isLowmagError(error, "corrupt-data"), String(error)).toBe(true);
    expect(error!.message).toContain(message);
    expect(error!.message.startsWith("w.safetensors")).toBe(true);
    expect(error!.message.length).toBeLessThan(400);
  });

  it("of a dtype that lowmag does not read is refused by name of tensor and dtype", () => {
    for (const dtype of ["F8_E4M3", "BOOL", "U8", "toString"]) {
      const error = refusal(fileOf(JSON.stringify({ "fc.bias": entry(0, 8, [8], dtype) }), 8));
      expect(isLowmagError(error, "unsupported-format")).toBe(true);
      expect(error!.message).toContain(
        `tensor \`fc.bias\`: expected one of the dtypes F64, F32, F16, BF16, I64`,
      );
      expect(error!.message).toContain(`got \`${dtype}\``);
    }
  });

  it("counts names rightly where texts hold braces, colons and quotation marks", () => {
    const metadata = { 'a":{"b': '":\\"{}:[\\', note: "{:}" };
    expect(decodeSafetensors(encodeSafetensors(new Map(), metadata), "w").metadata).toEqual(metadata);
  });

  it("never ends in anything but the tensors or an error of lowmag's, whatever bytes are changed", () => {
    const change = fc.tuple(fc.nat(good.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = good.slice();
        for (const [position, value] of changes) bytes[position] = value;
        const error = refusal(bytes);
        expect(error === undefined || isLowmagError(error), String(error)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it("never ends in anything but the tensors or an error of lowmag's, whatever the header says", () => {
    const number = fc.oneof(fc.integer({ min: -2, max: 12 }), fc.double(), fc.maxSafeInteger());
    const tensorLike = fc.record(
      {
        dtype: fc.oneof(fc.constantFrom("F32", "F16", "I64", "BOOL"), fc.anything()),
        shape: fc.oneof(fc.array(number, { maxLength: 3 }), fc.anything()),
        data_offsets: fc.oneof(fc.tuple(number, number), fc.anything()),
      },
      { requiredKeys: [] },
    );
    const headers = fc.dictionary(fc.string(), fc.oneof(tensorLike, fc.jsonValue()));
    fc.assert(
      fc.property(headers, fc.nat(16), (value, size) => {
        // Bigints and symbols, which `anything` makes, have no JSON.
        const text = JSON.stringify(value, (_key, v) => (typeof v === "bigint" ? `${v}` : v));
        const error = refusal(fileOf(text, size));
        expect(error === undefined || isLowmagError(error), String(error)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

/** A file of 32 bytes whose header claims another length. */
function withLength(length: bigint): Uint8Array {
  const bytes = fileOf("{}                      ", 0);
  new DataView(bytes.buffer).setBigUint64(0, length, true);
  return bytes;
}
