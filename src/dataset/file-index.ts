// Remembers what was read from files, so that the second reading of a large data set need not open them.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { hashBytes, writeFileAtomically } from "../machine/index.ts";
import type { PixelSize } from "../pixels/index.ts";

/** Facts about one file. */
export interface FileFacts {
  readonly width: number;
  readonly height: number;
  readonly mpp: PixelSize | null;
  readonly contentHash: string;
}

/** The facts of files seen before, in one JSON file; a damaged one is as good as none. */
export class FileIndex {
  readonly #path: string | undefined;
  readonly #entries: Map<string, { stamp: string; facts: FileFacts }>;
  #changed = false;

  private constructor(path: string | undefined, entries: Map<string, { stamp: string; facts: FileFacts }>) {
    this.#path = path;
    this.#entries = entries;
  }

  /** Reads the index of a folder; without a folder nothing is remembered. */
  static async open(folder: string | undefined): Promise<FileIndex> {
    if (folder === undefined) return new FileIndex(undefined, new Map());
    const path = join(folder, INDEX_FILE);
    const text = await readFile(path, "utf8").catch(() => "");
    return new FileIndex(path, parseIndex(text));
  }

  /** The facts, if the file's stamp is still the one they were read with. */
  get(path: string, stamp: string): FileFacts | undefined {
    const entry = this.#entries.get(path);
    return entry?.stamp === stamp ? entry.facts : undefined;
  }

  set(path: string, stamp: string, facts: FileFacts): void {
    this.#entries.set(path, { stamp, facts });
    this.#changed = true;
  }

  /** Writes the index if anything was added. */
  async save(): Promise<void> {
    if (this.#path === undefined || !this.#changed) return;
    const entries = JSON.stringify([...this.#entries]);
    await writeFileAtomically(this.#path, JSON.stringify({ check: hashBytes(entries), entries }));
  }
}

/** The number is raised whenever facts are read differently. */
const INDEX_FILE = "files-1.json";

function parseIndex(text: string): Map<string, { stamp: string; facts: FileFacts }> {
  try {
    const { check, entries } = JSON.parse(text) as { check: string; entries: string };
    return hashBytes(entries) === check ? new Map(JSON.parse(entries)) : new Map();
  } catch {
    return new Map();
  }
}
