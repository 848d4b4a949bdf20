// A lock file: one holder at a time, and of several that find a dead one's lock exactly one takes it over.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tryLock } from "../../src/machine/file-lock.ts";
import { ProcessPool } from "../../src/machine/index.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-file-lock-"));
  path = join(folder, "slide.lock");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const holder = (pid: number, host = hostname()) =>
  JSON.stringify({ pid, host, started: "2026-01-01T00:00:00.000Z" });

describe("a lock file", () => {
  it("tells who holds it, and is gone when it is given back", async () => {
    const lock = await tryLock(path);
    expect("release" in lock).toBe(true);
    expect(await tryLock(path)).toMatchObject({ pid: process.pid, host: hostname() });
    if ("release" in lock) await lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("of another machine is held while it beats, by our clock, and not after", async () => {
    writeFileSync(path, holder(1, "elsewhere"));
    const options = { beats: true, staleMs: 150 };
    for (let beat = 0; beat < 4; beat++) {
      utimesSync(path, 1000 + beat, 1000 + beat); // what their clock says does not matter
      expect(await tryLock(path, options)).toMatchObject({ host: "elsewhere" });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    const lock = await tryLock(path, options);
    expect("release" in lock).toBe(true);
    expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ pid: process.pid });
    if ("release" in lock) await lock.release();
  });

  it("without beats is held for ever by another machine", async () => {
    writeFileSync(path, holder(1, "elsewhere"));
    expect(await tryLock(path, { staleMs: 1 })).toMatchObject({ host: "elsewhere" });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await tryLock(path, { staleMs: 1 })).toMatchObject({ host: "elsewhere" });
  });

  it("beats while it is held", async () => {
    const lock = await tryLock(path, { beats: true, beatMs: 20 });
    utimesSync(path, 1000, 1000);
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(statSync(path).mtimeMs).toBeGreaterThan(1_000_000);
    if ("release" in lock) await lock.release();
  });
});

describe("a dead process's lock", () => {
  it("goes to exactly one of many that want it, again and again", { timeout: 60_000 }, async () => {
    const pool = new ProcessPool<string, "mine" | "another's">(new URL("./lock-taker.mjs", import.meta.url), {
      count: 4,
    });
    try {
      for (let round = 0; round < 25; round++) {
        const contested = join(folder, `${round}.lock`);
        writeFileSync(contested, holder(2 ** 22 + 1));
        const answers = await Promise.all(
          [0, 1, 2, 3].map(() => pool.run(contested, { where: `round ${round}` })),
        );
        expect(answers.filter((answer) => answer === "mine")).toHaveLength(1);
      }
    } finally {
      await pool.close();
    }
  });
});
