// The header of a safetensors file: eight bytes of length, then JSON that says where each tensor lies. A weight file may
// come from anywhere, so nothing in it is believed before it is checked; see https://github.com/huggingface/safetensors.
import { type ErrorCode, fail } from "../base/index.ts";

/** Element types that can be read, with their bytes per element. */
export const elementBytes = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8 } as const;

export type StoredDType = keyof typeof elementBytes;

/** Where one tensor lies; offsets count from the first byte after the header. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: StoredDType;
  readonly dims: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  /** In the order of their data. */
  readonly entries: readonly TensorEntry[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Position in the file of the first tensor byte. */
  readonly dataStart: number;
}

/** Key of the free-text metadata; no tensor may have this name. */
export const METADATA_KEY = "__metadata__";

/** Longest header of any file that the format's own library reads. */
const LARGEST_HEADER = 100_000_000;

/** Bytes of the header's length, a little-endian unsigned integer. */
export const LENGTH_BYTES = 8;

type Json = Readonly<Record<string, unknown>>;

/** Reads and checks the header; see `decodeSafetensors` for the errors. */
export function parseHeader(bytes: Uint8Array, where: string): Header {
  const { text, dataStart } = headerText(bytes, where);
  const root = parseJson(text, where);
  refuseRepeatedNames(root, text, where);
  const { [METADATA_KEY]: metadata, ...tensors } = root;
  const entries = Object.entries(tensors).map(([name, entry]) => tensorEntry(name, entry, where));
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkCoverage(entries, bytes.length - dataStart, dataStart, where);
  return { entries, metadata: readMetadata(metadata, where), dataStart };
}

/** A `corrupt-data` error (or another code) about a weight file. */
export function broken(
  where: string,
  expected: string,
  got: string,
  code: ErrorCode = "corrupt-data",
): Error {
  return fail(code, {
    where,
    expected,
    got,
    fix: "The file is damaged or is not a safetensors file; copy or write it again.",
  });
}

function truncated(where: string, expected: number, found: number): Error {
  return fail("corrupt-data", {
    where,
    expected: `a file of at least ${expected} bytes`,
    got: `a truncated checkpoint of ${found} bytes`,
    fix: "The copy or download was cut short; copy it again, or go back to an earlier checkpoint.",
  });
}

function headerText(bytes: Uint8Array, where: string): { text: string; dataStart: number } {
  if (bytes.length < LENGTH_BYTES) throw truncated(where, LENGTH_BYTES + 2, bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length < 2 || length > LARGEST_HEADER)
    throw broken(where, `a header of 2 to ${LARGEST_HEADER} bytes`, `${length}`);
  const dataStart = LENGTH_BYTES + length;
  if (dataStart > bytes.length) throw truncated(where, dataStart, bytes.length);
  try {
    // A byte-order mark is kept, so that the JSON parser refuses it.
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return { text: decoder.decode(bytes.subarray(LENGTH_BYTES, dataStart)), dataStart };
  } catch {
    throw broken(where, "a header in UTF-8", "other bytes");
  }
}

function parseJson(text: string, where: string): Json {
  let root: unknown;
  try {
    root = text.startsWith("{") ? JSON.parse(text) : undefined;
  } catch {
    root = undefined;
  }
  if (!isObject(root)) throw broken(where, "a header that is a JSON object", excerpt(text));
  return root;
}

/** `JSON.parse` keeps the last of two equal names without a word; two tensors of one name must not pass. */
function refuseRepeatedNames(root: Json, text: string, where: string): void {
  const counts = membersByDepth(text);
  const inner = Object.values(root).reduce<number>(
    (sum, value) => sum + (isObject(value) ? Object.keys(value).length : 0),
    0,
  );
  if (counts.outer !== Object.keys(root).length || counts.inner !== inner)
    throw broken(where, "each name once in the header", "a name that appears twice");
}

/** Counts `name: value` members of the outermost object and of the objects directly inside it, in valid JSON. */
function membersByDepth(text: string): { outer: number; inner: number } {
  const colons = [0, 0, 0];
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const token = text[i];
    // By hand and not by a regular expression, whose stack a string of many megabytes exhausts.
    if (token === '"') i = endOfString(text, i);
    else if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    else if (token === ":" && depth < colons.length) colons[depth]!++;
  }
  return { outer: colons[1]!, inner: colons[2]! };
}

/** The position of the quotation mark that closes the string opened at `start`. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (text[i] !== '"') i += text[i] === "\\" ? 2 : 1;
  return i;
}

function tensorEntry(name: string, entry: unknown, where: string): TensorEntry {
  const at = `${where}, tensor \`${name}\``;
  // Names become keys of plain objects elsewhere; this one would change the object instead.
  if (name === "__proto__") throw broken(where, "ordinary tensor names", "`__proto__`");
  if (!isObject(entry)) throw broken(at, "an object with dtype, shape and data_offsets", typeText(entry));
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== "string") throw broken(at, "a dtype", typeText(dtype));
  if (!Array.isArray(shape) || !shape.every(isCount))
    throw broken(at, "a shape of whole numbers", listText(shape));
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount))
    throw broken(at, "data_offsets of two whole numbers", listText(offsets));
  if (!Object.hasOwn(elementBytes, dtype))
    throw fail("unsupported-format", {
      where: at,
      expected: `one of the dtypes ${Object.keys(elementBytes).join(", ")}`,
      got: `\`${dtype}\``,
      fix: "Save the weights as float32 (`tensor.float()` in PyTorch).",
    });
  const [begin, end] = offsets as [number, number];
  const dims = shape as number[];
  checkBytes(dims, elementBytes[dtype as StoredDType], end - begin, at);
  return { name, dtype: dtype as StoredDType, dims, begin, end };
}

function checkBytes(dims: readonly number[], perElement: number, found: number, where: string): void {
  let bytes = perElement;
  for (const dim of dims) {
    bytes *= dim;
    if (!Number.isSafeInteger(bytes)) throw broken(where, "a size below 2^53 bytes", `[${dims.join(", ")}]`);
  }
  if (bytes !== found)
    throw broken(where, `${bytes} bytes for shape [${dims.join(", ")}]`, `data_offsets over ${found} bytes`);
}

/** The tensors must cover the data without a gap or an overlap: nothing hidden in between, nothing read twice. */
function checkCoverage(
  entries: readonly TensorEntry[],
  available: number,
  dataStart: number,
  where: string,
): void {
  const needed = entries.reduce((most, { end }) => Math.max(most, end), 0);
  if (needed > available) throw truncated(where, dataStart + needed, dataStart + available);
  let position = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== position)
      throw broken(`${where}, tensor \`${name}\``, `data from offset ${position}`, `offset ${begin}`);
    position = end;
  }
  if (position !== available) throw broken(where, `${position} bytes of tensors`, `${available} bytes`);
}

function readMetadata(metadata: unknown, where: string): Readonly<Record<string, string>> {
  if (metadata === undefined) return {};
  const valid =
    isObject(metadata) &&
    !Object.hasOwn(metadata, "__proto__") &&
    Object.values(metadata).every((value) => typeof value === "string");
  if (!valid) throw broken(`${where}, ${METADATA_KEY}`, "names with texts", typeText(metadata));
  return { ...(metadata as Record<string, string>) };
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

const typeText = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "an array" : value === undefined ? "none" : typeof value;

const listText = (value: unknown): string =>
  Array.isArray(value)
    ? excerpt(
        value
          .slice(0, 8)
          .map((item) => (typeof item === "number" ? `${item}` : typeText(item)))
          .join(", "),
      )
    : typeText(value);

const excerpt = (text: string): string => (text.length > 40 ? `${JSON.stringify(text.slice(0, 40))}…` : text);
