// A slide and a network to an answer: what is read, what the network sees, what is refused, what is recorded.
import { describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import { type ClassifySlideOptions, classifySlide } from "../../src/classify/index.ts";
import { failureReason, type TissueMap, USUAL_RULES } from "../../src/cutting/index.ts";
import { type RgbImage, resampleArea } from "../../src/pixels/index.ts";
import type { Slide } from "../../src/slide/index.ts";
import { constantAnswer, type DrawnSlide, darknessAnswer, ruleNetwork, tissueSlide } from "./support.ts";

/** Two pieces of tissue on 3.2 x 2.4 mm: one light, one dark and half as wide. */
const TWO: DrawnSlide = {
  width: 1600,
  height: 1200,
  mpp: 2,
  downsamples: [1, 2, 4],
  tissue: [
    { x: 900, y: 1000, radius: 500 },
    { x: 2400, y: 1700, radius: 250 },
  ],
  dark: [{ x: 2400, y: 1700, radius: 260 }],
};

const OPTIONS: ClassifySlideOptions = { name: "s", decoder: "none" };

const reasonOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => expect.unreachable(),
    (e: unknown) => e,
  );
  return [isLowmagError(error) ? error.code : "none", failureReason(error)];
};

describe("a slide", () => {
  it("is answered piece by piece, and as a whole by the mean weighted by tissue area", async () => {
    const { slide } = tissueSlide(TWO);
    const network = ruleNetwork(darknessAnswer);
    const { prediction, map } = await classifySlide(slide, network, { ...OPTIONS, truth: "Dark" });
    expect(prediction.pieces).toHaveLength(2);
    const [light, dark] = prediction.pieces;
    expect(light!.tissueArea).toBeCloseTo(Math.PI * 0.5 ** 2, 1);
    expect(dark!.tissueArea).toBeCloseTo(Math.PI * 0.25 ** 2, 1);
    expect(light!.box.left * 2).toBeLessThanOrEqual(900 - 500);
    expect((light!.box.left + light!.box.width) * 2).toBeGreaterThanOrEqual(900 + 500);
    expect(dark!.probabilities[1]).toBeGreaterThan(light!.probabilities[1]!);
    const area = light!.tissueArea + dark!.tissueArea;
    const mean =
      (light!.tissueArea * light!.probabilities[1]! + dark!.tissueArea * dark!.probabilities[1]!) / area;
    expect(prediction.answer.probabilities[1]).toBeCloseTo(mean, 6);
    expect(prediction.tissueArea).toBeCloseTo(area, 12);
    expect(prediction).toMatchObject({ slide: "s", truth: "Dark", engine: "by rule", rules: USUAL_RULES });
    expect(prediction.facts).toMatchObject({ width: 1600, height: 1200, levels: 3, decoder: "none" });
    expect(map!.pieces).toHaveLength(2);
  });

  it.each([
    [8, [2]],
    [4, [1, 2]],
    [6, [1, 2]],
  ])("at %d µm/px is read from the nearest finer levels alone", async (mpp, levels) => {
    const { slide, requests } = tissueSlide(TWO);
    await classifySlide(slide, ruleNetwork(darknessAnswer, { mpp }), OPTIONS);
    expect([...new Set(requests.map(({ level }) => level))].sort()).toEqual(levels);
  });

  it("gives the same record each time but for seconds", async () => {
    const run = async () => {
      const { prediction, overlay } = await classifySlide(
        tissueSlide(TWO).slide,
        ruleNetwork(darknessAnswer),
        { ...OPTIONS, now: () => 0 },
      );
      return { prediction, overlay };
    };
    expect(await run()).toEqual(await run());
  });

  it("shows the network one piece, white around it", async () => {
    const near: DrawnSlide = {
      ...TWO,
      tissue: [
        { x: 1000, y: 1000, radius: 500 },
        { x: 2000, y: 1900, radius: 300 },
      ],
    };
    const network = ruleNetwork(darknessAnswer);
    const rules = { ...USUAL_RULES, margin: 700, joinGap: 50 };
    await classifySlide(tissueSlide(near).slide, network, { ...OPTIONS, rules });
    const [first] = network.batches[0]!;
    const { prediction } = await classifySlide(tissueSlide(near).slide, network, { ...OPTIONS, rules });
    const { box } = prediction.pieces[0]!;
    const at = (x: number, y: number) => pixelAt(first!, (x / 2 - box.left) / 4, (y / 2 - box.top) / 4);
    expect(at(1000, 1000)[1]).toBeLessThan(140);
    // The middle of the other piece is inside this box.
    expect(at(1900, 1800)).toEqual([255, 255, 255]);
    const kept = ruleNetwork(darknessAnswer);
    const keep = { ...OPTIONS, rules: { ...rules, background: "keep" as const } };
    await classifySlide(tissueSlide(near).slide, kept, keep);
    const [asScanned] = kept.batches[0]!;
    expect(pixelAt(asScanned!, (1900 / 2 - box.left) / 4, (1800 / 2 - box.top) / 4)[1]).toBeLessThan(140);
  });

  it("is cut by given rules before the model's, by the model's before the usual", async () => {
    const models = { ...USUAL_RULES, margin: 300 };
    const given = { ...USUAL_RULES, margin: 0 };
    const left = async (rules: typeof models | null, own: typeof models | null) => {
      const network = ruleNetwork(darknessAnswer, { rules: own });
      const { prediction } = await classifySlide(tissueSlide(TWO).slide, network, { ...OPTIONS, rules });
      return { left: prediction.pieces[0]!.box.left, notes: prediction.notes, rules: prediction.rules };
    };
    const [usual, remembered, told] = [
      await left(null, null),
      await left(null, models),
      await left(given, models),
    ];
    expect(remembered.left).toBeLessThan(usual.left);
    expect(told.left).toBeGreaterThan(usual.left);
    expect(usual.notes.join()).toContain("the usual rules");
    expect(remembered.notes).toEqual([]);
    expect(remembered.rules).toEqual(models);
    expect(told.rules).toEqual(given);
  });

  it("is cut by tissue where the model learned from annotated regions, with a note", async () => {
    const network = ruleNetwork(darknessAnswer, { rules: { ...USUAL_RULES, cutBy: "annotations" } });
    const { prediction } = await classifySlide(tissueSlide(TWO).slide, network, OPTIONS);
    expect(prediction.pieces).toHaveLength(2);
    expect(prediction.rules.cutBy).toBe("tissue");
    expect(prediction.notes.join()).toContain("annotated regions");
  });

  it("has sides in steps of the data set's finest pixels", async () => {
    const rules = { ...USUAL_RULES, sizeStep: 32, stepMpp: 4 };
    const network = ruleNetwork(darknessAnswer, { rules });
    const { prediction } = await classifySlide(tissueSlide(TWO).slide, network, OPTIONS);
    for (const { width, height } of prediction.pieces) expect([width % 16, height % 16]).toEqual([0, 0]);
  });

  it("has its colours changed as the rules say", async () => {
    const swap = (image: RgbImage) => ({ ...image, data: image.data.map((v) => 255 - v) });
    const first = async (icc: boolean, stain: "none" | "reinhard", profile: typeof swap | null) => {
      const network = ruleNetwork(darknessAnswer, { rules: { ...USUAL_RULES, icc, stain } });
      const content = { readIccProfile: async () => new Uint8Array(4) };
      const { slide } = tissueSlide({ ...TWO, content });
      const { prediction } = await classifySlide(slide, network, { ...OPTIONS, profile });
      const image = network.batches[0]![0]!;
      return { pixel: pixelAt(image, image.width / 2, image.height / 2), notes: prediction.notes.join() };
    };
    const plain = await first(false, "none", swap);
    const changed = await first(true, "none", swap);
    expect(plain.pixel[1]).toBeLessThan(140);
    expect(changed.pixel).toEqual(plain.pixel.map((v) => 255 - v));
    expect(changed.notes).not.toContain("profile");
    expect((await first(true, "none", null)).notes).toContain("profile was not applied");
    expect((await first(false, "reinhard", null)).pixel).not.toEqual(plain.pixel);
  });
});

describe("an image taken as a whole", () => {
  it("is one piece, unchanged, at the model's µm/px", async () => {
    const { slide } = tissueSlide(TWO);
    const network = ruleNetwork(darknessAnswer, { rules: { ...USUAL_RULES, stain: "macenko" } });
    const { prediction, overlay } = await classifySlide(slide, network, { ...OPTIONS, how: "whole" });
    const [image] = network.batches[0]!;
    expect(network.batches).toHaveLength(1);
    // As in training: means over the pixels of the image itself, whatever else its file holds.
    const window = { left: 0, top: 0, width: 1600, height: 1200 };
    const expected = resampleArea(await slide.readRegion(0, window), 400, 300);
    expect([image!.width, image!.height]).toEqual([400, 300]);
    expect(Buffer.from(image!.data).equals(expected.data)).toBe(true);
    const [piece] = prediction.pieces;
    expect(piece!.box).toEqual({ left: 0, top: 0, width: 1600, height: 1200 });
    expect(piece!.tissueArea).toBeCloseTo(Math.PI * (0.5 ** 2 + 0.25 ** 2), 1);
    expect(prediction.answer.probabilities[1]).toBeCloseTo(piece!.probabilities[1]!, 6);
    expect(overlay.outlines).toHaveLength(1);
    expect(overlay.outlines[0]!.polygons).toHaveLength(2);
    expect(prediction.notes.join()).toContain("macenko");
  });

  it("of a model of tiles is one piece as well", async () => {
    const network = ruleNetwork(darknessAnswer, { rules: { ...USUAL_RULES, grid: 64 } });
    const { prediction, overlay } = await classifySlide(tissueSlide(TWO).slide, network, {
      ...OPTIONS,
      how: "whole",
    });
    expect(prediction.pieces).toHaveLength(1);
    expect(overlay.maps[0]!.piece).toBe(1);
  });

  it("counts as tissue altogether where none can be told", async () => {
    const network = ruleNetwork(darknessAnswer);
    const { slide } = tissueSlide({ ...TWO, tissue: [] });
    const { prediction, overlay } = await classifySlide(slide, network, { ...OPTIONS, how: "whole" });
    expect(prediction.tissueArea).toBeCloseTo(3.2 * 2.4, 9);
    expect(overlay.maps[0]!.covered.every((value) => value === 1)).toBe(true);
    expect(prediction.notes.join()).toContain("all of the image counts as tissue");
  });
});

describe("a model of tiles", () => {
  const rules = { ...USUAL_RULES, grid: 256, stride: 128, stepMpp: 1, minTissue: 0.5 };

  it("sees equal tiles in batches, reading the next only after the last was answered", async () => {
    const events: string[] = [];
    const { slide: whole } = tissueSlide(TWO);
    const readRegion: Slide["readRegion"] = (...given) => {
      if (events.at(-1) !== "read") events.push("read");
      return whole.readRegion(...given);
    };
    const slide = { ...whole, readRegion };
    const network = ruleNetwork(darknessAnswer, { rules }, ({ length }) => events.push(`run ${length}`));
    const { prediction } = await classifySlide(slide, network, { ...OPTIONS, batch: 5 });
    const sizes = network.batches.map(({ length }) => length);
    expect(prediction.pieces.length).toBeGreaterThan(20);
    expect(sizes.slice(0, -1).every((size) => size === 5)).toBe(true);
    expect(sizes.reduce((a, b) => a + b)).toBe(prediction.pieces.length);
    // 256 pixels of 1 µm are 32 of 8 µm.
    for (const { width, height } of network.batches.flat()) expect([width, height]).toEqual([32, 32]);
    for (const { tissue } of prediction.pieces) expect(tissue).toBeGreaterThanOrEqual(0.5);
    expect(events).toEqual(sizes.flatMap((size) => ["read", `run ${size}`]));
    // Where tiles overlap, tissue counts once.
    expect(prediction.tissueArea).toBeLessThan(1.1);
    expect(prediction.pieces.reduce((sum, { tissueArea }) => sum + tissueArea, 0)).toBeGreaterThan(1.5);
  });

  it("answers the same whatever the batch", async () => {
    const run = async (batch: number) => {
      const { prediction, overlay } = await classifySlide(
        tissueSlide(TWO).slide,
        ruleNetwork(darknessAnswer, { rules }),
        { ...OPTIONS, batch, now: () => 0 },
      );
      return { prediction, overlay };
    };
    expect(await run(1)).toEqual(await run(16));
  });
});

describe("a slide that cannot be used", () => {
  const network = ruleNetwork(darknessAnswer);

  it("has no tissue: what was found is shown before", async () => {
    const maps: TissueMap[] = [];
    const { slide } = tissueSlide({ ...TWO, tissue: [] });
    const work = classifySlide(slide, network, { ...OPTIONS, onTissue: (map) => maps.push(map) });
    expect(await reasonOf(work)).toEqual(["missing-metadata", "no-tissue"]);
    expect(maps).toHaveLength(1);
  });

  it("is coarser than the model's images", async () => {
    const work = classifySlide(tissueSlide(TWO).slide, ruleNetwork(darknessAnswer, { mpp: 1 }), OPTIONS);
    expect(await reasonOf(work)).toEqual(["invalid-argument", "too-coarse"]);
  });

  it("does not say how large its pixels are", async () => {
    const { slide } = tissueSlide({ ...TWO, memory: { mpp: null } });
    expect(await reasonOf(classifySlide(slide, network, OPTIONS))).toEqual([
      "missing-metadata",
      "no-pixel-size",
    ]);
  });

  it("has a piece of more pixels than allowed, and says so before any is read", async () => {
    const counted = ruleNetwork(darknessAnswer);
    const work = classifySlide(tissueSlide(TWO).slide, counted, { ...OPTIONS, pixelLimit: 10_000 });
    await expect(work).rejects.toThrow(/piece 1: expected .* million pixels at 8 µm.*--max-memory/);
    expect(await reasonOf(work)).toEqual(["out-of-memory", "too-large"]);
    expect(counted.batches).toHaveLength(0);
  });
});

describe("classifying", () => {
  it("stops at a signal between pieces, and tells how far it is", async () => {
    const controller = new AbortController();
    const told: string[] = [];
    const network = ruleNetwork(darknessAnswer, {}, () => controller.abort());
    const work = classifySlide(tissueSlide(TWO).slide, network, {
      ...OPTIONS,
      signal: controller.signal,
      onProgress: ({ done, total }) => told.push(`${done}/${total}`),
    });
    expect((await reasonOf(work))[0]).toBe("cancelled");
    expect(told).toEqual(["0/2"]);
    expect(network.batches).toHaveLength(1);
  });

  it("tells of every piece to the end", async () => {
    const told: string[] = [];
    const onProgress = ({ done, total }: { done: number; total: number }) => told.push(`${done}/${total}`);
    await classifySlide(tissueSlide(TWO).slide, ruleNetwork(darknessAnswer), { ...OPTIONS, onProgress });
    expect(told).toEqual(["0/2", "1/2", "2/2"]);
  });

  it("counts seconds by what they were spent on", async () => {
    let clock = 0;
    const spends = (seconds: number) => {
      clock += seconds;
    };
    const { slide } = tissueSlide({ ...TWO, memory: { onTile: () => spends(1) } });
    const network = ruleNetwork(darknessAnswer, {}, () => spends(1000));
    const { prediction } = await classifySlide(slide, network, {
      ...OPTIONS,
      opening: 7,
      now: () => clock,
      onTissue: () => spends(100),
    });
    const { seconds } = prediction;
    expect(seconds).toMatchObject({ opening: 7, finding: 100, computing: 2000, writing: 0 });
    expect(seconds.reading).toBeGreaterThan(10);
    expect(seconds.total).toBe(7 + 100 + 2000 + seconds.reading);
    for (const piece of prediction.pieces) expect(piece.seconds).toBeGreaterThanOrEqual(1000);
  });

  it.each([
    ["no answer", () => undefined as never, "shape-mismatch"],
    ["an answer of other classes", (i: RgbImage) => constantAnswer(i, [0.2, 0.3, 0.5]), "shape-mismatch"],
    [
      "places of another size",
      (i: RgbImage) => constantAnswer({ width: i.width + 32, height: i.height }, [0.5, 0.5]),
      "shape-mismatch",
    ],
    ["numbers that are none", (i: RgbImage) => constantAnswer(i, [Number.NaN, 0.5]), "not-finite"],
  ])("refuses a network that gives %s", async (_, answer, code) => {
    const work = classifySlide(tissueSlide(TWO).slide, ruleNetwork(answer), OPTIONS);
    expect((await reasonOf(work))[0]).toBe(code);
  });

  it("refuses a slide rule of another model before it reads anything", async () => {
    const { slide, requests } = tissueSlide(TWO);
    const slideRule = { kind: "max" as const, positive: "dark" };
    const work = classifySlide(slide, ruleNetwork(darknessAnswer), { ...OPTIONS, slideRule });
    await expect(work).rejects.toThrow("Did you mean `Dark`?");
    expect(requests).toHaveLength(0);
  });
});

function pixelAt({ width, data }: RgbImage, x: number, y: number): number[] {
  const at = 3 * (Math.floor(y) * width + Math.floor(x));
  return [...data.subarray(at, at + 3)];
}
