// `export --page`: a model as a static site that classifies slides in the browser. The program is built with lowmag and copied
// as it is; the model and the list of files are added. Sizes are those of what was written.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { fail } from "../base/index.ts";
import type { ModelFacts } from "../classify/index.ts";
import { hashBytes, workerFile } from "../machine/index.ts";
import { type FolderFile, writeFolder } from "./export-page-folder.ts";

/** The model that the page carries. */
export interface PageModel {
  /** The bytes of the ONNX file. */
  readonly onnx: Uint8Array;
  readonly facts: ModelFacts;
  /** What the ONNX file says of itself, by key. */
  readonly card: Readonly<Record<string, string>>;
  /** "float32", "int8", "int8-full": see `lowmag export --quantise`. */
  readonly weights: string;
}

/** One file of a page. */
export interface PageFile {
  readonly name: string;
  readonly bytes: number;
}

/** What a browser fetches in all, by what computes in it. */
export interface PageDownload {
  readonly engine: string;
  readonly bytes: number;
}

/** A page that was written. */
export interface WrittenPage {
  readonly out: string;
  readonly files: readonly PageFile[];
  readonly downloads: readonly PageDownload[];
  /** Of the model's file, packed. */
  readonly modelBytes: number;
}

/** The forms of ONNX Runtime in the page, and which browsers fetch which. */
const ENGINES = [
  ["plain", "WebAssembly"],
  ["jspi", "WebGPU"],
  ["asyncify", "WebGPU, in browsers without JavaScript Promise Integration"],
] as const;

const MODEL_FACTS = "model.json";
const MODEL = "model.planes.gz";

/**
 * Writes the page of a model.
 *
 * @param out folder; must not exist, be empty, or with `overwrite` be a page that was exported before.
 * @throws LowmagError `invalid-argument` when something is in the way; `not-found` where lowmag was installed without its
 *   page; `not-writable`.
 */
export async function writePage(out: string, model: PageModel, overwrite: boolean): Promise<WrittenPage> {
  const program = readProgram();
  const files = [...program.filter(({ name }) => name !== "sw.js"), ...modelFiles(model)];
  const worker = program.find(({ name }) => name === "sw.js")!;
  const site = [...files, { ...worker, content: withFileList(worker.content, files) }];
  await writeFolder(out, site, { overwrite, replaces: isPage });
  return {
    out,
    files: site.map(({ name, content }) => ({ name, bytes: content.length })).sort(byName),
    downloads: ENGINES.map(([form, engine]) => ({ engine, bytes: fetchedBytes(site, form) })),
    modelBytes: site.find(({ name }) => name === MODEL)!.content.length,
  };
}

/** The page as `npm run build` made it, without a model. */
function readProgram(): readonly FolderFile[] {
  const folder = fileURLToPath(workerFile(import.meta.url, "../web/page/"));
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const files = paths.map((path) => ({
      name: relative(folder, path).split(sep).join("/"),
      content: readFileSync(path),
    }));
    if (files.some(({ name }) => name === "sw.js")) return files;
  } catch {
    // Said below, with what to do.
  }
  throw fail("not-found", {
    where: folder,
    expected: "the page's program, which is built with lowmag",
    got: "none",
    fix: "Run `npm run build` in lowmag's folder.",
  });
}

function modelFiles({ onnx, facts, card, weights }: PageModel): readonly FolderFile[] {
  const stated = {
    format: "lowmag-page-1",
    ...{ facts, card, weights, file: MODEL, bytes: onnx.length, sha256: hashBytes(onnx) },
  };
  return [
    { name: MODEL, content: gzipSync(bytePlanes(onnx), { level: 9 }) },
    { name: MODEL_FACTS, content: new TextEncoder().encode(`${JSON.stringify(stated, null, 2)}\n`) },
  ];
}

/**
 * First bytes 0, 4, 8, … then 1, 5, 9, …: the exponents of floats come to stand side by side, which saves gzip a twelfth.
 * What is left over at the end stays there. The page puts them back, and checks the hash of what it got.
 */
function bytePlanes(bytes: Uint8Array): Uint8Array {
  const count = Math.floor(bytes.length / 4);
  const out = Uint8Array.from(bytes); // a copy: `slice` of a Buffer is none
  for (let plane = 0, to = 0; plane < 4; plane++)
    for (let i = 0; i < count; i++, to++) out[to] = bytes[4 * i + plane]!;
  return out;
}

/** Not every browser needs them. */
const isLater = (name: string) => /^runtime\/onnxruntime-|^LICENSES/.test(name);

/** The service worker, told which files there are. Its own change is how browsers notice another export. */
function withFileList(worker: Uint8Array, files: readonly FolderFile[]): Uint8Array {
  const names = files.map(({ name }) => name).sort();
  const hashes = files.map(({ name, content }) => `${name} ${hashBytes(content)}`).sort();
  const site = {
    version: hashBytes(hashes.join("\n")).slice(0, 16),
    files: names.filter((name) => !isLater(name)),
    later: names.filter(isLater),
  };
  const text = `const LOWMAG_SITE = ${JSON.stringify(site)};\n`;
  return Buffer.concat([Buffer.from(text), worker]);
}

/** Bytes of all files that a browser with one form of ONNX Runtime fetches. */
function fetchedBytes(site: readonly FolderFile[], form: string): number {
  const wanted = site.filter(
    ({ name }) => !isLater(name) || new RegExp(`/${form}(-start\\.js|\\.js|\\.wasm\\.gz)$`).test(name),
  );
  return wanted.reduce((sum, { content }) => sum + content.length, 0);
}

/** True for a folder that an export made. */
function isPage(folder: string): boolean {
  try {
    return JSON.parse(readFileSync(join(folder, MODEL_FACTS), "utf8")).format === "lowmag-page-1";
  } catch {
    return false;
  }
}

const byName = (a: PageFile, b: PageFile) => (a.name < b.name ? -1 : 1);
