// Slides to a data set, through the library: what is cut, at which scale, what is written down, and what happens to bad
// slides, interruptions and changed options. Slides are drawn here, with tissue at known places.
import { createHash } from "node:crypto";
import {
  existsSync,
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
import { join, relative } from "node:path";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readAnnotations, ringOf, writeGeoJson } from "../../src/annotation/index.ts";
import { readDataset } from "../../src/dataset/index.ts";
import { decodeImage } from "../../src/image/index.ts";
import { type PrepareOptions, type PrepareResult, prepare } from "../../src/index.ts";
import { openSlide } from "../../src/local/index.ts";
import { resampleArea, studentSize } from "../../src/pixels/index.ts";
import { readAtMpp } from "../../src/slide/index.ts";
import { drawSlide, TWO_DISCS, writeSlide } from "./slides.ts";

let folder: string;
let slides: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-prepare-"));
  slides = join(folder, "slides");
  await writeSlide(slides, "one.tif", TWO_DISCS);
  await writeSlide(slides, "two.tif", { ...TWO_DISCS, discs: [{ x: 900, y: 800, radius: 300 }] });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let runs = 0;
const fresh = (): string => join(folder, `out-${++runs}`);

/** Prepares with one process, which is enough here. */
function run(options: Partial<PrepareOptions> & { out: string }): Promise<PrepareResult> {
  return prepare({ slides: [slides], workers: 1, minArea: 0.02, ...options });
}

type Row = Record<string, string>;
const rowsOf = (path: string): Row[] => parse(readFileSync(path, "utf8"), { columns: true }) as Row[];
const manifest = (out: string, mpp = 1): Row[] => rowsOf(join(out, `mpp-${mpp}`, "manifest.csv"));

/** Every file below a folder with the hash of its bytes. */
function hashes(root: string): Record<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [relative(root, path), createHash("sha256").update(readFileSync(path)).digest("hex")]),
  );
}

describe("cutting", { timeout: 60_000 }, () => {
  it("writes each piece at each resolution, with its place, scale and measures", async () => {
    const out = fresh();
    const result = await run({ out, mpp: [4, 1], margin: 40 });
    expect(result.resolutions).toMatchObject([
      { mpp: 1, images: 3, manifest: join(out, "mpp-1", "manifest.csv") },
      { mpp: 4, images: 3 },
    ]);
    expect(result.failures).toEqual([]);
    expect(result.tissueArea).toBeCloseTo((Math.PI * (250 ** 2 + 200 ** 2 + 300 ** 2)) / 1e6, 1);
    const [first, second, third] = manifest(out);
    expect([first?.image, second?.image, third?.image]).toEqual([
      "images/one/one-p01.png",
      "images/one/one-p02.png",
      "images/two/two-p01.png",
    ]);
    // The box is the disc with its margin, to about a mask pixel of 8 µm and the smoothing of the mask.
    const near = (text: string | undefined, value: number) =>
      expect(Math.abs(Number(text) - value)).toBeLessThan(24);
    near(first?.x, 600 - 250 - 40);
    near(first?.y, 700 - 250 - 40);
    near(first?.width, 580);
    near(first?.height, 580);
    expect(Number(first?.tissue)).toBeCloseTo((Math.PI * 250 ** 2) / 580 ** 2, 1);
    expect(first).toMatchObject({ mpp: "1", slide: "one", blurred: "no", pen: "0" });
    expect(first?.slideHash).toBe(
      createHash("sha256")
        .update(readFileSync(join(slides, "one.tif")))
        .digest("hex"),
    );
  });

  it("writes the very pixels that the slide has at that µm/px, white outside the piece", async () => {
    const out = fresh();
    await run({ out, mpp: [1, 2.5] });
    const slide = await openSlide(join(slides, "one.tif"));
    for (const mpp of [1, 2.5]) {
      const row = manifest(out, mpp)[0]!;
      const { image, mpp: stated } = await decodeImage(join(out, `mpp-${mpp}`, row.image!));
      expect(stated).toEqual({ x: mpp, y: mpp });
      const box = { left: +row.x!, top: +row.y!, width: +row.width!, height: +row.height! };
      const direct = await readAtMpp(slide, mpp, box);
      expect([image.width, image.height]).toEqual([direct.width, direct.height]);
      let same = 0;
      let different = 0;
      for (let k = 0; k < image.data.length; k += 3) {
        const [red, green, blue] = image.data.subarray(k, k + 3);
        if (red === 255 && green === 255 && blue === 255) continue;
        same++;
        const [r, g, b] = direct.data.subarray(k, k + 3);
        if (red !== r || green !== g || blue !== b) different++;
      }
      expect(different).toBe(0);
      const kept = same / (image.width * image.height);
      expect(kept).toBeGreaterThan(Number(row.tissue));
      expect(kept).toBeLessThan(Number(row.tissue) + 0.35);
    }
    await slide.close();
  });

  it("cuts so that what distill makes of a fine image is what prepare reads at a coarse resolution", async () => {
    const out = fresh();
    await run({
      out,
      mpp: [1, 4, 8],
      background: "keep",
      readFrom: "finest",
      slides: [join(slides, "two.tif")],
    });
    for (const row of manifest(out)) {
      const fine = (await decodeImage(join(out, "mpp-1", row.image!))).image;
      expect([fine.width % 8, fine.height % 8]).toEqual([0, 0]);
      for (const mpp of [4, 8]) {
        const coarse = (await decodeImage(join(out, `mpp-${mpp}`, row.image!))).image;
        const view = resampleArea(fine, ...studentSize(fine.width, fine.height, 1, mpp));
        expect(Buffer.compare(coarse.data, view.data)).toBe(0);
      }
    }
    const steps = fresh();
    await run({ out: steps, mpp: [1.3], sizeStep: 50 });
    for (const row of manifest(steps, 1.3)) expect(Number(row.width) % (50 * 1.3)).toBeCloseTo(0, 6);
  });

  it("keeps the slide as it is with --background keep", async () => {
    const out = fresh();
    await run({ out, background: "keep" });
    const { image } = await decodeImage(join(out, "mpp-1", manifest(out)[0]!.image!));
    expect(image.data.slice(0, 3)).toEqual(new Uint8Array([244, 244, 244]));
  });

  it("cuts a grid of exact steps where there is tissue, never padded, in folders of a thousand", async () => {
    const out = fresh();
    await run({ out, grid: 16, stride: 16, minTissue: 0.5, mpp: [2.6] });
    const rows = manifest(out, 2.6);
    const step = 16 * 2.6;
    for (const row of rows) {
      expect(Number(row.x) / step).toBeCloseTo(Math.round(Number(row.x) / step), 3);
      expect(Number(row.width)).toBeCloseTo(step, 3);
      expect(Number(row.x) + step).toBeLessThanOrEqual(2400);
      expect(Number(row.tissue)).toBeGreaterThanOrEqual(0.5);
    }
    const area = (Math.PI * (250 ** 2 + 200 ** 2 + 300 ** 2)) / step ** 2;
    expect(Math.abs(rows.length - area) / area).toBeLessThan(0.1);
    const { image } = await decodeImage(join(out, "mpp-2.6", rows[0]!.image!));
    expect([image.width, image.height]).toEqual([16, 16]);
    const small = fresh();
    await run({
      out: small,
      grid: 16,
      stride: 6,
      minTissue: 0.5,
      slides: [join(slides, "two.tif")],
      mpp: [2.5],
    });
    const images = join(small, "mpp-2.5", "images", "two");
    const counts = readdirSync(images).map((name) => readdirSync(join(images, name)).length);
    expect(Math.max(...counts)).toBe(1000);
    expect(counts.length).toBeGreaterThan(1);
  });

  it("stores WebP without loss and JPEG with its µm/px", async () => {
    const [png, webp, jpeg] = [fresh(), fresh(), fresh()];
    const one = { slides: [join(slides, "two.tif")], mpp: [4] };
    await run({ out: png, ...one });
    await run({ out: webp, format: "webp", ...one });
    await run({ out: jpeg, format: "jpeg", quality: 90, ...one });
    const pixels = async (out: string) => decodeImage(join(out, "mpp-4", manifest(out, 4)[0]!.image!));
    expect((await pixels(webp)).image.data).toEqual((await pixels(png)).image.data);
    expect(await pixels(jpeg)).toMatchObject({ format: "jpeg", mpp: { x: 4, y: 4 } });
  });

  it("gives the same bytes with one process and with two, and a second time", async () => {
    const [one, two] = [fresh(), fresh()];
    await run({ out: one, mpp: [1, 4] });
    await run({ out: two, mpp: [1, 4], workers: 2 });
    expect(hashes(two)).toEqual(hashes(one));
    const before = statSync(join(one, "mpp-1/images/one/one-p01.png")).mtimeMs;
    const again = await run({ out: one, mpp: [1, 4] });
    expect(again.kept).toBe(2);
    expect(hashes(one)).toEqual(hashes(two));
    expect(statSync(join(one, "mpp-1/images/one/one-p01.png")).mtimeMs).toBe(before);
  });
});

describe("labels and lists", { timeout: 60_000 }, () => {
  const square = (left: number, top: number, side: number) => ({
    outer: ringOf([left, top, left + side, top, left + side, top + side, left, top + side]),
    holes: [],
  });

  function list(text: string): string {
    const path = join(folder, `list-${++runs}.csv`);
    writeFileSync(path, text);
    return path;
  }

  it("come from the list, and from the regions that cover most of a piece", async () => {
    const out = fresh();
    const geo = writeGeoJson([
      { polygons: [square(300, 400, 600)], label: "Tumour" },
      { polygons: [square(1650, 750, 60)], label: "Stroma" },
    ]);
    writeFileSync(join(folder, "one.geojson"), geo);
    const path = list(
      "slide,patient,label,split,annotation\nslides/one.tif,P1,Benign,train,one.geojson\nslides/two.tif,P2,Benign,test,\n",
    );
    await run({ out, slides: [path] });
    expect(manifest(out).map(({ label, patient, split }) => [label, patient, split])).toEqual([
      ["Tumour", "P1", "train"],
      ["Benign", "P1", "train"],
      ["Benign", "P2", "test"],
    ]);
    const dataset = await readDataset({ data: join(out, "mpp-1", "manifest.csv") });
    expect(dataset.notes).toEqual([]);
    expect(dataset.preparation.join(" ")).toContain("Cut by piece of tissue");
    expect(dataset.images[0]).toMatchObject({ mpp: 1, mppSource: "manifest", patient: "P1", split: "train" });
    const other = fresh();
    await run({ out: other, slides: [path], labelRule: "any", labelShare: 0.005 });
    expect(manifest(other).map(({ label }) => label)).toEqual(["Tumour", "Stroma", "Benign"]);
  });

  it("come from a folder of annotations by the slide's name, which can also be cut by", async () => {
    const [notes, out] = [join(folder, "annotations"), fresh()];
    mkdirSync(notes);
    const region = { polygons: [square(500, 600, 200)], label: "Tumour" };
    writeFileSync(join(notes, "one.geojson"), writeGeoJson([region]));
    const result = await run({ out, annotations: notes, cutBy: "annotations", margin: 0 });
    expect(result.failures).toMatchObject([{ slide: "two", reason: "annotation" }]);
    const rows = manifest(out);
    expect(rows).toMatchObject([{ label: "Tumour", slide: "one" }]);
    expect(Math.abs(Number(rows[0]!.x) - 500)).toBeLessThanOrEqual(8);
    expect(Math.abs(Number(rows[0]!.width) - 200)).toBeLessThanOrEqual(16);
    const tiles = fresh();
    await run({
      out: tiles,
      annotations: notes,
      cutBy: "annotations",
      grid: 40,
      slides: [join(slides, "one.tif")],
    });
    for (const { x, y, label } of manifest(tiles)) {
      expect(Number(x)).toBeGreaterThanOrEqual(480);
      expect(Number(y) + 40).toBeLessThanOrEqual(820);
      expect(label).toBe("Tumour");
    }
    expect(manifest(tiles)).toHaveLength(25);
  });

  it("override rules for single slides, and say where a wrong value stands", async () => {
    const out = fresh();
    await run({
      out,
      slides: [list("slide,background,margin\nslides/one.tif,keep,0\nslides/two.tif,,\n")],
      margin: 40,
    });
    const [first, , third] = manifest(out);
    expect(Number(first!.width)).toBeLessThan(530);
    expect(Number(third!.width)).toBeGreaterThan(650);
    const wrong = list("slide,margin\nslides/one.tif,wide\n");
    await expect(run({ out: fresh(), slides: [wrong] })).rejects.toThrow(
      `${wrong} line 2: expected \`margin\` to be a number from 0 to 10000, got \`wide\`.`,
    );
  });

  it("take the patient from the path by a pattern", async () => {
    const out = fresh();
    await run({ out, patientPattern: "/(one|two)\\.tif$" });
    expect(manifest(out).map(({ patient }) => patient)).toEqual(["one", "one", "two"]);
  });
});

describe("slides that cannot be used", { timeout: 60_000 }, () => {
  it("are set aside with their reason while the others are done", async () => {
    const [bad, out] = [join(folder, "bad"), fresh()];
    await writeSlide(bad, "whole.tif", TWO_DISCS);
    await writeSlide(bad, "empty-glass.tif", { ...TWO_DISCS, discs: [] });
    await writeSlide(bad, "no-scale.tif", { ...TWO_DISCS, stated: null });
    await writeSlide(bad, "coarse.tif", { ...TWO_DISCS, mpp: 2 });
    const cut = await writeSlide(bad, "cut.tif", TWO_DISCS);
    truncateSync(cut, Math.floor(statSync(cut).size / 2));
    writeFileSync(join(bad, "text.tif"), "This is no slide.");
    const list = join(bad, "list.csv");
    const names = ["whole", "empty-glass", "no-scale", "coarse", "cut", "text", "missing"];
    writeFileSync(list, `slide\n${names.map((name) => `${name}.tif`).join("\n")}\n`);
    const told: string[] = [];
    const result = await prepare(
      { slides: [list], out, workers: 2 },
      { onNote: (sentence) => told.push(sentence) },
    );
    const reasons = Object.fromEntries(result.failures.map(({ slide, reason }) => [slide, reason]));
    expect(reasons).toEqual({
      "empty-glass": "no-tissue",
      "no-scale": "no-pixel-size",
      coarse: "too-coarse",
      cut: "truncated",
      text: "not-a-slide",
      missing: "not-found",
    });
    expect(told).toHaveLength(6);
    expect(rowsOf(join(out, "failures.csv")).map(({ slide }) => slide)).toEqual(names.slice(1));
    expect(manifest(out).map(({ slide }) => slide)).toEqual(["whole", "whole"]);
    for (const picture of ["thumbnail.jpg", "mask.png"])
      expect(existsSync(join(out, "slides", "empty-glass", picture)), picture).toBe(true);
    // Mended, they are done by the same command, and the list of failures goes away.
    writeFileSync(list, "slide,mpp\nwhole.tif,\nno-scale.tif,1\n");
    const mended = await prepare({ slides: [list], out, workers: 1 });
    expect(mended).toMatchObject({ kept: 1, failures: [], failuresFile: null });
    expect(existsSync(join(out, "failures.csv"))).toBe(false);
    expect(manifest(out)).toHaveLength(4);
  });

  it("with a piece beyond the memory limit or the format say what to do", async () => {
    const { checkFits } = await import("../../src/prepare/stored-image.ts");
    const piece = { width: 20_000, height: 10_000, mpp: 1 };
    expect(() => checkFits("a.svs", piece, "png", 1e8)).toThrow(
      /at most 100 million pixels .+ `--max-memory`/,
    );
    expect(() => checkFits("a.svs", piece, "webp", 1e9)).toThrow(/at most 16383 pixels on a side/);
    expect(() => checkFits("a.svs", piece, "png", 1e9)).not.toThrow();
  });
});

describe("an interruption", { timeout: 60_000 }, () => {
  it("leaves what is whole, and the same call ends with the same bytes as one that was not interrupted", async () => {
    const [whole, cut] = [fresh(), fresh()];
    const options = { mpp: [1], grid: 40, minTissue: 0.2 };
    await run({ out: whole, ...options });
    const controller = new AbortController();
    const interrupted = prepare(
      { slides: [slides], workers: 1, minArea: 0.02, ...options, out: cut },
      {
        signal: controller.signal,
        onProgress: ({ note = "" }) => {
          if (/image (1\d|[2-9]\d) of/.test(note)) controller.abort();
        },
      },
    );
    await expect(interrupted).rejects.toMatchObject({ code: "cancelled" });
    expect(existsSync(join(cut, "prepare.lock"))).toBe(false);
    const images = readdirSync(cut, { recursive: true }).filter((name) => `${name}`.endsWith(".png"));
    expect(images.length).toBeGreaterThan(5);
    // As a process leaves it that was killed while it wrote.
    writeFileSync(join(cut, "mpp-1/images/one/.one-t099.png.0123456789ab.tmp"), "half");
    expect(existsSync(join(cut, "mpp-1", "manifest.csv"))).toBe(false);
    await run({ out: cut, ...options });
    expect(hashes(cut)).toEqual(hashes(whole));
  });

  it("is not fooled by half a file of a finished slide", async () => {
    const out = fresh();
    await run({ out });
    const before = hashes(out);
    const image = join(out, "mpp-1/images/one/one-p02.png");
    truncateSync(image, 100);
    const again = await run({ out });
    expect(again.kept).toBe(1);
    expect(hashes(out)).toEqual(before);
  });
});

describe("a folder", { timeout: 60_000 }, () => {
  it("belongs to one set of rules; --overwrite starts over and removes nothing else", async () => {
    const out = fresh();
    await run({ out, slides: [join(slides, "two.tif")] });
    writeFileSync(join(out, "mine.txt"), "mine");
    await expect(run({ out, margin: 7, slides: [join(slides, "two.tif")] })).rejects.toThrow(
      /expected the rules it was begun with: --margin 100, got --margin 7\. .*--overwrite/,
    );
    rmSync(join(out, "mine.txt"));
    await run({ out, margin: 7, overwrite: true, slides: [join(slides, "two.tif")] });
    expect(Number(manifest(out)[0]!.width)).toBeLessThan(700);
  });

  it("that holds something else is not touched", async () => {
    const out = fresh();
    mkdirSync(out);
    writeFileSync(join(out, "thesis.txt"), "mine");
    await expect(run({ out })).rejects.toThrow(/got a folder with `thesis.txt` in it/);
    await expect(run({ out, overwrite: true })).rejects.toThrow(/thesis/);
    expect(readdirSync(out)).toEqual(["thesis.txt"]);
  });

  it("is not made by a dry run, which says what would come", async () => {
    const out = fresh();
    const result = await run({ out, dryRun: true, mpp: [1, 2] });
    expect(result).toMatchObject({
      dryRun: true,
      resolutions: [{ images: 3, manifest: null }, { images: 3 }],
    });
    expect(result.resolutions[0]!.pixels).toBeGreaterThan(3 * result.resolutions[1]!.pixels);
    expect(existsSync(out)).toBe(false);
  });

  it("says by which rules it was cut, and outlines the pieces for QuPath", async () => {
    const out = fresh();
    await run({ out, margin: 30 });
    const record = JSON.parse(readFileSync(join(out, "mpp-1", "dataset.json"), "utf8")) as {
      description: string[];
      rules: { margin: number };
    };
    expect(record.rules.margin).toBe(30);
    expect(record.description.join("\n")).toContain("with a margin of 30 µm");
    expect(record.description.join("\n")).toContain("White outside the piece and a fringe of 32 µm.");
    const path = join(out, "slides", "one", "pieces.geojson");
    const { regions } = readAnnotations(readFileSync(path), path);
    expect(regions.map(({ name }) => name)).toEqual(["piece 1", "piece 2"]);
    const { bounds } = regions[0]!;
    expect(Math.abs(bounds.left - 350)).toBeLessThan(20);
    expect(Math.abs(bounds.right - 850)).toBeLessThan(20);
  });

  it("with opaque names holds no trace of the slides' names or paths", async () => {
    const named = join(folder, "SMITH");
    await writeSlide(named, "Smith_John_1950.tif", TWO_DISCS);
    const out = fresh();
    const { slides: done } = await run({ out, slides: [named], opaqueNames: true });
    expect(done).toHaveLength(1);
    for (const [path, text] of Object.keys(hashes(out)).map((name) => [
      name,
      readFileSync(join(out, name), "latin1"),
    ]))
      expect(`${path} ${text}`).not.toMatch(/smith/i);
    const [row] = rowsOf(`${out}-names.csv`);
    expect(row).toEqual({ slide: done[0]!.slide, path: join(named, "Smith_John_1950.tif") });
    expect(manifest(out)[0]!.image).toBe(`images/${row!.slide}/${row!.slide}-p01.png`);
  });
});

it("the slides of these tests are what they say", () => {
  expect(drawSlide(TWO_DISCS)).toMatchObject({ width: 2400, height: 1600 });
});
