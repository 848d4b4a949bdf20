// The folder of an exported page: what is in it, what it never replaces, and that it is whole or not there.
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writePage } from "../../src/api/export-page.ts";
import { writeFolder } from "../../src/api/export-page-folder.ts";
import { exportOnnx, modelFacts, runMetadata } from "../../src/infer/index.ts";
import { hashBytes } from "../../src/machine/index.ts";
import { RUN } from "./page-site.ts";

const BUILT = existsSync(fileURLToPath(new URL("../../dist/web/page/sw.js", import.meta.url)));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lowmag-page-export-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const files = [{ name: "a/b.txt", content: new TextEncoder().encode("b") }];
const never = { overwrite: false, replaces: () => false };

describe("a folder that is written whole", () => {
  it("appears with its files and nothing beside it", async () => {
    await writeFolder(join(folder, "out"), files, never);
    expect(await readFile(join(folder, "out/a/b.txt"), "utf8")).toBe("b");
    expect(await readdir(folder)).toEqual(["out"]);
  });

  it("may stand where an empty folder stood", async () => {
    await mkdir(join(folder, "out"));
    await writeFolder(join(folder, "out"), files, never);
    expect(await readdir(join(folder, "out"))).toEqual(["a"]);
  });

  it("never replaces what it does not know, and with `overwrite` only what it knows", async () => {
    const out = join(folder, "out");
    await mkdir(out);
    await writeFile(join(out, "thesis.txt"), "years of work");
    for (const how of [
      never,
      { overwrite: true, replaces: () => false },
      { overwrite: false, replaces: () => true },
    ])
      await expect(writeFolder(out, files, how)).rejects.toMatchObject({
        code: "invalid-argument",
        where: out,
      });
    expect(await readFile(join(out, "thesis.txt"), "utf8")).toBe("years of work");
    await writeFolder(out, files, { overwrite: true, replaces: () => true });
    expect(await readdir(out)).toEqual(["a"]);
    expect(await readdir(folder)).toEqual(["out"]);
  });

  it("leaves nothing behind when it cannot be written", async () => {
    const clash = [...files, { name: "a", content: new Uint8Array(1) }];
    await expect(writeFolder(join(folder, "out"), clash, never)).rejects.toMatchObject({
      code: "not-writable",
    });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe.skipIf(!BUILT)("an exported page (skipped where `npm run build` has not been run)", () => {
  const card = runMetadata(RUN);
  const onnx = exportOnnx(RUN.model, card);
  const model = { onnx, facts: modelFacts(RUN), card, weights: "float32" };

  it("holds the model, packed, with its hash, and names no folder of the machine it came from", async () => {
    const { out, files: written } = await writePage(join(folder, "site"), model, false);
    const facts = await readFile(join(out, "model.json"), "utf8");
    const planes = gunzipSync(await readFile(join(out, "model.planes.gz")));
    const count = Math.floor(planes.length / 4);
    const bytes = Buffer.from(planes);
    for (let i = 0; i < 4 * count; i++) bytes[i] = planes[(i % 4) * count + Math.floor(i / 4)]!;
    expect(JSON.parse(facts)).toMatchObject({ sha256: hashBytes(bytes), bytes: onnx.length });
    expect(hashBytes(bytes)).toBe(hashBytes(onnx));
    expect(facts).not.toMatch(/somewhere|secret/);
    expect(written.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["index.html", "sw.js", "LICENSES.txt"]),
    );
  });

  it("is fetched in less than 12 MB whatever computes, and says how much", async () => {
    const { downloads, files: written } = await writePage(join(folder, "site"), model, false);
    const size = (pattern: RegExp) =>
      written.filter(({ name }) => pattern.test(name)).reduce((sum, { bytes }) => sum + bytes, 0);
    expect(downloads.map(({ engine }) => engine)).toHaveLength(3);
    for (const { bytes } of downloads) expect(bytes).toBeLessThan(12e6);
    const runtimes = size(/^runtime\/onnxruntime/);
    const plain = size(/\/plain(-start)?\./);
    expect(downloads[0]!.bytes).toBe(size(/./) - size(/^LICENSES/) - runtimes + plain);
  });

  it("tells its service worker of every file, and of another version when one changes", async () => {
    const read = async (name: string) => {
      const text = await readFile(join(folder, name, "sw.js"), "utf8");
      return JSON.parse(/^const LOWMAG_SITE = (.*);$/m.exec(text)![1]!);
    };
    const { files: written } = await writePage(join(folder, "one"), model, false);
    await writePage(join(folder, "same"), model, false);
    await writePage(join(folder, "other"), { ...model, weights: "int8" }, false);
    const site = await read("one");
    expect([...site.files, ...site.later, "sw.js"].sort()).toEqual(written.map(({ name }) => name).sort());
    expect(await read("same")).toEqual(site);
    expect((await read("other")).version).not.toBe(site.version);
  });

  it("replaces an older page when told to, and nothing else", async () => {
    const out = join(folder, "site");
    await writePage(out, model, false);
    await expect(writePage(out, model, false)).rejects.toMatchObject({ code: "invalid-argument" });
    await writePage(out, model, true);
    await writeFile(join(folder, "model.json"), "{}");
    await expect(writePage(folder, model, true)).rejects.toMatchObject({ code: "invalid-argument" });
  });
});
