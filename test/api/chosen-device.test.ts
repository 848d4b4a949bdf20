// When a device that cannot be used is refused, and what `auto` means to a run that is resumed.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { trainingDevice } from "../../src/api/chosen-device.ts";
import { train } from "../../src/api/train.ts";
import { tryDevice } from "../../src/engine/index.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lowmag-device-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the device of a training", () => {
  it("is refused before data are read where it cannot be used", async (test) => {
    if ((await tryDevice("cuda")).usable) test.skip();
    const absent = { data: join(folder, "no-data"), out: join(folder, "run"), mpp: 1 };
    await expect(train({ ...absent, device: "cuda" })).rejects.toMatchObject({ code: "engine-failure" });
    await expect(train(absent)).rejects.toMatchObject({ code: "not-found" });
  });

  it("is with auto the one that a resumed run began with, without a trial", async () => {
    const out = join(folder, "begun");
    await mkdir(out);
    await writeFile(join(out, "run.json"), JSON.stringify({ device: "cpu" }));
    const notes: string[] = [];
    const context = { onNote: (sentence: string) => void notes.push(sentence) };
    expect(await trainingDevice({ device: "auto", resume: true, out }, context)).toBe("cpu");
    expect(notes).toEqual([]);
  });
});
