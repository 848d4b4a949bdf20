// The ledger of test readings: a line for every time that a run met the test split, written and flushed before the first
// test image is looked at, and never changed again. Each line holds the hash of the line before it, so that a line that
// was taken out or altered is noticed.
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { fail } from "../../base/index.ts";
import type { TestReading } from "../../evaluate/index.ts";
import { hashBytes, notWritable } from "../../machine/index.ts";

const FILE = "test-readings.jsonl";

const schema = z.object({
  at: z.string(),
  run: z.string(),
  modelHash: z.string(),
  testHash: z.string(),
  images: z.int().min(0),
  afterFirstReading: z.boolean(),
  /** SHA-256 of the line before, without its line feed; `null` for the first. */
  previous: z.string().nullable(),
});

/** The ledger of a study's folder. */
export class TestLedger {
  readonly #path: string;
  readonly #readings: TestReading[] = [];
  #previous: string | null = null;
  #endsInMiddle = false;

  private constructor(path: string) {
    this.#path = path;
  }

  /**
   * Reads the ledger. What a crash left of a last line that was never whole is passed over.
   * @throws LowmagError `corrupt-data` for a ledger whose lines are not those that were written.
   */
  static async open(folder: string): Promise<TestLedger> {
    const ledger = new TestLedger(join(folder, FILE));
    const text = await readFile(ledger.#path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "";
      throw error;
    });
    const lines = text.split("\n");
    ledger.#endsInMiddle = lines.pop() !== "";
    lines.forEach((line, i) => {
      ledger.#take(line, i + 1);
    });
    return ledger;
  }

  get readings(): readonly TestReading[] {
    return this.#readings;
  }

  /** Adds a reading. @throws LowmagError `not-writable`; then nothing may be read. */
  async append(reading: TestReading): Promise<void> {
    const line = JSON.stringify({ ...reading, previous: this.#previous });
    try {
      const handle = await open(this.#path, "a");
      try {
        // A line that was cut off is closed, and stays what it is: no line.
        await handle.writeFile(`${this.#endsInMiddle ? "\n" : ""}${line}\n`);
        await handle.sync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw notWritable(this.#path, error);
    }
    this.#endsInMiddle = false;
    this.#previous = hashBytes(line);
    this.#readings.push(reading);
  }

  #take(line: string, number: number): void {
    const entry = parse(line);
    // Cut off by a crash. A whole line that was damaged is noticed by the line behind it.
    if (entry === null) return;
    if (entry.previous !== this.#previous)
      throw fail("corrupt-data", {
        where: `${this.#path} line ${number}`,
        expected: "a reading of the test split that follows the line before it",
        got: "one that follows another line",
        fix: "This ledger shows how often the test split was read. Restore it, or begin the study in another folder.",
      });
    const { previous: _, ...reading } = entry;
    this.#previous = hashBytes(line);
    this.#readings.push(reading);
  }
}

function parse(line: string): z.infer<typeof schema> | null {
  try {
    return schema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
