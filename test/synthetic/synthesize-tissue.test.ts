import { describe, expect, it } from "vitest";
import { hashBytes } from "../../src/machine/index.ts";
import { resampleArea } from "../../src/pixels/index.ts";
import { Generator } from "../../src/random/index.ts";
import {
  cueMedian,
  drawPatient,
  SYNTHETIC_CLASSES,
  type SyntheticPatient,
  type SyntheticTissue,
  synthesizeTissue,
  type TissueParameters,
} from "../../src/synthetic/index.ts";
import { drawClass, median, separation, tissueColour, tissueReds } from "./measure.ts";

function patient(seed = 1, stainVariation = 1): SyntheticPatient {
  const identity = { id: "P1", label: "Normal" as const, difficulty: 0.5, stainVariation };
  return drawPatient(identity, Generator.derive(seed, "patient"));
}

function draw(seed: number, more: Partial<TissueParameters> = {}): SyntheticTissue {
  const parameters = { patient: patient(), width: 128, height: 128, mpp: 1, ...more };
  return synthesizeTissue(parameters, Generator.derive(seed, "image"));
}

describe("synthesizeTissue", () => {
  it("gives the same pixels and truth for the same generator, others for another", () => {
    const first = draw(1);
    const again = draw(1);
    expect(hashBytes(again.image.data)).toBe(hashBytes(first.image.data));
    expect(again.truth).toEqual(first.truth);
    expect(hashBytes(draw(2).image.data)).not.toBe(hashBytes(first.image.data));
  });

  it.each([
    { width: 48, height: 48, mpp: 1 },
    { width: 96, height: 640, mpp: 1 },
    { width: 333, height: 201, mpp: 0.5 },
    { width: 200, height: 150, mpp: 2 },
    { width: 1024, height: 1024, mpp: 1 },
  ])("draws tissue and white background at $width x $height px and $mpp µm/px", (size) => {
    const { image, truth } = draw(3, size);
    expect(image.data.length).toBe(3 * size.width * size.height);
    const share = tissueReds(image).length / (size.width * size.height);
    expect(share).toBeGreaterThan(0.12);
    expect(share).toBeLessThan(1);
    expect(truth.enterocytes).toBeGreaterThan(0);
  });

  it("draws more cells of the same size, not larger cells, in a larger field", () => {
    expect(draw(4, { width: 512, height: 512 }).truth.enterocytes).toBeGreaterThan(
      2 * draw(4, { width: 256, height: 256 }).truth.enterocytes,
    );
  });

  it("counts only the cells it drew", () => {
    const { truth } = draw(5, { width: 256, height: 256 });
    expect(truth.lymphocytesPer100Enterocytes).toBeCloseTo((100 * truth.lymphocytes) / truth.enterocytes, 9);
    expect(truth.villusCryptRatio).toBeCloseTo(truth.villusHeight / truth.cryptDepth, 9);
  });

  it.each<[Partial<TissueParameters>, string]>([
    [{ width: 47 }, "width"],
    [{ height: 100.5 }, "height"],
    [{ height: 9000 }, "height"],
    [{ mpp: 4 }, "mpp"],
    [{ mpp: Number.NaN }, "mpp"],
    [{ artefacts: 1.2 }, "artefacts"],
  ])("refuses %o, naming the parameter", (wrong, name) => {
    expect(() => draw(1, wrong)).toThrow(new RegExp(`^synthesizeTissue: ${name}: expected .* got `));
  });
});

describe("the classes", () => {
  const drawn = Object.fromEntries(SYNTHETIC_CLASSES.map((label) => [label, drawClass(label, 24)])) as Record<
    (typeof SYNTHETIC_CLASSES)[number],
    SyntheticTissue[]
  >;
  const values = (label: (typeof SYNTHETIC_CLASSES)[number], name: keyof SyntheticTissue["truth"]) =>
    drawn[label].map(({ truth }) => truth[name]);

  it.each(SYNTHETIC_CLASSES)("have about the documented cues: %s", (label) => {
    const lifeSize = (name: "villusHeight" | "cryptDepth") =>
      drawn[label].map(({ truth }) => truth[name] / truth.architectureScale);
    const near = (measured: number, documented: number, tolerance: number) =>
      expect(Math.abs(measured / documented - 1)).toBeLessThan(tolerance);
    near(median(lifeSize("villusHeight")), cueMedian("villusHeight", label, 0.5), 0.2);
    near(median(lifeSize("cryptDepth")), cueMedian("cryptDepth", label, 0.5), 0.2);
    near(median(values(label, "lymphocytesPer100Enterocytes")), cueMedian("lymphocytes", label, 0.5), 0.25);
  });

  it("Normal and Abnormal differ in lymphocytes (25 per 100 between them) and hardly in architecture", () => {
    const counts = [
      ...values("Normal", "lymphocytesPer100Enterocytes").map((value) => value < 25),
      ...values("Abnormal", "lymphocytesPer100Enterocytes").map((value) => value > 25),
    ];
    expect(counts.filter((right) => right).length / counts.length).toBeGreaterThan(0.95);
    const ratio = separation(values("Abnormal", "villusCryptRatio"), values("Normal", "villusCryptRatio"));
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(0.85);
  });

  it("Sprue differs from both in architecture", () => {
    for (const label of ["Normal", "Abnormal"] as const)
      expect(
        separation(values("Sprue", "villusCryptRatio"), values(label, "villusCryptRatio")),
      ).toBeGreaterThan(0.97);
  });

  it("Normal and Abnormal part by their dark nuclei at 1 µm/px, which are gone at 8 µm/px", () => {
    const darkShare = (tissue: SyntheticTissue, mpp: number) => {
      const { width, height } = tissue.image;
      const reds = tissueReds(resampleArea(tissue.image, width / mpp, height / mpp));
      return reds.filter((red) => red < 85).length / reds.length;
    };
    const parted = (mpp: number) =>
      separation(
        drawn.Normal.map((tissue) => darkShare(tissue, mpp)),
        drawn.Abnormal.map((tissue) => darkShare(tissue, mpp)),
      );
    expect(parted(1)).toBeGreaterThan(0.88);
    expect(Math.abs(parted(8) - 0.5)).toBeLessThan(0.1);
  });

  it("overlap more as the difficulty rises", () => {
    const parted = (difficulty: number) => {
      const [normal, abnormal] = (["Normal", "Abnormal"] as const).map((label) =>
        Array.from({ length: 300 }, (_, i) => {
          const identity = { id: "", label, difficulty, stainVariation: 0 };
          return drawPatient(identity, Generator.derive(i, "overlap", label)).cues.lymphocytes;
        }),
      );
      return Math.log(median(abnormal!) / median(normal!));
    };
    expect(parted(0)).toBeGreaterThan(parted(0.5));
    expect(parted(0.5)).toBeGreaterThan(parted(1));
    expect(parted(1)).toBeGreaterThan(0.5);
  });
});

describe("staining", () => {
  const spreadOfRed = (colours: number[][]) => {
    const reds = colours.map((colour) => colour[0]!);
    return Math.max(...reds) - Math.min(...reds);
  };

  it("varies more between patients than between the images of one", () => {
    const one = patient(7);
    const within = [1, 2, 3, 4, 5, 6].map((seed) =>
      tissueColour(
        synthesizeTissue({ patient: one, width: 160, height: 160, mpp: 1 }, Generator.derive(seed, "w"))
          .image,
      ),
    );
    const between = drawClass("Normal", 12, { size: 160 }).map(({ image }) => tissueColour(image));
    expect(spreadOfRed(between)).toBeGreaterThan(1.5 * spreadOfRed(within));
  });

  it("is the same for all patients when stainVariation is 0, but for the focus", () => {
    const { blur: _, ...first } = patient(1, 0).staining;
    const { blur: __, ...second } = patient(2, 0).staining;
    expect(second).toEqual(first);
  });
});
