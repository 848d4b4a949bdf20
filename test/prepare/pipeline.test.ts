// From slides to a student: synthetic slides always, real ones where they are. Tiny settings; that it runs and that the
// rules of cutting arrive in the model card is what is tested, not what it learns.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { distill, prepare, slideInfo, split, synthesize, train } from "../../src/index.ts";
import { NO_REAL_DATA, realData } from "../support/real-data.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-slides-to-student-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One epoch each of a teacher and of a student at a quarter of its resolution; returns the student's model card. */
async function teach(name: string, manifest: string, splits: string, mpp: number): Promise<string> {
  const common = { data: manifest, splits, epochs: 1, batch: 4, workers: 1, cache: join(folder, "cache") };
  const teacher = join(folder, `${name}-teacher`);
  await train({ ...common, mpp, out: teacher });
  const notes: string[] = [];
  const student = join(folder, `${name}-student`);
  const options = { ...common, teacher, mpp: 4 * mpp, out: student };
  const result = await distill(options, { onNote: (note) => notes.push(note) });
  expect(result).toMatchObject({ kind: "distillation", mpp: 4 * mpp, epochs: 1 });
  expect(notes.filter((note) => note.includes("prepared by other rules"))).toEqual([]);
  return readFileSync(join(student, "MODEL_CARD.md"), "utf8");
}

describe("slides to a student", { timeout: 120_000 }, () => {
  it("on synthetic slides, whose tissue is labelled by its outlines", async () => {
    const set = {
      patients: 9,
      imagesPerPatient: 1,
      size: 96,
      slides: true,
      artefacts: 0,
      seed: 4,
      workers: 1,
    };
    const made = await synthesize({ out: join(folder, "synthetic"), ...set });
    const out = join(folder, "tissue");
    const rules = { margin: 16, fringe: 16, minArea: 0.005, mpp: [1, 4], workers: 1 };
    const result = await prepare({ slides: [made.manifest], out, ...rules });
    expect(result.failures.map(({ reason }) => reason)).toEqual([]);
    expect(result.resolutions).toMatchObject([{ images: 9 }, { images: 9 }]);
    const manifest = join(out, "mpp-1", "manifest.csv");
    const splits = join(folder, "splits.csv");
    await split({ data: manifest, out: splits, fractions: [0.34, 0.33, 0.33], seed: 1 });
    const card = await teach("synthetic", manifest, splits, 1);
    expect(card).toContain("- prepared: Read from whole slides at 1 µm per pixel");
    expect(card).toContain("- prepared: White outside the piece and a fringe of 16 µm.");
  });

  const real = realData("slides");
  it.skipIf(real === null)(
    `on tissue cut from real slides${real === null ? `: ${NO_REAL_DATA}` : ""}`,
    async () => {
      const list = join(folder, "real.csv");
      const rows = [
        ["CMU-1-Small-Region.svs", "skin", ""],
        ["tcga-cr-7395-01a-01-ts1.svs", "oral", "0.5"],
      ].map(([slide, label, mpp]) => `${real}/${slide},${label},${mpp}`);
      writeFileSync(list, `slide,label,mpp\n${rows.join("\n")}\n`);
      const out = join(folder, "real");
      const result = await prepare({ slides: [list], out, mpp: [2], grid: 96, workers: 1 });
      expect(result.failures).toEqual([]);
      expect(result.resolutions[0]!.images).toBeGreaterThan(20);
      const manifest = join(out, "mpp-2", "manifest.csv");
      const splits = join(folder, "real-splits.csv");
      await split({ data: manifest, out: splits, by: "image", seed: 1 });
      expect(await teach("real", manifest, splits, 2)).toContain(
        "- prepared: Cut into tiles of 96 x 96 pixels",
      );
    },
  );
});

describe("every real slide", { timeout: 120_000 }, () => {
  const real = realData("slides");
  /** File, format, size, µm/px (`null`: it states none), where that came from. */
  const FACTS = [
    ["CMU-1-Small-Region.svs", "aperio", 2220, 2967, 0.499, "vendor"],
    ["tcga-cr-7395-01a-01-ts1.svs", "aperio", 4443, 3567, null, null],
    ["skin-10x-mpp1.172-11264x11264.tif", "tiff", 11264, 11264, 1.172, "resolution-tag"],
    ["oral_scc_4x_mpp2.930_8256x8064.tif", "tiff", 8256, 8064, 2.93, "resolution-tag"],
    ["OS-1-detail.ome.tif", "ome-tiff", 1101, 1101, 0.2271, "ome"],
    ["OS-2-ndpi.ome.tif", "ome-tiff", 2202, 2202, 0.2271, "ome"],
    ["test3-DAPI-2-387.ndpi", "hamamatsu", 3968, 4864, 0.2282, "resolution-tag"],
    ["gcp_jpeg.dcm", "dicom", 957, 715, 16.78, "dicom"],
    ["gcp_jpeg2000.dcm", "dicom", 957, 715, 16.78, "dicom"],
    ["camelyon_multiframe.dcm", "dicom", 1152, 700, 28.97, "dicom"],
    ["libdicom_sm_image.dcm", "dicom", 50, 50, 0.499, "dicom"],
    ["aperio_raw_500x400_jp2k_1chnl.tif", "aperio", 500, 400, 0.4646, "vendor"],
  ] as const;

  it.skipIf(real === null).each(FACTS)(
    "says the right things: %s",
    async (file, format, width, height, mpp, source) => {
      const info = await slideInfo({ file: `${real}/${file}`, backend: "own" });
      expect(info).toMatchObject({ format, width, height, mppSource: source });
      if (mpp === null) expect(info.mpp).toBeNull();
      else expect(info.mpp!.x).toBeCloseTo(mpp, mpp > 1 ? 1 : 3);
    },
  );

  it.skipIf(real === null)("that is no bright-field slide is set aside with the reason", async () => {
    const files = [
      "small_vectra.qptiff",
      "test3-DAPI-2-387.ndpi",
      "camelyon_multiframe.dcm",
      "tcga-cr-7395-01a-01-ts1.svs",
    ];
    const result = await prepare({
      slides: files.map((file) => `${real}/${file}`),
      out: join(folder, "refused"),
      workers: 1,
      dryRun: true,
    });
    expect(Object.fromEntries(result.failures.map(({ slide, reason }) => [slide, reason]))).toEqual({
      small_vectra: "unsupported",
      "test3-DAPI-2-387": "unsupported",
      camelyon_multiframe: "too-coarse",
      "tcga-cr-7395-01a-01-ts1": "no-pixel-size",
    });
  });
});
