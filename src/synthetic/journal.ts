// What has been drawn so far, one JSON line per image, so that an interrupted synthesis goes on where it stopped. An
// image counts as done only when its line and its file agree, byte for byte.
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { hashFile, notWritable } from "../machine/index.ts";
import type { RenderedImage } from "./render-image.ts";

const NAME = ".synthesis-journal.jsonl";

/** Remembers finished images below a data set's folder. */
export class Journal {
  readonly #path: string;
  readonly #out: string;

  constructor(out: string) {
    this.#out = out;
    this.#path = join(out, NAME);
  }

  async add(rendered: RenderedImage): Promise<void> {
    try {
      await appendFile(this.#path, `${JSON.stringify(rendered)}\n`);
    } catch (error) {
      throw notWritable(this.#path, error);
    }
  }

  /** The images whose files are whole, by file. */
  async finished(): Promise<Map<string, RenderedImage>> {
    const finished = new Map<string, RenderedImage>();
    for (const line of await this.#lines()) {
      const rendered = parseLine(line);
      if (rendered !== undefined) finished.set(rendered.file, rendered);
    }
    for (const [file, rendered] of finished)
      if ((await this.#hashOf(file)) !== rendered.sha256) finished.delete(file);
    return finished;
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
function parseLine(line: string): RenderedImage | undefined {
  try {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed === "object" && parsed !== null && "file" in parsed && "sha256" in parsed)
      return parsed as RenderedImage;
  } catch {
    // A torn last line: its image is drawn again.
  }
  return undefined;
}
