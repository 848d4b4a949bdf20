import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import { hashBytes, hashFile, workerFile, writeFileAtomically } from "../../src/machine/index.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lowmag-machine-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("files", () => {
  it("are replaced whole, and leave nothing beside them", async () => {
    const path = join(folder, "deep", "file.txt");
    await writeFileAtomically(path, "first");
    await writeFileAtomically(path, "second");
    expect(await readFile(path, "utf8")).toBe("second");
    expect(await readdir(join(folder, "deep"))).toEqual(["file.txt"]);
    expect(await hashFile(path)).toBe(hashBytes("second"));
  });

  it("say why they cannot be written", async () => {
    await writeFile(join(folder, "plain"), "");
    const error = await writeFileAtomically(join(folder, "plain", "below.txt"), "x").catch((e: unknown) => e);
    expect(isLowmagError(error, "not-writable")).toBe(true);
    expect(String(error)).toMatch(
      /got a file where a folder should be \((ENOTDIR|EEXIST)\)\. Choose another path\./,
    );
  });
});

describe("worker files", () => {
  it("are the compiled twin when the sources run, and the neighbour when compiled code runs", () => {
    const source = pathToFileURL("/a/src/b/src/engine/pool.ts").href;
    expect(workerFile(source, "./pool-worker.ts").pathname).toBe("/a/src/b/dist/engine/pool-worker.js");
    const compiled = pathToFileURL("/a/dist/engine/pool.js").href;
    expect(workerFile(compiled, "./pool-worker.ts").pathname).toBe("/a/dist/engine/pool-worker.js");
  });
});
