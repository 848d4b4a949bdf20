// What has been drawn so far, one JSON line per image or slide, so that an interrupted synthesis goes on where it stopped.
// One counts as done only when its line and its files agree, byte for byte.
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { hashFile, notWritable } from "../machine/index.ts";

const NAME = ".synthesis-journal.jsonl";

interface HashedFile {
  /** Path below the data set's folder, with "/" separators. */
  readonly file: string;
  readonly sha256: string;
}

/** A line: what was drawn, with a file that belongs to it. */
export interface JournalEntry extends HashedFile {
  readonly beside?: HashedFile | null;
}

/** Remembers what is finished below a data set's folder. */
export class Journal<Entry extends JournalEntry> {
  readonly #path: string;
  readonly #out: string;

  constructor(out: string) {
    this.#out = out;
    this.#path = join(out, NAME);
  }

  async add(rendered: Entry): Promise<void> {
    try {
      await appendFile(this.#path, `${JSON.stringify(rendered)}\n`);
    } catch (error) {
      throw notWritable(this.#path, error);
    }
  }

  /** What is whole, by file. */
  async finished(): Promise<Map<string, Entry>> {
    const finished = new Map<string, Entry>();
    for (const line of await this.#lines()) {
      const rendered = parseLine(line) as Entry | undefined;
      if (rendered !== undefined) finished.set(rendered.file, rendered);
    }
    for (const [file, entry] of finished)
      if (!(await this.#isWhole(entry)) || (entry.beside && !(await this.#isWhole(entry.beside))))
        finished.delete(file);
    return finished;
  }

  async #isWhole({ file, sha256 }: HashedFile): Promise<boolean> {
    return (await this.#hashOf(file)) === sha256;
  }

  async #lines(): Promise<string[]> {
    try {
      return (await readFile(this.#path, "utf8")).split("\n");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
  }

  async #hashOf(file: string): Promise<string | undefined> {
    try {
      return await hashFile(join(this.#out, ...file.split("/")));
    } catch {
      return undefined;
    }
  }
}

/** A line of the journal; `undefined` where the machine stopped in the middle of writing it. */
function parseLine(line: string): JournalEntry | undefined {
  try {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed === "object" && parsed !== null && "file" in parsed && "sha256" in parsed)
      return parsed as JournalEntry;
  } catch {
    // A torn last line: what it told of is drawn again.
  }
  return undefined;
}
