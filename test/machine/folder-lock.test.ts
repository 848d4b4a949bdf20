// The lock of a folder: who holds it, who may take it over.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lockFolder } from "../../src/machine/index.ts";

const LOCK = { file: "work.lock", command: "lowmag work" };
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-lock-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the lock of a folder", () => {
  const path = () => join(folder, LOCK.file);

  it("is held once, names its holder, and is free again when given back", async () => {
    const release = await lockFolder(folder, LOCK);
    await expect(lockFolder(folder, LOCK)).rejects.toThrow(`got process ${process.pid}, started 2`);
    await release();
    expect(existsSync(path())).toBe(false);
    await (await lockFolder(folder, LOCK))();
  });

  it("is another one for another name", async () => {
    const release = await lockFolder(folder, LOCK);
    await (await lockFolder(folder, { ...LOCK, file: "other.lock" }))();
    await release();
  });

  it("of a process that is gone, or that was cut off while it was written, is taken over", async () => {
    for (const left of [
      JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), started: "2020-01-01T00:00:00.000Z" }),
      JSON.stringify({ pid: process.pid, host: hostname(), started: "2020-01-01T00:00:00.000Z" }),
      '{"pid": 12',
    ]) {
      writeFileSync(path(), left);
      const release = await lockFolder(folder, LOCK);
      expect(JSON.parse(readFileSync(path(), "utf8"))).toMatchObject({ pid: process.pid });
      await release();
    }
  });

  it("of a living process or another machine is respected", async () => {
    for (const [pid, host] of [
      [process.ppid, hostname()],
      [1, "elsewhere"],
    ] as const) {
      writeFileSync(path(), JSON.stringify({ pid, host, started: "2020-01-01T00:00:00.000Z" }));
      await expect(lockFolder(folder, LOCK)).rejects.toMatchObject({ code: "not-writable" });
      rmSync(path());
    }
  });
});
