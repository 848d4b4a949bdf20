import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decodeImage } from "../../src/image/index.ts";
import { hashBytes } from "../../src/machine/index.ts";
import { type DatasetRequest, synthesizeDataset } from "../../src/synthetic/index.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lowmag-synthetic-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const SMALL = {
  patients: 3,
  imagesPerPatient: 2,
  unlabelledPatients: 2,
  size: 64,
  seed: 5,
  workers: 1,
} as const;

function make(name: string, more: Partial<DatasetRequest> = {}) {
  return synthesizeDataset({ ...SMALL, out: join(folder, name), ...more });
}

/** Path and hash of every file but the journal, whose lines stand in the order of completion. */
async function contents(name: string): Promise<Record<string, string>> {
  const root = join(folder, name);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith("."));
  const hashed: Record<string, string> = {};
  for (const file of files) {
    const path = join(file.parentPath, file.name);
    hashed[path.slice(root.length + 1)] = hashBytes(await readFile(path));
  }
  return hashed;
}

async function table(name: string, file: string): Promise<Record<string, string>[]> {
  const [head, ...rows] = (await readFile(join(folder, name, file), "utf8")).trimEnd().split("\n");
  const columns = head!.split(",");
  return rows.map((row) => Object.fromEntries(row.split(",").map((value, i) => [columns[i]!, value])));
}

describe("synthesizeDataset", () => {
  it("writes the images it lists, balanced over patients, each stating its µm per pixel", async () => {
    const summary = await make("a", { mpp: 0.5 });
    expect(summary).toMatchObject({ images: 6, unlabelledImages: 4, drawn: 10, kept: 0 });
    expect(summary.classCounts).toEqual({ Abnormal: 2, Normal: 2, Sprue: 2 });
    const rows = await table("a", "manifest.csv");
    expect(rows).toHaveLength(6);
    for (const row of rows) {
      expect(row.image).toBe(`${row.label}/${row.image!.split("/")[1]}`);
      expect(Number(row.mpp)).toBe(0.5);
      expect(Number(row.lymphocytesPer100Enterocytes)).toBeGreaterThanOrEqual(0);
      const decoded = await decodeImage(join(folder, "a", row.image!));
      expect([decoded.image.width, decoded.image.height]).toEqual([64, 64]);
      expect(decoded.mpp?.x).toBeCloseTo(0.5, 4);
    }
    const labelOf = new Map(rows.map((row) => [row.patient, row.label]));
    for (const row of rows) expect(labelOf.get(row.patient)).toBe(row.label);
  });

  it("lists unlabelled images without a class, and no labelled patient among them", async () => {
    await make("a");
    const rows = await table("a", "unlabelled.csv");
    expect(rows).toHaveLength(4);
    const labelled = new Set((await table("a", "manifest.csv")).map((row) => row.patient));
    for (const row of rows) {
      expect(row).toMatchObject({ label: "", split: "", mpp: "1" });
      expect(labelled.has(row.patient)).toBe(false);
      expect(row.image).toMatch(/^unlabelled\/U\d{4}_\d\.png$/);
    }
  });

  it("writes the same bytes whatever the number of workers", async () => {
    await make("one", { workers: 1 });
    await make("two", { workers: 2 });
    expect(await contents("two")).toEqual(await contents("one"));
  });

  it("begins a larger data set with the smaller one of the same seed", async () => {
    await make("small", { unlabelledPatients: 0 });
    await make("large", { unlabelledPatients: 0, patients: 4 });
    const large = await contents("large");
    for (const [file, hash] of Object.entries(await contents("small")))
      if (file.endsWith(".png")) expect(large[file]).toBe(hash);
  });

  it("draws sides from the range asked for, in steps of 32", async () => {
    await make("a", { size: [64, 128], unlabelledPatients: 0, imagesPerPatient: 6 });
    const sides = new Set<number>();
    for (const row of await table("a", "manifest.csv")) {
      const { image } = await decodeImage(join(folder, "a", row.image!));
      sides.add(image.width).add(image.height);
    }
    expect([...sides].sort((a, b) => a - b)).toEqual([64, 96, 128]);
  });

  it.each([1, 2])("finishes an interrupted run to the same bytes (%i workers)", async (workers) => {
    await make("whole");
    const stop = new AbortController();
    const interrupted = make("broken", {
      workers,
      signal: stop.signal,
      onProgress: ({ done }) => {
        if (done === 3) stop.abort();
      },
    });
    await expect(interrupted).rejects.toMatchObject({ code: "cancelled" });
    const summary = await make("broken", { workers });
    expect(summary.kept).toBeGreaterThanOrEqual(3);
    expect(summary.kept + summary.drawn).toBe(10);
    expect(await contents("broken")).toEqual(await contents("whole"));
  });

  it("leaves whole images alone and draws damaged ones again", async () => {
    await make("a");
    const before = await contents("a");
    expect(await make("a")).toMatchObject({ drawn: 0, kept: 10 });
    const [row] = await table("a", "manifest.csv");
    await truncate(join(folder, "a", row!.image!), 100);
    expect(await make("a")).toMatchObject({ drawn: 1, kept: 9 });
    expect(await contents("a")).toEqual(before);
  });

  it("refuses a folder with a data set of other parameters, naming the first that differs", async () => {
    await make("a");
    await expect(make("a", { seed: 6 })).rejects.toThrow(
      /expected a data set with seed 6, got one with seed 5/,
    );
  });

  it("refuses a folder that holds something else", async () => {
    await writeFile(join(folder, "notes.txt"), "mine");
    await expect(make(".")).rejects.toThrow(
      /expected an empty folder .* got a folder with "notes.txt" in it/,
    );
  });

  it("says when the folder cannot be written", async () => {
    await writeFile(join(folder, "file"), "");
    await expect(make("file/below")).rejects.toMatchObject({ code: "not-writable" });
  });

  it.each([
    [{ patients: 0 }, "patients"],
    [{ imagesPerPatient: 1.5 }, "imagesPerPatient"],
    [{ unlabelledPatients: -1 }, "unlabelledPatients"],
    [{ size: 20 }, "size"],
    [{ size: [128, 64] as const }, "size"],
    [{ size: 10_000 }, "size"],
    [{ mpp: 8 }, "mpp"],
    [{ difficulty: 1.1 }, "difficulty"],
    [{ stainVariation: -1 }, "stainVariation"],
    [{ artefacts: Number.NaN }, "artefacts"],
    [{ seed: -1 }, "seed"],
    [{ workers: 0 }, "workers"],
  ])("refuses %o before it makes the folder", async (wrong, name) => {
    await expect(make("a", wrong)).rejects.toMatchObject({
      code: "invalid-argument",
      where: `synthesize: ${name}`,
    });
    expect(await readdir(folder)).toEqual([]);
  });
});
