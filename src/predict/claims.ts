// Who does a slide where several processes share a folder, on this machine or on others: a lock file per slide, held while
// the slide is in work. A process that was killed holds nothing.
import { mkdir, readdir, rmdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { fail } from "../base/index.ts";
import type { NamedSlide, SlideEnd, SlideGate } from "../jobs/index.ts";
import {
  type HeldLock,
  type LockHolder,
  notWritable,
  removeTemporaryFiles,
  tryLock,
} from "../machine/index.ts";
import { readFailure, removeFailure } from "./failure-record.ts";
import { removeRecord, slideFolder } from "./slide-record.ts";
import type { SlideSummary } from "./types.ts";

/** The folder of the lock files; gone when nobody is at work. */
function claimsFolder(out: string): string {
  return join(out, "claims");
}

/** Hands out the slides of a folder. */
export class Claims implements SlideGate<SlideSummary> {
  readonly #out: string;
  readonly #finished: (slide: NamedSlide) => Promise<SlideSummary | null>;
  readonly #failuresBefore: ReadonlyMap<string, string>;

  /**
   * @param finished what another process made of a slide in the meantime.
   * @param failuresBefore the failures that stood in the folder when we began, by slide: these are tried again.
   */
  constructor(
    out: string,
    finished: (slide: NamedSlide) => Promise<SlideSummary | null>,
    failuresBefore: ReadonlyMap<string, string>,
  ) {
    this.#out = out;
    this.#finished = finished;
    this.#failuresBefore = failuresBefore;
  }

  async take(
    slide: NamedSlide,
  ): Promise<{ release: () => Promise<void> } | { end: SlideEnd<SlideSummary> } | null> {
    const lock = await claim(this.#out, slide.id);
    if (!("release" in lock)) return null;
    const end = (await this.#finished(slide)) ?? (await this.#failedMeanwhile(slide));
    if (end !== null) {
      await lock.release();
      return { end };
    }
    // What stands there is of another file, of other settings, or not whole.
    await removeRecord(this.#out, slide.id);
    await removeFailure(this.#out, slide.id);
    await removeTemporaryFiles(slideFolder(this.#out, slide.id));
    return lock;
  }

  async #failedMeanwhile({ id }: NamedSlide): Promise<SlideEnd<SlideSummary> | null> {
    const found = await readFailure(this.#out, id);
    return found === null || found.text === this.#failuresBefore.get(id) ? null : found.failure;
  }

  /** Takes away what dead processes left, and the folder of the locks once the last one has left. */
  async close(): Promise<void> {
    for (const slide of await claimed(this.#out)) {
      const lock = await claim(this.#out, slide);
      if ("release" in lock) await lock.release();
    }
    await rmdir(claimsFolder(this.#out)).catch(() => undefined);
  }
}

/** Slides with a lock file, whoever holds it. */
async function claimed(out: string): Promise<string[]> {
  const names = await readdir(claimsFolder(out)).catch(() => []);
  return names.filter((name) => name.endsWith(".lock")).map((name) => basename(name, ".lock"));
}

async function claim(out: string, slide: string): Promise<HeldLock | LockHolder> {
  const folder = claimsFolder(out);
  const path = join(folder, `${slide}.lock`);
  for (let attempt = 0; ; attempt++) {
    await mkdir(folder, { recursive: true }).catch((error: unknown) => {
      throw notWritable(folder, error);
    });
    try {
      return await tryLock(path, { beats: true });
    } catch (error) {
      // Another process, which was the last one, may have taken the folder away.
      if (attempt === 3) throw error;
    }
  }
}

/** @throws LowmagError `not-writable` where a living process is at work in the folder. */
export async function refuseWhereAtWork(out: string): Promise<void> {
  for (const slide of await claimed(out)) {
    const lock = await claim(out, slide);
    if (!("release" in lock))
      throw fail("not-writable", {
        where: out,
        expected: "no other process at work in this folder",
        got: `process ${lock.pid} on ${lock.host}, started ${lock.started}`,
        fix: "Wait for it or stop it; or choose another `--out`.",
      });
    await lock.release();
  }
}
