// The files of the site as the page finds them: which there are, fetched from the page's own folder only, unpacked, and the
// model checked against its hash. Everything else that the page ever reads is what a person drops on it.
import type { ModelFacts } from "../../src/classify/index.ts";
import { parseRememberedRules } from "../../src/cutting/index.ts";

/** The forms of ONNX Runtime: with WebGPU through JSPI or Asyncify, or WebAssembly alone. */
export const FORMS = ["plain", "jspi", "asyncify"] as const;
export type RuntimeForm = (typeof FORMS)[number];

/** `runtime/runtime.json`, written when the page is built. */
export interface RuntimeFacts {
  readonly version: string;
  /** Folder of its files, relative to the site. */
  readonly folder: string;
}

/** `model.json`, written by `lowmag export --page`. */
export interface ModelFile {
  readonly format: "lowmag-page-1";
  readonly facts: ModelFacts;
  /** What the ONNX file says of itself, by key. */
  readonly card: Readonly<Record<string, string>>;
  readonly file: string;
  /** Of the ONNX file, unpacked. */
  readonly bytes: number;
  readonly sha256: string;
  /** "float32" or "int8". */
  readonly weights: string;
}

/** The address of one of the site's files. */
export function addressOf(file: string, base: string): string {
  return new URL(file, base).href;
}

/** Reads `model.json`. */
export async function fetchModelFile(base: string): Promise<ModelFile> {
  const stated = (await (await fetchFile("model.json", base)).json()) as ModelFile;
  if (stated.format !== "lowmag-page-1") throw new Error("model.json is not of this version of the page.");
  const { rules } = stated.facts;
  return {
    ...stated,
    facts: { ...stated.facts, rules: rules === null ? null : parseRememberedRules(rules, "model.json") },
  };
}

/** Reads `runtime/runtime.json`. */
export async function fetchRuntimeFacts(base: string): Promise<RuntimeFacts> {
  return (await (await fetchFile("runtime/runtime.json", base)).json()) as RuntimeFacts;
}

/** The bytes of a file, unpacked where it is packed with gzip and the host has not unpacked it already. */
export async function fetchUnpacked(file: string, base: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(await (await fetchFile(file, base)).arrayBuffer());
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(unpacked).arrayBuffer());
}

/** The model's bytes, refused when they are not those that were exported. Plain http has no hashes: `checked` is false. */
export async function fetchModel(
  model: ModelFile,
  base: string,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; checked: boolean }> {
  const bytes = fromPlanes(await fetchUnpacked(model.file, base));
  const subtle = globalThis.isSecureContext ? globalThis.crypto.subtle : undefined;
  const sum = subtle === undefined ? model.sha256 : hex(await subtle.digest("SHA-256", bytes));
  if (bytes.length === model.bytes && sum === model.sha256) return { bytes, checked: subtle !== undefined };
  throw new Error(
    "The model's file is not the one that was exported: its SHA-256 differs. Copy the site again, whole.",
  );
}

/** Puts back what the export put apart: byte 0 of every four, then byte 1, and so on. */
function fromPlanes(planes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const count = Math.floor(planes.length / 4);
  const out = planes.slice();
  for (let plane = 0, from = 0; plane < 4; plane++)
    for (let i = 0; i < count; i++, from++) out[4 * i + plane] = planes[from]!;
  return out;
}

async function fetchFile(file: string, base: string): Promise<Response> {
  const response = await fetch(addressOf(file, base)).catch(() => null);
  if (response?.ok === true) return response;
  const reason = response === null ? "the host does not answer" : `the host answers ${response.status}`;
  throw new Error(`The page's file ${file} cannot be read: ${reason}. Copy the site again, whole.`);
}

function hex(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
