// A model over slides and images, through the library: what is answered, what is written, what is set aside, and what a
// second call with other words makes of the same folder. Slides are drawn here; the model has random weights.
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
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parsePrediction } from "../../src/classify/index.ts";
import { PixelCache, readImages } from "../../src/dataset/index.ts";
import { encodePng } from "../../src/image/index.ts";
import { type PredictOptions, type PredictResult, predict } from "../../src/index.ts";
import { classifyImages } from "../../src/infer/index.ts";
import { hashFile } from "../../src/machine/index.ts";
import { readRun } from "../../src/train/index.ts";
import { picture } from "../infer/fixtures.ts";
import { TWO_DISCS, writeSlide } from "../prepare/slides.ts";
import { NO_REAL_DATA, realData } from "../support/real-data.ts";
import { makeRun, ONE_DISC, rowsOf, timeless } from "./fixtures.ts";

let folder: string;
let run: string;
let slides: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-predict-"));
  run = await makeRun(folder, "student-2");
  slides = join(folder, "slides");
  await writeSlide(slides, "one.tif", TWO_DISCS);
  await writeSlide(slides, "two.tif", ONE_DISC);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let runs = 0;
const fresh = (): string => join(folder, `out-${++runs}`);

/** Classifies with one process, which is enough here. */
function classify(options: Partial<PredictOptions>): Promise<PredictResult> {
  return predict({ run, inputs: [slides], workers: 1, ...options });
}

const recordOf = (out: string, slide: string) => {
  const path = join(out, "slides", slide, "prediction.json");
  return parsePrediction(readFileSync(path, "utf8"), path);
};
const changed = (out: string, slide: string) =>
  statSync(join(out, "slides", slide, "prediction.json")).mtimeMs;

describe("slides", { timeout: 60_000 }, () => {
  it("are answered by their pieces, weighted by area, and everything is written down", async () => {
    const out = fresh();
    const result = await classify({ out, minArea: 0.02 });
    expect(result).toMatchObject({ failures: [], kept: 0, done: 2, waiting: 0, out, dryRun: false });
    const [one] = result.slides;
    const pieces = rowsOf(join(out, "predictions.csv")).filter(({ slide }) => slide === "one");
    expect(pieces).toHaveLength(2);
    const areas = pieces.map((row) => Number(row["tissue mm2"]));
    expect(areas[0]).toBeCloseTo((Math.PI * 250 ** 2) / 1e6, 1);
    const weighted = (name: string) =>
      pieces.reduce((sum, row, i) => sum + Number(row[`probability: ${name}`]) * areas[i]!, 0) /
      (areas[0]! + areas[1]!);
    result.classes.forEach((name, k) => {
      expect(one?.answer?.probabilities[k]).toBeCloseTo(weighted(name), 5);
    });
    expect(pieces[0]).toMatchObject({ piece: "1", mpp: "2" });
    expect(Math.abs(Number(pieces[0]!.x) - (600 - 250 - 100))).toBeLessThan(40);
    expect(rowsOf(join(out, "slides.csv")).map(({ slide, pieces: n }) => [slide, n])).toEqual([
      ["one", "2"],
      ["two", "1"],
    ]);
    expect(readdirSync(join(out, "slides", "one")).sort()).toEqual([
      "heatmap-Abnormal.png",
      "heatmap-Normal.png",
      "heatmap-Sprue.png",
      "heatmap.png",
      "objects.geojson",
      "overlay.jpg",
      "overlay.json",
      "prediction.json",
      "source.json",
      "thumbnail.jpg",
    ]);
    const { stored } = JSON.parse(readFileSync(join(out, "slides/one/prediction.json"), "utf8"));
    for (const [name, { sha256 }] of Object.entries(stored.files as Record<string, { sha256: string }>))
      expect(await hashFile(join(out, "slides/one", name))).toBe(sha256);
    expect(readFileSync(join(out, "report.html"), "utf8")).toContain("student-2");
    const record = JSON.parse(readFileSync(join(out, "predict.json"), "utf8"));
    expect(record).toMatchObject({ counts: { slides: 2, pieces: 3, setAside: 0, waiting: 0 } });
    expect(JSON.stringify(record)).not.toContain(folder);
    expect(existsSync(join(out, "claims"))).toBe(false);
  });

  it("are kept by the same call, and redone where a file is cut off, changed or missing", async () => {
    const out = fresh();
    const options = { out, minArea: 0.02 };
    await classify(options);
    const tables = () => [timeless(join(out, "slides.csv")), timeless(join(out, "predictions.csv"))];
    const before = { at: changed(out, "one"), tables: tables() };
    expect(await classify(options)).toMatchObject({ kept: 2, done: 0 });
    expect(changed(out, "one")).toBe(before.at);
    const of = (slide: string, name: string) => join(out, "slides", slide, name);
    const records = [of("one", "prediction.json"), of("two", "prediction.json")] as const;
    const damages: (readonly [one: () => void, two: () => void])[] = [
      [() => truncateSync(of("one", "heatmap.png"), 100), () => rmSync(of("two", "overlay.json"))],
      [
        () => truncateSync(records[0], statSync(records[0]).size - 20),
        () => {
          // A number that could be: only the seal tells.
          const text = readFileSync(records[1], "utf8");
          const [whole, digit] = /"logits":\[-?\d+\.\d*?([1-8])/.exec(text)!;
          writeFileSync(records[1], text.replace(whole!, `${whole!.slice(0, -1)}${Number(digit) + 1}`));
        },
      ],
    ];
    for (const [one, two] of damages) {
      one();
      two();
      expect(await classify(options)).toMatchObject({ kept: 0, done: 2 });
      expect(tables()).toEqual(before.tables);
    }
  });

  it("get another rule's answer from the stored pieces, and another label", async () => {
    const out = fresh();
    const list = join(folder, "labels.csv");
    writeFileSync(list, "slide,label,patient\nslides/one.tif,Sprue,P1\nslides/two.tif,Normal,P2\n");
    const mean = await classify({ out, minArea: 0.02, inputs: [list] });
    const pieces = recordOf(out, "one").pieces;
    const highest = Math.max(...pieces.map(({ probabilities }) => probabilities[2]!));
    const any = { slideRule: "any", positive: "Sprue", threshold: highest } as const;
    const found = await classify({ out, minArea: 0.02, inputs: [slides], ...any });
    expect(found).toMatchObject({ kept: 2, done: 0 });
    expect(found.slides[0]?.answer?.label).toBe("Sprue");
    expect(recordOf(out, "one")).toMatchObject({ slideRule: { kind: "any" }, pieces, truth: null });
    const none = await classify({ out, minArea: 0.02, inputs: [list], ...any, threshold: 1 });
    expect(none.slides.map(({ answer }) => answer?.label)).not.toContain("Sprue");
    expect(rowsOf(join(out, "slides.csv")).map(({ rule, truth }) => [rule, truth])).toEqual([
      ["any Sprue >= 1", "Sprue"],
      ["any Sprue >= 1", "Normal"],
    ]);
    // The heat map that stands for the slide is that of its label; nothing needs to be redone after a change of rule.
    const label = none.slides[0]!.answer!.label;
    const bytes = (name: string) => readFileSync(join(out, "slides/one", name));
    expect(bytes("heatmap.png").equals(bytes(`heatmap-${label}.png`))).toBe(true);
    const back = await classify({ out, minArea: 0.02, inputs: [list] });
    expect([back.kept, back.slides[0]?.answer]).toEqual([2, mean.slides[0]?.answer]);
  });

  it("of another model or other rules do not get into the folder; --overwrite starts over", async () => {
    const out = fresh();
    const two = [join(slides, "two.tif")];
    await classify({ out, inputs: two });
    const other = await makeRun(folder, "other", 9);
    await expect(classify({ out, inputs: two, run: other })).rejects.toThrow(
      /expected what it was begun with: the model student-2 \(.+got the model other/,
    );
    await expect(classify({ out, inputs: two, margin: 50 })).rejects.toThrow(/--margin 100, got --margin 50/);
    const mine = ["notes.txt", "slides/mine.tif", "slides/two/mine.txt"];
    for (const name of mine) writeFileSync(join(out, name), "mine");
    expect(await classify({ out, inputs: two, run: other, overwrite: true })).toMatchObject({ done: 1 });
    for (const name of mine) expect(readFileSync(join(out, name), "utf8")).toBe("mine");
    await expect(classify({ out: slides, inputs: two })).rejects.toThrow(/got a folder with `one.tif` in it/);
  });

  it("of one name but another file are not taken for each other", async () => {
    const out = fresh();
    const first = await writeSlide(folder, "x/same.tif", ONE_DISC);
    const second = await writeSlide(folder, "y/same.tif", TWO_DISCS);
    await classify({ out, inputs: [first] });
    await expect(classify({ out, inputs: [second] })).rejects.toThrow(
      /got `same`, which is another file's there/,
    );
    const both = await classify({ out: fresh(), inputs: [first, second] });
    expect(new Set(both.slides.map(({ slide }) => slide)).size).toBe(2);
  });
});

describe("images", { timeout: 60_000 }, () => {
  it("are classified whole, with the very numbers that evaluation gives them", async () => {
    const path = join(folder, "tissue.png");
    writeFileSync(path, await encodePng(picture(203, 154, 3), 1));
    const { slides: answers } = await classify({ inputs: [path] });
    expect(answers[0]).toMatchObject({ path, pieces: 1, largest: { width: 102, height: 77 }, mpp: 1 });
    const { model } = await readRun(run);
    const cacheFolder = join(folder, "cache");
    const images = await readImages([path]);
    await new PixelCache(cacheFolder).pixels(images[0]!, 2);
    const dataset = { classes: model.description.classes, images };
    const [direct] = await classifyImages({ model, dataset, images: [0], cacheFolder, workers: 1 });
    direct!.probabilities.forEach((probability, k) => {
      expect(answers[0]?.answer?.probabilities[k]).toBeCloseTo(probability, 6);
    });
  });

  it("are cut into pieces, and slides left whole, where that is asked for", async () => {
    const inputs = [join(slides, "one.tif")];
    const whole = await classify({ inputs, cut: "none", dryRun: true });
    expect(whole.slides[0]).toMatchObject({ pieces: 1, largest: { width: 1200, height: 800 }, answer: null });
    const manifest = join(folder, "manifest.csv");
    writeFileSync(manifest, "image,label,mpp,x,blur\ntissue.png,Sprue,1,0,3\n");
    writeFileSync(join(folder, "tissue.png"), await encodePng(picture(203, 154, 3)));
    const listed = await classify({ inputs: [manifest], dryRun: true });
    expect(listed.slides[0]).toMatchObject({ slide: "tissue", mppSource: "option", pieces: 1 });
  });

  it("of tiles are classified in batches over a grid, which a model remembers or an option sets", async () => {
    const inputs = [join(slides, "two.tif")];
    const [many, one] = [
      await classify({ inputs, grid: 64, minTissue: 0.3, batch: 5 }),
      await classify({ inputs, grid: 64, minTissue: 0.3, batch: 1 }),
    ];
    expect(many.slides[0]!.pieces).toBeGreaterThan(8);
    expect(many.slides[0]!.largest).toEqual({ width: 64, height: 64 });
    many.slides[0]!.answer!.probabilities.forEach((probability, k) => {
      expect(probability).toBeCloseTo(one.slides[0]!.answer!.probabilities[k]!, 5);
    });
  });
});

describe("what cannot be used", { timeout: 60_000 }, () => {
  it("is set aside with its reason while the rest is done, and tried again by the next call", async () => {
    const mixed = join(folder, "mixed");
    await writeSlide(mixed, "good.tif", ONE_DISC);
    await writeSlide(mixed, "unscaled.tif", { ...ONE_DISC, stated: null });
    await writeSlide(mixed, "empty.tif", { ...ONE_DISC, discs: [] });
    await writeSlide(mixed, "coarse.tif", { ...ONE_DISC, mpp: 4 });
    writeFileSync(join(mixed, "text.tif"), "no slide");
    truncateSync(await writeSlide(mixed, "half.tif", ONE_DISC), 3000);
    const list = join(mixed, "list.csv");
    const names = ["good", "unscaled", "empty", "coarse", "text", "half", "gone"];
    writeFileSync(list, `slide\n${names.map((name) => `${name}.tif`).join("\n")}\n`);
    const out = fresh();
    const notes: string[] = [];
    const result = await predict(
      { run, inputs: [list], out, workers: 1 },
      { onNote: (note) => notes.push(note) },
    );
    expect(result.slides.map(({ slide }) => slide)).toEqual(["good"]);
    const reasons = Object.fromEntries(result.failures.map(({ slide, reason }) => [slide, reason]));
    expect(reasons).toEqual({
      unscaled: "no-pixel-size",
      empty: "no-tissue",
      coarse: "too-coarse",
      text: "not-a-slide",
      half: "truncated",
      gone: "not-found",
    });
    expect(notes).toHaveLength(6);
    const listed = rowsOf(join(out, "failures.csv"));
    expect(Object.fromEntries(listed.map(({ slide, reason }) => [slide, reason]))).toEqual(reasons);
    expect(existsSync(join(out, "slides/empty/thumbnail.jpg"))).toBe(true);
    await writeSlide(mixed, "gone.tif", TWO_DISCS);
    const again = await predict({ run, inputs: [list], out, workers: 1 });
    expect([again.kept, again.done, again.failures.length]).toEqual([1, 1, 5]);
    expect(rowsOf(join(out, "failures.csv"))).toHaveLength(5);
  });

  it("may be a piece beyond the memory: the message says its size, its µm/px and what to do", async () => {
    const large = {
      ...ONE_DISC,
      width: 2600,
      height: 2600,
      mpp: 2,
      discs: [{ x: 1300, y: 1300, radius: 1150 }],
    };
    const path = await writeSlide(folder, "large.tif", large);
    const out = fresh();
    const { failures } = await classify({ inputs: [path], out, maxMemory: 0.5 });
    expect(failures[0]?.reason).toBe("too-large");
    expect(failures[0]?.message).toMatch(
      /piece 1: expected tissue of at most 1\.\d million pixels at 2 µm per pixel, got 12\d\d x 12\d\d, 1\.\d million\. .*--max-memory.*coarser/,
    );
    expect(await classify({ inputs: [path], out })).toMatchObject({ done: 1, failures: [] });
  });

  it("leaves no trace of names or paths but in source.json with opaque names", async () => {
    const secret = join(folder, "MILLER_JOHN");
    mkdirSync(secret);
    await writeSlide(secret, "Miller.tif", ONE_DISC);
    writeFileSync(join(secret, "Miller-label.tif"), "no slide");
    const out = fresh();
    const result = await classify({ inputs: [secret], out, opaqueNames: true, sourceHash: true });
    expect(result.failures[0]?.path).toContain("Miller-label.tif");
    const names = readdirSync(out, { recursive: true, encoding: "utf8" });
    expect(names.filter((name) => /miller/i.test(name))).toEqual([]);
    const files = names.filter((name) => statSync(join(out, name)).isFile());
    const telling = files.filter((name) => /miller/i.test(readFileSync(join(out, name), "latin1")));
    expect(telling).toEqual([`slides/${result.slides[0]!.slide}/source.json`]);
    expect(readFileSync(`${out}-names.csv`, "utf8")).toContain("Miller.tif");
    const source = JSON.parse(readFileSync(join(out, telling[0]!), "utf8"));
    expect(source.sha256).toBe(await hashFile(join(secret, "Miller.tif")));
  });
});

describe("real slides", { timeout: 120_000 }, () => {
  const real = realData("slides");

  it.skipIf(real === null)(
    `that are no bright-field slides are set aside, each with its reason${real === null ? ` (${NO_REAL_DATA})` : ""}`,
    async () => {
      const names = {
        "small_vectra.qptiff": "unsupported",
        "test3-DAPI-2-387.ndpi": "unsupported",
        "aperio_raw_500x400_jp2k_1chnl.tif": "unsupported",
        "gcp_jpeg.dcm": "too-coarse",
        "tcga-cr-7395-01a-01-ts1.svs": "no-pixel-size",
      };
      const inputs = [...Object.keys(names), "CMU-1-Small-Region.svs"].map((name) => `${real}/${name}`);
      const { slides: used, failures } = await classify({ inputs });
      expect(used).toMatchObject([{ slide: "CMU-1-Small-Region", pieces: 1, mppSource: "vendor" }]);
      expect(Object.fromEntries(failures.map(({ path, reason }) => [basename(path), reason]))).toEqual(names);
      expect(failures.find(({ slide }) => slide === "small_vectra")?.message).toMatch(/one channel each/);
    },
  );
});

describe("a dry run", () => {
  it("says what would be classified and writes nothing", async () => {
    const out = fresh();
    const result = await classify({ out, dryRun: true, minArea: 0.02 });
    expect(result).toMatchObject({ dryRun: true, out: null, files: null, done: 2 });
    expect(result.slides.map(({ pieces, answer }) => [pieces, answer])).toEqual([
      [2, null],
      [1, null],
    ]);
    expect(existsSync(out)).toBe(false);
  });
});
