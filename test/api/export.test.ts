import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportModel } from "../../src/api/export.ts";
import { isLowmagError } from "../../src/base/index.ts";
import { writeSplits } from "../../src/dataset/index.ts";
import { hashBytes } from "../../src/machine/index.ts";
import { readOnnx } from "../graph/onnx-reader.ts";
import { finishedRun, writeRun } from "../infer/fixtures.ts";
import { makeTissue, type TestTissue } from "../train/tissue.ts";

let folder: string;
let run: string;
let tissue: TestTissue;
const at = (...parts: string[]) => join(folder, ...parts);
const json = (path: string) => JSON.parse(readFileSync(path, "utf8"));
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-export-"));
  run = at("student-2");
  mkdirSync(run);
  await writeRun(run);
  tissue = await makeTissue();
  await writeSplits(at("splits.csv"), tissue.dataset);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await tissue.remove();
});

describe("exporting a model", () => {
  it("writes one file that says what it is, and its card as Markdown and JSON", async () => {
    const licences = { licence: "CC BY 4.0", teacherLicence: "CC BY-NC 4.0" };
    const result = await exportModel({ run, out: at("a.onnx"), ...licences });
    const bytes = readFileSync(at("a.onnx"));
    expect(result).toMatchObject({ bytes: bytes.length, hash: hashBytes(bytes), quantisation: null, mpp: 2 });
    const { metadata, inputs, outputs } = readOnnx(bytes);
    expect(inputs).toEqual(["image"]);
    expect(outputs).toEqual(["probabilities", "logits", "featureMap", "classActivation"]);
    expect(metadata).toMatchObject({
      format: "lowmag-onnx-1",
      name: "student-2",
      classes: '["Abnormal","Normal","Sprue"]',
      micronsPerPixel: "2",
      mean: "[0.8,0.7,0.8]",
      std: "[0.2,0.25,0.15]",
      resampling: "area-1",
      dataHash: "d".repeat(64),
      originHash: "b".repeat(64),
      commit: "c".repeat(40),
      precision: "float32",
      ...licences,
    });
    expect(JSON.parse(metadata.rules!)).toEqual(finishedRun().record.data.rules);
    expect(metadata.modelHash).toBe(hashBytes(readFileSync(join(run, "model.safetensors"))));
    const card = json(result.card!.json);
    expect(card).toMatchObject({
      model: { hash: metadata.modelHash },
      licence: { own: "CC BY 4.0", teacher: "CC BY-NC 4.0" },
      file: { bytes: bytes.length, hash: result.hash },
    });
    const text = readFileSync(result.card!.text, "utf8");
    expect(text).toContain("- This model: CC BY 4.0\n- Its teacher: CC BY-NC 4.0\n");
    expect(text).toContain(`SHA-256 ${result.hash}`);
  });

  it("gives the same bytes each time, and tells nobody where its files lay", async () => {
    await exportModel({ run, out: at("b.onnx") });
    await exportModel({ run, out: at("c.onnx"), wsinfer: at("c") });
    for (const ending of [".onnx", ".md", ".json"])
      expect(readFileSync(at(`b${ending}`)).equals(readFileSync(at(`c${ending}`))), ending).toBe(true);
    for (const file of ["b.onnx", "b.md", "b.json", "c/config.json"])
      expect(readFileSync(at(file)).includes("secret"), file).toBe(false);
  });

  it("replaces nothing unless told to, and writes no card unless wanted", async () => {
    await exportModel({ run, out: at("d.onnx"), card: false });
    expect([existsSync(at("d.md")), existsSync(at("d.json"))]).toEqual([false, false]);
    const again = exportModel({ run, out: at("d.onnx"), card: false });
    await expect(again).rejects.toThrow(/d\.onnx: expected a file that is not there yet/);
    await exportModel({ run, out: at("d.onnx"), overwrite: true });
    await expect(exportModel({ run, out: at("d2.onnx"), wsinfer: at("c") })).rejects.toThrow(/config\.json/);
  });

  it("writes what the schema of the WSInfer zoo wants", async () => {
    await exportModel({ run, out: at("e.onnx"), wsinfer: at("zoo"), wsinferPatch: 350 });
    expect(readdirSync(at("zoo")).sort()).toEqual(["config.json", "model.safetensors", "to_torchscript.py"]);
    expect(json(at("zoo", "config.json"))).toEqual({
      spec_version: "1.0",
      architecture: "resnet10-thin-gn",
      num_classes: 3,
      class_names: ["Abnormal", "Normal", "Sprue"],
      patch_size_pixels: 350,
      spacing_um_px: 2,
      transform: [
        { name: "Resize", arguments: { size: 350 } },
        { name: "ToTensor" },
        { name: "Normalize", arguments: { mean: [0.8, 0.7, 0.8], std: [0.2, 0.25, 0.15] } },
      ],
    });
  });
});

describe("exporting in 8 bits", () => {
  it("makes the file a quarter as large, and says that nothing was measured without data", async () => {
    const notes: string[] = [];
    const onNote = (note: string) => notes.push(note);
    const result = await exportModel({ run, out: at("q.onnx"), quantise: "int8" }, { onNote });
    expect(statSync(at("q.onnx")).size).toBeLessThan(1_300_000);
    expect(result.quantisation).toMatchObject({ kind: "int8", loss: null });
    expect(result.quantisation!.exactBytes).toBeGreaterThan(4_900_000);
    expect(notes.join()).toMatch(/not measured; pass --data/);
    expect(readFileSync(at("q.md"), "utf8")).toContain("- Loss by quantisation: not measured");
    expect(json(at("q.json")).limits.join()).toContain("what that loses was not measured");
    expect(readOnnx(readFileSync(at("q.onnx"))).metadata.precision).toBe("int8");
  });

  it("wants data for int8-full", async () => {
    const error = await exportModel({ run, out: at("no.onnx"), quantise: "int8-full" }).catch(
      (e: unknown) => e,
    );
    expect(isLowmagError(error, "invalid-argument")).toBe(true);
    expect(String(error)).toMatch(/`data`, whose training images/);
    expect(existsSync(at("no.onnx"))).toBe(false);
  });

  it.each(["int8", "int8-full"] as const)(
    "measures what %s loses on the validation images",
    async (quantise) => {
      const result = await exportModel({
        run,
        out: at(`${quantise}.onnx`),
        quantise,
        data: join(tissue.folder, "tissue", "manifest.csv"),
        splits: at("splits.csv"),
        cache: at("cache"),
      });
      const { loss } = result.quantisation!;
      const images = tissue.dataset.images.filter(({ split }) => split === "val").length;
      expect(loss).toMatchObject({ split: "val", images });
      expect(loss!.meanProbabilityDifference).toBeGreaterThan(0);
      expect(loss!.maxProbabilityDifference).toBeLessThan(0.1);
      expect(loss!.exact.logLoss).toBeCloseTo(loss!.quantised.logLoss!, 1);
      expect(readFileSync(at(`${quantise}.md`), "utf8")).toContain(
        `- Loss by quantisation on ${images} images of the split val: ${loss!.changedLabels} label`,
      );
      expect(json(at(`${quantise}.json`)).file.quantisation.loss).toEqual(loss);
    },
  );
});
