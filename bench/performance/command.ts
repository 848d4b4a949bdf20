// The real command line on real tissue: `lowmag train` at 1 µm/px with a warm cache, and what its own log says of the time
// that the engine waited for data and of the time to the first step.
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type EpochRecord, parseLog } from "../../src/train/index.ts";
import { root } from "../facts.ts";
import type { Measured } from "./lowmag/work.ts";
import { NotHere, runProgram } from "./run-program.ts";

const program = fileURLToPath(new URL("bin/lowmag.js", root));
const EPOCHS = 2;

/** Tissue with splits and a cache that is full, in a folder that goes when the bench ends. */
interface Prepared {
  readonly folder: string;
  readonly train: (name: string, epochs: number) => Promise<void>;
}

/** What the log of a run says of its time; what it does not say is left out. */
export function timesOf(log: readonly EpochRecord[]): Measured {
  const seconds = log.reduce((sum, epoch) => sum + epoch.seconds, 0);
  const shares = log.map(({ waitingShare }) => waitingShare).filter((share) => share !== undefined);
  const waited = log.reduce((sum, epoch) => sum + epoch.seconds * (epoch.waitingShare ?? 0), 0);
  const began = log[0]?.firstStep?.began;
  return {
    epochSeconds: seconds / log.length,
    ...(shares.length === log.length ? { waitingShare: waited / seconds } : {}),
    ...(began === undefined ? {} : { firstStepSeconds: began }),
  };
}

/** The command on a folder of tissue images with one folder per class. */
export class TrainCommand {
  #prepared: Promise<Prepared> | null = null;

  constructor(readonly tissue: string) {}

  /** One training. @throws NotHere where there is no such folder. */
  async measure(signal: AbortSignal): Promise<Measured> {
    if (!existsSync(this.tissue)) throw new NotHere(`there are no tissue images at ${this.tissue}`);
    this.#prepared ??= this.#prepare(signal);
    const { folder, train } = await this.#prepared;
    await train("timed", EPOCHS);
    return timesOf(parseLog(await readFile(join(folder, "timed", "log.jsonl"), "utf8")));
  }

  /** Removes what was prepared. */
  async close(): Promise<void> {
    const prepared = await this.#prepared?.catch(() => null);
    if (prepared) await rm(prepared.folder, { recursive: true, force: true });
  }

  async #prepare(signal: AbortSignal): Promise<Prepared> {
    const folder = await mkdtemp(join(tmpdir(), "lowmag-bench-train-"));
    const data = ["--data", this.tissue, "--data-mpp", "1", "--seed", "1"];
    const splits = join(folder, "splits.csv");
    const lowmag = async (...args: string[]): Promise<void> => {
      await runProgram(process.execPath, [program, ...args, "--quiet"], signal);
    };
    const train = async (name: string, epochs: number): Promise<void> => {
      const [out, cache] = [join(folder, name), join(folder, "cache")];
      const options = ["--splits", splits, "--mpp", "1", "--batch", "8", "--epochs", `${epochs}`];
      await lowmag("train", ...data, ...options, "--cache", cache, "--out", out, "--overwrite");
    };
    try {
      await lowmag("split", ...data, "--by", "block", "--blocks", "10", "--out", splits);
      await train("warming", 1);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
    return { folder, train };
  }
}
