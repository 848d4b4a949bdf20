// The cache of teacher outputs by itself: right, whole, shared, and made again where it is damaged.
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isLowmagError, type Progress } from "../../src/base/index.ts";
import {
  type AugmentationDraw,
  createLoader,
  type Dataset,
  type Loader,
  readImages,
} from "../../src/dataset/index.ts";
import { type TeacherOutputsOptions, withTeacherOutputs } from "../../src/distill/index.ts";
import { decodeImage, encodePng } from "../../src/image/index.ts";
import { initialState } from "../../src/models/index.ts";
import { flipImage } from "../../src/pixels/index.ts";
import { writeImage } from "../cli/tissue.ts";

const view = (mpp: number) => ({ mpp, mean: [0.6, 0.5, 0.6], std: [0.2, 0.2, 0.2] }) as const;
const teacher = {
  architecture: "resnet10-thin-gn",
  classes: ["A", "B"],
  state: initialState("resnet10-thin-gn", 2, 4),
  view: view(1),
} as const;
const both: AugmentationDraw = { flipHorizontal: true, flipVertical: true, jitter: null };

let folder: string;
let dataset: Dataset;
/** What the cache of the first test gives. */
let whole: Awaited<ReturnType<typeof outputsOnce>>;

/** Four images of 96 x 64 pixels; the last is the first one, turned by both flips. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-outputs-"));
  for (const name of ["a", "b", "c"])
    await writeImage(folder, { path: `tissue/${name}.png`, width: 96, height: 64 });
  const { image } = await decodeImage(readFileSync(join(folder, "tissue/a.png")));
  const flipped = flipImage(image, { flipHorizontal: true, flipVertical: true });
  writeFileSync(join(folder, "tissue/d.png"), await encodePng(flipped));
  dataset = { classes: ["A", "B"], images: await readImages([join(folder, "tissue")], { mpp: 1 }) };
  whole = await outputsOnce("cache");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A loader with teacher outputs for all four images, the last for validation, and the progress of filling the cache. */
async function open(
  cache: string,
  options: Partial<TeacherOutputsOptions> = {},
): Promise<{ loader: Loader; progress: Progress[] }> {
  const progress: Progress[] = [];
  const cacheFolder = join(folder, cache);
  const pixels = await createLoader({ dataset, views: [view(4)], cacheFolder });
  const loader = await withTeacherOutputs(pixels, {
    ...{ dataset, teacher, modelHash: "m", precision: "float32", cacheFolder, workers: 1 },
    ...{ train: [0, 1, 2], validation: [3], flips: true },
    onProgress: (report) => progress.push(report),
    ...options,
  }).catch(async (error: unknown) => {
    await pixels.close();
    throw error;
  });
  return { loader, progress };
}

/** Feature maps and logits of some images. */
async function outputs(loader: Loader, images: readonly number[], draw: AugmentationDraw | null = null) {
  const { tensors } = await loader.load({ images, draws: images.map(() => draw) });
  const { teacherFeatureMap: map, teacherLogits: logits } = tensors!;
  return { map: map!.data as Float32Array, dims: map!.dims, logits: logits!.data as Float32Array };
}

/** Opens, takes the outputs of all images, and closes. */
async function outputsOnce(cache: string, options: Partial<TeacherOutputsOptions> = {}) {
  const { loader, progress } = await open(cache, options);
  try {
    return { ...(await outputs(loader, [0, 1, 2, 3])), flipped: await outputs(loader, [0], both), progress };
  } finally {
    await loader.close();
  }
}

/** Files of teacher outputs in a cache folder. */
function entries(cache: string): string[] {
  const root = join(folder, cache, "teacher-outputs");
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".outputs"))
    .map((name) => join(root, name))
    .sort();
}

describe("teacher outputs from a cache", () => {
  it("are those of the flipped image, not flipped ones of the image", async () => {
    const { map, dims, logits, flipped, progress } = whole;
    expect(dims).toEqual([4, 256, 2, 3]);
    const length = map.length / 4;
    expect(flipped.map).toEqual(map.slice(3 * length)); // the fourth image is the first one, flipped
    expect(flipped.logits).toEqual(logits.slice(6));
    const turned = map.slice(0, length).map((_, i) => map[i - (i % 6) + 5 - (i % 6)]!);
    expect(flipped.map).not.toEqual(turned);
    expect(progress.map(({ activity, done, total }) => [activity, done, total])).toEqual(
      [1, 2, 3, 4].map((done) => ["teacher outputs", done, 4]),
    );
  });

  it("lie in one file for each image, which holds only the flips that can occur", async () => {
    const sizes = entries("cache").map((path) => statSync(path).size);
    const flip = 4 * (2 + 256 * 2 * 3);
    expect(sizes.sort((a, b) => b - a)).toEqual([4, 4, 4, 1].map((flips) => 48 + flips * flip));
    const { loader } = await open("unflipped", { flips: false });
    await loader.close();
    expect(entries("unflipped").map((path) => statSync(path).size)).toEqual(Array(4).fill(48 + flip));
  });

  it("are read back by later runs, and serve a run that wants fewer flips", async () => {
    expect((await outputsOnce("cache")).progress).toEqual([]);
    expect((await outputsOnce("cache", { flips: false })).progress).toEqual([]);
    const { progress } = await outputsOnce("cache", { validation: [], train: [3] });
    expect(progress).toHaveLength(1); // so far it was there as it is, not flipped
  });

  it("are kept in memory: the files are not needed in later epochs, unless memory is short", async () => {
    const { loader } = await open("memory");
    const before = await outputs(loader, [0]);
    rmSync(join(folder, "memory/teacher-outputs"), { recursive: true });
    expect(await outputs(loader, [0])).toEqual(before);
    await loader.close();
    expect(readdirSync(join(folder, "memory"))).not.toContain("teacher-outputs");
    const short = await open("memory", { memoryBytes: 0 });
    rmSync(join(folder, "memory/teacher-outputs"), { recursive: true });
    expect(await outputs(short.loader, [0])).toEqual(before); // made again
    await short.loader.close();
    expect(entries("memory")).toHaveLength(1);
  });

  it("are made again where bytes of an entry were changed", async () => {
    await outputsOnce("damaged");
    const paths = entries("damaged");
    const before = paths.map((path) => readFileSync(path));
    const changed = [990, 20, 0, 50]; // in a map, the header's height, its magic, the logits
    for (const [i, path] of paths.entries()) {
      const bytes = readFileSync(path);
      bytes[changed[i]!]! ^= 16;
      writeFileSync(path, bytes);
    }
    const again = await outputsOnce("damaged");
    expect(again.map).toEqual(whole.map);
    expect(again.logits).toEqual(whole.logits);
    expect(paths.map((path) => readFileSync(path))).toEqual(before);
  });

  it("are made again where entries were cut short", async () => {
    await outputsOnce("cut");
    const paths = entries("cut");
    for (const [i, path] of paths.entries()) truncateSync(path, [0, 20, 48, 5000][i]);
    const again = await outputsOnce("cut");
    expect(again.progress).toHaveLength(4);
    expect(again.map).toEqual(whole.map);
    expect(entries("cut")).toEqual(paths);
  });

  it("go on where filling the cache was interrupted", async () => {
    const controller = new AbortController();
    const stop = { signal: controller.signal, onProgress: () => controller.abort() };
    const error = await open("interrupted", stop).catch((reason: unknown) => reason);
    expect(isLowmagError(error, "cancelled"), String(error)).toBe(true);
    expect(String(error)).toContain("What was computed is kept in the cache: run the same command again.");
    const kept = entries("interrupted").length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(4);
    const { progress, map } = await outputsOnce("interrupted");
    expect(progress[0]).toMatchObject({ done: kept + 1, total: 4 });
    expect(map).toEqual(whole.map);
  });

  it("may be filled by several at the same time", async () => {
    const all = await Promise.all([1, 2].map(() => outputsOnce("shared")));
    for (const { map } of all) expect(map).toEqual(whole.map);
    const files = readdirSync(join(folder, "shared"), { recursive: true, encoding: "utf8" });
    expect(files.filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("differ in half precision by at most half a step, and take half the room", async () => {
    const half = await outputsOnce("cache", { precision: "float16" });
    expect(half.logits).toEqual(whole.logits);
    const errors = half.map.map((value, i) => Math.abs(value - whole.map[i]!));
    const bounds = whole.map.map((value) => Math.max(2 ** -25, value * 2 ** -11));
    expect(errors.every((error, i) => error <= bounds[i]!)).toBe(true);
    expect(Math.max(...errors)).toBeGreaterThan(0);
    expect(entries("cache").map((path) => statSync(path).size)).toContain(48 + 4 * (8 + 2 * 256 * 6));
  });

  it("are those of one teacher and one resolution", async () => {
    const other = await outputsOnce("cache", { modelHash: "another" });
    expect(other.progress).toHaveLength(4);
    const coarse = await outputsOnce("cache", { teacher: { ...teacher, view: view(2) } });
    expect(coarse.progress).toHaveLength(4);
    expect(coarse.dims).toEqual([4, 256, 1, 2]);
  });

  it("refuse maps that half precision cannot hold", async () => {
    const state = new Map(teacher.state);
    const weight = state.get("layer4.0.bn2.weight")!;
    state.set("layer4.0.bn2.weight", { ...weight, data: weight.data.map(() => 1e6) });
    const options = { teacher: { ...teacher, state }, modelHash: "steep", precision: "float16" } as const;
    await expect(open("cache", options)).rejects.toThrow(
      /^feature map of the teacher for image `tissue\/[a-d]\.png`: expected numbers that float16 can hold, up to 65,504, got \d+.*Keep the maps in full precision: `--teacher-precision float32`\.$/,
    );
  });

  it("say so when the cache cannot be written", async () => {
    mkdirSync(join(folder, "full"));
    writeFileSync(join(folder, "full/teacher-outputs"), "a file in the way");
    const error = await open("full").catch((reason: unknown) => reason);
    expect(isLowmagError(error, "not-writable"), String(error)).toBe(true);
  });
});
