// What people get wrong, each with the message it gives. The grammar is `where: expected X, got Y. How to fix.`
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { capture } from "./capture.ts";
import { writeClasses, writeImage } from "./tissue.ts";

let folder: string;
/** Absolute path of something in the test's folder. */
const at = (path: string): string => join(folder, path);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-bad-input-"));
  await writeClasses(at("good"), ["A", "B"]);
  const { exitCode, stderr } = await run(...TRAIN("good/list.csv"), "--mpp", "2", "--out", at("teacher"));
  expect(stderr, "the run that the other tests use").not.toContain("error:");
  expect(exitCode).toBe(0);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...argv: readonly string[]) => capture([...argv, "--quiet"], { LOWMAG_CACHE: at("cache") });
const TRAIN = (data: string) => ["train", "--data", at(data), "--epochs", "1", "--workers", "1"];

/** Expects a command line to be refused; the test's folder reads as `~` in the message. */
async function refused(...argv: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await run(...argv);
  expect({ exitCode, stdout }, stderr).toEqual({ exitCode: 2, stdout: "" });
  return stderr.trimEnd().replaceAll(`${folder}/`, "~/").replaceAll(folder, "~");
}

describe("data that cannot be used", () => {
  it("no images", async () => {
    mkdirSync(at("empty"));
    expect(await refused(...TRAIN("empty"), "--mpp", "1", "--out", at("x"))).toBe(
      "error: ~/empty: expected images (.png, .jpg, .jpeg, .webp, .tif, .tiff), got none. Give a folder with one folder of images per class, or a manifest (CSV with the columns image, label, patient, split, mpp).",
    );
  });

  it("a folder that is not there", async () => {
    expect(await refused(...TRAIN("nowhere"), "--mpp", "1", "--out", at("x"))).toBe(
      "error: ~/nowhere: expected a folder of images or a manifest (.csv), got nothing there.",
    );
  });

  it("one class", async () => {
    await writeClasses(at("one"), ["A"]);
    expect(await refused(...TRAIN("one/list.csv"), "--mpp", "1", "--out", at("x"))).toBe(
      "error: ~/one/list.csv: expected at least two classes, got only `A`. Make one folder per class, or fill the manifest's column label.",
    );
  });

  it("an image that cannot be read", async () => {
    await writeClasses(at("broken"), ["A", "B"]);
    writeFileSync(at("broken/A/A-train-1.png"), "not an image");
    expect(await refused(...TRAIN("broken/list.csv"), "--mpp", "1", "--out", at("x"))).toBe(
      "error: ~/broken/A/A-train-1.png: expected an RGB or grey PNG, JPEG, WebP or TIFF, got a file of another kind.",
    );
  });

  it("an image cut short after its header", async () => {
    await writeClasses(at("short"), ["A", "B"]);
    const bytes = readFileSync(at("short/B/B-train-2.png"));
    writeFileSync(at("short/B/B-train-2.png"), bytes.subarray(0, bytes.length / 2));
    // The library keeps one message for all threads: what another image clears is not there to be told.
    expect(await refused(...TRAIN("short/list.csv"), "--mpp", "1", "--out", at("x"))).toMatch(
      /^error: ~\/short\/B\/B-train-2\.png: expected a whole image, got a damaged or truncated one(?: \(vipspng: libpng read error\))?\. Copy or export the file again\.$/,
    );
  });

  it("CMYK pixels", async () => {
    await writeClasses(at("cmyk"), ["A", "B"]);
    const ink = await sharp(at("cmyk/A/A-train-1.png")).toColourspace("cmyk").jpeg().toBuffer();
    writeFileSync(at("cmyk/A/A-train-1.png"), ink);
    expect(await refused(...TRAIN("cmyk/list.csv"), "--mpp", "1", "--out", at("x"))).toBe(
      "error: ~/cmyk/A/A-train-1.png: expected an RGB or grey PNG, JPEG, WebP or TIFF, got CMYK (print) colours. Convert it to RGB first; how inks map to light depends on a press profile, so lowmag does not guess.",
    );
  });

  it("an image of one pixel", async () => {
    await writeClasses(at("pixel"), ["A", "B"]);
    await writeImage(at("pixel"), { path: "A/A-train-1.png", width: 1, height: 1, mpp: 1 });
    expect(await refused(...TRAIN("pixel/list.csv"), "--mpp", "1", "--out", at("x"))).toBe(
      "error: ~/pixel/A/A-train-1.png: expected at least 8 x 8 pixels at 1 µm/px, got 1 x 1 (1 x 1 pixels of 1 µm). Leave the image out, choose a smaller --mpp, or check the stored µm/px (--data-mpp).",
    );
  });

  it("an image that is too small at the student's resolution", async () => {
    const distill = ["distill", "--teacher", at("teacher"), "--data", at("good/list.csv"), "--epochs", "1"];
    expect(await refused(...distill, "--mpp", "16", "--out", at("x"))).toBe(
      "error: ~/good/A/A-train-1.png: expected at least 8 x 8 pixels at 16 µm/px, got 4 x 4 (64 x 64 pixels of 1 µm). Leave the image out, choose a smaller --mpp, or check the stored µm/px (--data-mpp).",
    );
  });

  it("no µm per pixel", async () => {
    await writeClasses(at("unscaled"), ["A", "B"]);
    await writeImage(at("unscaled"), { path: "A/A-train-1.png" });
    expect(await refused(...TRAIN("unscaled/list.csv"), "--mpp", "1", "--out", at("x"))).toBe(
      "error: ~/unscaled/A/A-train-1.png: expected µm per pixel from the manifest, the command line or the file, got none (1 image of 12 without). Pass --data-mpp (10x is 1, 20x is 0.5, 40x is 0.25 µm/px), or a manifest with the column mpp.",
    );
  });

  it("scales mixed without saying so", async () => {
    await writeClasses(at("mixed"), ["A", "B"]);
    await writeImage(at("mixed"), { path: "B/B-val-1.png", mpp: 2 });
    expect(await refused(...TRAIN("mixed/list.csv"), "--mpp", "2", "--out", at("x"))).toBe(
      "error: ~/mixed/B/B-val-1.png: expected the scale of the other files, 1 µm/px as in A/A-train-1.png, got 2 µm/px. If the set is meant to mix scales, say so in a manifest with the column mpp; if the files' tags are wrong, pass --data-mpp.",
    );
  });

  it("a resolution finer than the data", async () => {
    expect(await refused(...TRAIN("good/list.csv"), "--mpp", "0.5", "--out", at("x"))).toBe(
      "error: ~/good/A/A-train-1.png: expected a view no finer than the image, 1 µm/px, got 0.5 µm/px. Neither teacher nor student can be finer than the data: detail that was not scanned cannot be made up. Choose a larger --mpp.",
    );
  });

  it("a label that no class has", async () => {
    await writeClasses(at("labels"), ["Normal", "Sprue"]);
    const list = readFileSync(at("labels/list.csv"), "utf8").replace(",Normal,", ",Nromal,");
    writeFileSync(at("labels/list.csv"), list);
    const classes = ["--classes", "Normal,Sprue"];
    expect(await refused(...TRAIN("labels/list.csv"), ...classes, "--mpp", "1", "--out", at("x"))).toBe(
      "error: Normal/Normal-train-1.png: expected one of the classes Normal, Sprue, got the label `Nromal`. Did you mean `Normal`?",
    );
  });

  it("no splits", async () => {
    expect(await refused(...TRAIN("good"), "--mpp", "1", "--out", at("x"))).toBe(
      "error: splits: expected a split (train, val, test) for the images, got none. Make splits with `lowmag split` and pass them with `--splits` (in a study file `data.splits`).",
    );
  });

  it("a patient in two splits", async () => {
    await writeClasses(at("leak"), ["A", "B"]);
    const list = readFileSync(at("leak/list.csv"), "utf8").replace("A-test-1,test", "A-train-1,test");
    writeFileSync(at("leak/list.csv"), list);
    expect(await refused(...TRAIN("leak/list.csv"), "--mpp", "1", "--out", at("x"))).toBe(
      "error: split `test`: expected patients of its own, got patient `A-train-1`, who is also in `train` (1 image, e.g. A/A-train-1.png). Split by patient with `lowmag split`.",
    );
  });

  it("the same file in two splits", async () => {
    await writeClasses(at("twin"), ["A", "B"]);
    writeFileSync(at("twin/A/A-test-1.png"), readFileSync(at("twin/A/A-train-1.png")));
    expect(await refused(...TRAIN("twin/list.csv"), "--mpp", "1", "--out", at("x"))).toBe(
      "error: split `test`: expected files of its own, got A/A-test-1.png, which has the same bytes as A/A-train-1.png in `train`. Remove one of them, or make the splits again with `lowmag split`, which keeps equal files together.",
    );
  });

  it("unlabelled tissue that belongs to the test split", async () => {
    const distill = ["distill", "--teacher", at("teacher"), "--data", at("good/list.csv"), "--epochs", "1"];
    mkdirSync(at("more"));
    writeFileSync(at("more/copy.png"), readFileSync(at("good/A/A-test-1.png")));
    const more = ["--unlabelled", at("more")];
    expect(await refused(...distill, ...more, "--mpp", "4", "--out", at("x"))).toBe(
      "error: split `train`: expected files of its own, got unlabelled more/copy.png, which has the same bytes as A/A-test-1.png in `test`. Unlabelled images are trained on: leave out those that belong to val or test.",
    );
  });
});

describe("images of other kinds", () => {
  it.each([
    ["grey", (image: Sharp) => image.toColourspace("b-w").png()],
    ["16-bit", (image: Sharp) => image.toColourspace("rgb16").png()],
    ["transparent", (image: Sharp) => image.ensureAlpha(0.5).png()],
  ])("%s ones are read", async (name, convert) => {
    const source = await writeImage(at("kinds"), { path: "source.png", mpp: 1 });
    const path = at(`kinds/${name}.png`);
    writeFileSync(path, await convert(sharp(source)).toBuffer());
    const { exitCode, stderr, stdout } = await run("predict", at("teacher"), path, "--slide-mpp", "1");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/\n.*,(A|B),[01]\.\d+,[01]\.\d+\n$/);
  });
});

describe("runs that do not fit", () => {
  const distill = () => ["distill", "--teacher", at("teacher"), "--epochs", "1", "--workers", "1"];

  it("a student finer than its teacher", async () => {
    const argv = [...distill(), "--data", at("good/list.csv"), "--mpp", "1", "--out", at("x")];
    expect(await refused(...argv)).toBe(
      "error: student: expected a µm/px of at least the teacher's 2, got 1. A student works at a lower magnification, that is at more µm per pixel: raise `--mpp`.",
    );
  });

  it("teacher and data of other classes", async () => {
    await writeClasses(at("others"), ["A", "C"]);
    const argv = [...distill(), "--data", at("others/list.csv"), "--mpp", "4", "--out", at("x")];
    expect(await refused(...argv)).toBe(
      "error: classes of the data: expected those of the teacher ~/teacher (A, B), got A, C. Use data of the same classes; `--classes` chooses among the classes of the data.",
    );
  });

  it("weights of another architecture", async () => {
    const weights = ["--weights", at("teacher/model.safetensors"), "--architecture", "resnet18-gn"];
    expect(await refused(...TRAIN("good/list.csv"), ...weights, "--mpp", "2", "--out", at("x"))).toBe(
      "error: ~/teacher/model.safetensors: expected the weights of resnet18-gn with 2 classes, got `conv1.weight` as [32, 3, 7, 7], not [64, 3, 7, 7], `bn1.weight` as [32], not [64], `bn1.bias` as [32], not [64] and 58 more differences. Choose the architecture that the weights were trained with (`--architecture`).",
    );
  });

  it("a truncated model", async () => {
    await copyRun("teacher", "cut");
    const bytes = readFileSync(at("cut/model.safetensors"));
    writeFileSync(at("cut/model.safetensors"), bytes.subarray(0, 1_000_000));
    expect(await refused("profile", at("cut"))).toBe(
      "error: ~/cut/model.safetensors: expected a file of at least 4926552 bytes, got a truncated checkpoint of 1000000 bytes. The copy or download was cut short; copy it again, or go back to an earlier checkpoint.",
    );
  });

  it("a truncated checkpoint", async () => {
    await copyRun("teacher", "cut-checkpoint");
    const bytes = readFileSync(at("cut-checkpoint/checkpoint.safetensors"));
    const { length } = bytes;
    writeFileSync(at("cut-checkpoint/checkpoint.safetensors"), bytes.subarray(0, 1_000_000));
    expect(await refused("train", "--resume", "--out", at("cut-checkpoint"))).toBe(
      `error: ~/cut-checkpoint/checkpoint.safetensors: expected a file of at least ${length} bytes, got a truncated checkpoint of 1000000 bytes. The copy or download was cut short; copy it again, or go back to an earlier checkpoint.`,
    );
  });

  it("a resumed run of other settings", async () => {
    expect(await refused("train", "--resume", "--out", at("teacher"), "--learning-rate", "0.5")).toBe(
      "error: ~/teacher: expected `learningRate` = 0.001, as the run began, got 0.5. Resume with `--config ~/teacher/config.json`, or start over with `--overwrite`.",
    );
  });

  it("no run", async () => {
    expect(await refused("predict", at("good"), at("good/A/A-val-1.png"))).toBe(
      "error: ~/good: expected the folder of a finished run, got a folder without run.json. Give the `--out` folder of `lowmag train` or `lowmag distill`.",
    );
  });
});

describe("paths that cannot be written", () => {
  it("a run below a file", async () => {
    expect(await refused(...TRAIN("good/list.csv"), "--mpp", "2", "--out", at("good/list.csv/run"))).toBe(
      "error: ~/good/list.csv/run: expected a path that can be written, got a file where a folder should be (ENOTDIR). Choose another path.",
    );
  });

  it("a report below a file", async () => {
    const data = ["--data", at("good/list.csv")];
    expect(await refused("evaluate", at("teacher"), ...data, "--out", at("good/list.csv/report"))).toBe(
      "error: ~/good/list.csv/report: expected a path that can be written, got a file where a folder should be (ENOTDIR). Choose another path.",
    );
  });

  it("a cache below a file", async () => {
    const cache = ["--cache", at("good/list.csv/cache")];
    expect(await refused(...TRAIN("good/list.csv"), ...cache, "--mpp", "2", "--out", at("x"))).toBe(
      "error: ~/good/list.csv/cache/files-1.json: expected a path that can be written, got a file where a folder should be (ENOTDIR). Choose another path.",
    );
  });
});

async function copyRun(from: string, to: string): Promise<void> {
  mkdirSync(at(to));
  for (const file of ["config.json", "run.json", "log.jsonl", "model.safetensors", "checkpoint.safetensors"])
    writeFileSync(at(`${to}/${file}`), readFileSync(at(`${from}/${file}`)));
}
