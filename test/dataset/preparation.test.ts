// How a data set says its images were cut, and what a model remembers of it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { cuttingRules } from "../../src/classify/rules-of-model.ts";
import { USUAL_RULES } from "../../src/cutting/index.ts";
import { readPreparation } from "../../src/dataset/preparation.ts";

const folder = mkdtempSync(join(tmpdir(), "lowmag-preparation-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function remembered(record: object) {
  const written = { description: [], ...record };
  writeFileSync(join(folder, "dataset.json"), JSON.stringify(written));
  return (await readPreparation(join(folder, "manifest.csv"))).rules!;
}

describe("the rules that a model remembers", () => {
  const { stepMpp: _, ...rules } = USUAL_RULES;

  it("count sizes in pixels of the finest resolution", async () => {
    expect(await remembered({ mpp: 4, rules: { ...rules, mpp: [2, 4] } })).toEqual({ ...rules, stepMpp: 2 });
  });

  it("give a model the field of the tiles that it learned from, whatever its µm/px", async () => {
    for (const [mpp, grid, stride] of [
      [1, 224, 112],
      [8, 64, 64],
    ] as const) {
      const told = await remembered({ mpp, rules: { ...rules, mpp: [1, 8], grid, stride } });
      for (const model of [1, 2, 8]) {
        const cutting = cuttingRules(told, model);
        expect(cutting.grid! * model).toBe(grid * mpp);
        expect(cutting.stride! * model).toBe(stride * mpp);
      }
    }
  });

  it("are nothing where the data set does not say", async () => {
    expect(await readPreparation(join(folder, "elsewhere", "manifest.csv"))).toEqual({
      description: [],
      rules: null,
    });
  });
});
