// How long the calls of a study took together, kept in its folder, so that a record can say it after any interruption.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { writeFileAtomically } from "../../machine/index.ts";

const FILE = "seconds.json";
const EVERY_MS = 30_000;

const schema = z.object({ estimated: z.number().min(0).nullable(), taken: z.number().min(0) });

/** Counts the seconds of this call on top of those before it. */
export class CallSeconds {
  readonly #path: string;
  readonly #started = performance.now();
  readonly #timer: NodeJS.Timeout;
  #writing: Promise<void> = Promise.resolve();

  private constructor(
    path: string,
    /** Of the first call: of the whole study, before anything was done. */
    readonly estimated: number | null,
    readonly before: number,
  ) {
    this.#path = path;
    this.#timer = setInterval(() => this.#write(), EVERY_MS);
    this.#timer.unref();
  }

  /** @param estimated seconds of what this call has before it; stands if none was written before. */
  static async start(folder: string, estimated: number | null): Promise<CallSeconds> {
    const path = join(folder, FILE);
    const known = await readFile(path, "utf8")
      .then(
        (text) => schema.parse(JSON.parse(text)),
        () => null,
      )
      .catch(() => null);
    return new CallSeconds(path, known === null ? estimated : known.estimated, known?.taken ?? 0);
  }

  get taken(): number {
    return this.before + Math.round(performance.now() - this.#started) / 1000;
  }

  /** Ends the count and writes it down. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#write();
    await this.#writing;
  }

  #write(): void {
    const { estimated, taken } = this;
    const text = `${JSON.stringify({ estimated, taken })}\n`;
    // The seconds are a remark; a disk that is full is told of by those who write results.
    this.#writing = this.#writing.then(() => writeFileAtomically(this.#path, text)).catch(() => undefined);
  }
}
