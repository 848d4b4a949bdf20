// The parts of predict, one by one: shards, records and their seals, thresholds chosen on validation data, memory, lists.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SlidePrediction } from "../../src/classify/index.ts";
import { USUAL_RULES } from "../../src/cutting/index.ts";
import { readSlideList, safeNames, shareMemory } from "../../src/jobs/index.ts";
import { thresholdFrom } from "../../src/predict/index.ts";
import { forProcesses, predictMemory } from "../../src/predict/memory.ts";
import { inShard } from "../../src/predict/shard.ts";
import {
  filesAreWhole,
  readRecord,
  readSource,
  writeRecord,
  writeSource,
} from "../../src/predict/slide-record.ts";
import type { RequestedSlide, StoredFacts } from "../../src/predict/types.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-predict-parts-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const facts = {
  name: "student-2",
  architecture: "resnet10-thin-gn",
  classes: ["Benign", "Tumour"],
  mpp: 2,
  hash: "a".repeat(64),
  rules: null,
};
const STORED: StoredFacts = {
  fingerprint: "f",
  settings: "s",
  presentation: { slideRule: { kind: "mean" }, geojsonOrigin: "slide", cells: true },
  files: {},
};

/** A prediction whose pieces have these probabilities of Tumour. */
function prediction(slide: string, truth: string | null, tumour: readonly number[]): SlidePrediction {
  const box = { left: 0, top: 0, width: 100, height: 100 };
  return {
    format: "lowmag-prediction-1",
    slide,
    facts: {
      format: "tiff",
      vendor: "",
      width: 1000,
      height: 1000,
      levels: 1,
      mpp: { x: 1, y: 1 },
      mppSource: "option",
      objective: null,
      bounds: null,
      decoder: "none",
    },
    model: facts,
    engine: "none",
    rules: USUAL_RULES,
    slideRule: { kind: "mean" },
    answer: { label: "Benign", probabilities: [1, 0] },
    truth,
    pieces: tumour.map((p, i) => ({
      number: i + 1,
      box,
      width: 50,
      height: 50,
      tissueArea: 1,
      tissue: 1,
      pen: 0,
      blur: null,
      blurred: false,
      label: "Benign",
      probabilities: [1 - p, p],
      logits: [0, 0],
      seconds: 0,
    })),
    tissueArea: 1,
    seconds: { opening: 0, reading: 0, finding: 0, computing: 0, writing: 0, total: 0 },
    notes: [],
  };
}

describe("parts of a list", () => {
  it("partition any names, whatever their number", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.integer({ min: 1, max: 40 }), (names, count) => {
        for (const name of names) {
          const parts = Array.from({ length: count }, (_, i) => inShard({ index: i + 1, count }, name));
          expect(parts.filter((inside) => inside)).toHaveLength(1);
        }
      }),
    );
  });

  it("are of about the same size", () => {
    const names = Array.from({ length: 4000 }, (_, i) => `slide-${i}`);
    for (let index = 1; index <= 4; index++) {
      const { length } = names.filter((name) => inShard({ index, count: 4 }, name));
      expect(Math.abs(length - 1000)).toBeLessThan(100);
    }
  });
});

describe("a record", () => {
  it("is read back as it was written, and not when any byte of it is another", async () => {
    const out = join(folder, "records");
    await writeRecord(out, prediction("a", "Tumour", [0.25, 0.5]), STORED);
    const record = await readRecord(out, "a");
    expect(record).toEqual({ prediction: prediction("a", "Tumour", [0.25, 0.5]), stored: STORED });
    const path = join(out, "slides/a/prediction.json");
    const bytes = readFileSync(path);
    for (let at = 0; at < bytes.length; at += 7) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 1;
      writeFileSync(path, damaged);
      expect(await readRecord(out, "a"), `byte ${at}`).toBeNull();
    }
    writeFileSync(path, bytes.subarray(0, -1));
    expect(await readRecord(out, "a")).toBeNull();
    mkdirSync(join(out, "slides/b"));
    writeFileSync(join(out, "slides/b/prediction.json"), bytes);
    expect(await readRecord(out, "b")).toBeNull();
  });

  it("of files that are gone is not whole", async () => {
    const record = { prediction: prediction("a", null, [0]), stored: STORED };
    const files = { "heatmap.png": { bytes: 1, sha256: "0" } };
    expect(await filesAreWhole(folder, record)).toBe(true);
    expect(await filesAreWhole(folder, { ...record, stored: { ...STORED, files } })).toBe(false);
  });
});

describe("a threshold from validation data", () => {
  const run = { path: "", facts };
  /** Results with slides of these truths and highest probabilities, of patients P0, P1, … */
  async function results(
    name: string,
    slides: readonly (readonly [string | null, number])[],
    hash = facts.hash,
  ) {
    const out = join(folder, name);
    for (const [i, [truth, highest]] of slides.entries()) {
      await writeRecord(out, prediction(`v${i}`, truth, [highest / 2, highest]), STORED);
      const source = { path: `/v/${i}.svs`, bytes: 1, state: `${i}`, sha256: null, patient: `P${i}` };
      await writeSource(out, `v${i}`, source);
    }
    const record = {
      format: "lowmag-predict-1",
      model: { ...facts, hash },
      settings: {},
      settingsHash: "s",
      versions: {},
      startedAt: "2026-01-01",
      finishedAt: "2026-01-01",
    };
    writeFileSync(join(out, "predict.json"), JSON.stringify(record));
    return out;
  }
  const asked = (path: string, patient: string | null = null): RequestedSlide[] => [
    { path, where: path, mpp: null, truth: null, patient, rules: null },
  ];
  const GOOD = [
    ["Tumour", 0.9],
    ["Tumour", 0.7],
    ["Benign", 0.6],
    ["Benign", 0.1],
    [null, 0.99],
  ] as const;

  it("is the best one on the highest probability of each labelled slide, and says what it reached", async () => {
    const out = await results("good", GOOD);
    expect(await thresholdFrom(out, run, "Tumour", asked("/t/1.svs", "P9"))).toEqual({
      positive: "Tumour",
      threshold: 0.7,
      sensitivity: 1,
      specificity: 1,
      n: 4,
      positives: 2,
      negatives: 2,
    });
  });

  it("is refused where a slide or a patient would be judged by what it was chosen on", async () => {
    const out = await results("shared", GOOD);
    await expect(thresholdFrom(out, run, "Tumour", asked("/v/1.svs"))).rejects.toMatchObject({
      code: "data-leak",
      got: "/v/1.svs in both",
    });
    await expect(thresholdFrom(out, run, "Tumour", asked("/t/1.svs", "P2"))).rejects.toMatchObject({
      code: "data-leak",
      got: "patient P2 in both (/t/1.svs)",
    });
  });

  it("is refused from other models, from one kind of slides, and from what is no results", async () => {
    const other = await results("other", GOOD, "b".repeat(64));
    await expect(thresholdFrom(other, run, "Tumour", [])).rejects.toThrow(
      /expected results of the same model/,
    );
    const one = await results("one", GOOD.slice(0, 2));
    await expect(thresholdFrom(one, run, "Tumour", [])).rejects.toThrow(/got 2 and 0/);
    await expect(thresholdFrom(folder, run, "Tumour", [])).rejects.toThrow(/a folder without predict.json/);
  });
});

describe("memory", () => {
  it("bounds processes and pieces by the width of the network", () => {
    const thin = predictMemory(facts);
    const wide = predictMemory({ ...facts, architecture: "resnet34-gn" });
    expect(thin.pixelBytes).toBe(158); // measured: 147 on 17 million pixels
    expect(wide.pixelBytes).toBe(286); // measured for resnet18-gn: 215 on 9 million pixels
    expect(wide.processBytes).toBeGreaterThan(thin.processBytes + 300e6);
    const usual = shareMemory(forProcesses(4e9), 8, thin);
    expect(usual.processes).toBe(3);
    expect(usual.processes * (thin.processBytes + usual.pixelLimit * thin.pixelBytes)).toBeLessThanOrEqual(
      3.86e9,
    );
    expect(shareMemory(forProcesses(4e9), 1, thin).pixelLimit).toBeGreaterThan(20e6);
  });
});

describe("a list of slides or images", () => {
  it("may be the manifest of a data set, whose other columns are passed over", async () => {
    const path = join(folder, "manifest.csv");
    writeFileSync(path, "image,label,patient,mpp,slide,x,blur,remark\nimages/a.png,Tumour,P1,1,a,0,2,ok\n");
    const { slides, notes } = await readSlideList(path, { overridable: [], images: true });
    expect(slides).toMatchObject([
      { path: join(folder, "images/a.png"), label: "Tumour", patient: "P1", mpp: 1 },
    ]);
    expect(notes).toEqual([`${path}: column ignored: remark`]);
    await expect(readSlideList(path, { overridable: [] })).resolves.toMatchObject({
      slides: [{ path: join(folder, "a") }],
    });
  });
});

describe("names of files", () => {
  it("differ where texts differ, on every file system", () => {
    expect(safeNames(["Tumour", "tumour", "Ca/in situ", "=x"])).toEqual([
      expect.stringMatching(/^Tumour-[0-9a-f]{8}$/),
      expect.stringMatching(/^tumour-[0-9a-f]{8}$/),
      "Ca_in_situ",
      "x",
    ]);
  });
});

describe("where a slide is", () => {
  it("is not believed from a file that is none of ours", async () => {
    const out = join(folder, "sources");
    mkdirSync(join(out, "slides/a"), { recursive: true });
    for (const text of ["", "null", "[]", '{"path": 3}', '{"path": "a"}']) {
      writeFileSync(join(out, "slides/a/source.json"), text);
      expect(await readSource(out, "a")).toBeNull();
    }
  });
});
