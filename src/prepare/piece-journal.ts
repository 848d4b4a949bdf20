// What is finished of a slide in work: a line for each image, appended once its file is whole. After an interruption an
// image counts as done only when it is in the journal and its bytes still have the hash that stands there.
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hashFile, notWritable } from "../machine/index.ts";
import type { DroppedImage, ImageRecord } from "./types.ts";

/** A line behind the first. */
export type JournalEntry = { readonly image: ImageRecord } | { readonly dropped: DroppedImage };

/** The journal of one slide; one process writes it. */
export class PieceJournal {
  readonly #path: string;
  readonly #entries = new Map<string, JournalEntry>();

  private constructor(path: string) {
    this.#path = path;
  }

  /**
   * Opens a slide's journal; one of another fingerprint is begun anew.
   *
   * @param root folder of the data set; images stand in `mpp-<mpp>/<file>` below it.
   */
  static async open(path: string, fingerprint: string, root: string): Promise<PieceJournal> {
    const journal = new PieceJournal(path);
    const [head, ...lines] = (await readText(path)).split("\n");
    if (parse<{ fingerprint?: string }>(head)?.fingerprint === fingerprint) {
      for (const line of lines) await journal.#recall(parse<JournalEntry>(line), root);
      // A line that was cut off in the middle must not swallow the next one.
      if (lines.at(-1) !== "") await append(path, "\n");
    } else {
      await begin(path, `${JSON.stringify({ fingerprint })}\n`);
    }
    return journal;
  }

  /** What is finished of a piece at a resolution. */
  entry(mpp: number, number: number): JournalEntry | undefined {
    return this.#entries.get(`${mpp} ${number}`);
  }

  async add(entry: JournalEntry): Promise<void> {
    this.#keep(entry);
    await append(this.#path, `${JSON.stringify(entry)}\n`);
  }

  #keep(entry: JournalEntry): void {
    const { mpp, number } = "image" in entry ? entry.image : entry.dropped;
    this.#entries.set(`${mpp} ${number}`, entry);
  }

  async #recall(entry: JournalEntry | null, root: string): Promise<void> {
    if (entry === null) return;
    if ("image" in entry && !(await isWhole(join(root, imagePath(entry.image)), entry.image))) return;
    this.#keep(entry);
  }
}

/** Where an image stands below the data set's folder, with "/". */
export function imagePath({ mpp, file }: Pick<ImageRecord, "mpp" | "file">): string {
  return `${resolutionFolder(mpp)}/${file}`;
}

/** The folder of one resolution: "mpp-1", "mpp-0.5". */
export function resolutionFolder(mpp: number): string {
  return `mpp-${mpp}`;
}

async function isWhole(path: string, { sha256 }: ImageRecord): Promise<boolean> {
  return (await hashFile(path).catch(() => null)) === sha256;
}

async function readText(path: string): Promise<string> {
  return await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw notWritable(path, error);
  });
}

/** A line as data; `null` for an empty line and one that was cut off. */
function parse<T>(line: string | undefined): T | null {
  try {
    return JSON.parse(line ?? "") as T;
  } catch {
    return null;
  }
}

async function begin(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (error) {
    throw notWritable(path, error);
  }
}

async function append(path: string, text: string): Promise<void> {
  try {
    await appendFile(path, text);
  } catch (error) {
    throw notWritable(path, error);
  }
}
