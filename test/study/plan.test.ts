// From a study file to runs: which there are, what they need, how long they are, and what their keys depend on.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StudyPlan } from "../../src/study/index.ts";
import { dataset, planOf } from "./tissue.ts";

const HEAD = "title: T\ndata: { data: tiles }\n";
const SMALL = `${HEAD}training: { batch: 8 }\nbudget: { steps: 60 }\nstudents: { mpp: [2, 4] }\nseeds: [1, 2]\n`;

const keysOf = (plan: StudyPlan) => new Set(plan.runs.map(({ key }) => key));
const keysOfKind = (plan: StudyPlan, kind: string) =>
  plan.runs.filter((run) => run.kind === kind).map(({ key }) => key);
const cell = (plan: StudyPlan, id: string) => {
  const found = plan.cells.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no ${id} in ${plan.cells.map((each) => each.id).join(", ")}`);
  return found;
};
const run = (plan: StudyPlan, key: string) => plan.runs.find((candidate) => candidate.key === key)!;

describe("a plan", () => {
  it("has a teacher per seed, and baselines and students per resolution", () => {
    const plan = planOf(SMALL);
    expect(plan.cells.map(({ id }) => id)).toEqual([
      "teacher-1um-l100",
      "baseline-2um-l100",
      "baseline-4um-l100",
      "distilled-2um-l100-u0",
      "distilled-2um-l100-u100",
      "distilled-4um-l100-u0",
      "distilled-4um-l100-u100",
    ]);
    expect(plan.runs).toHaveLength(14);
    expect(new Set(plan.runs.map(({ name }) => name)).size).toBe(14);
  });

  it("teaches every student with the teacher of its seed and share of labels", () => {
    const plan = planOf(`${SMALL}labelFractions: [0.25, 1]\n`);
    for (const id of ["distilled-2um-l25-u0", "distilled-4um-l100-u100"])
      cell(plan, id).runs.forEach((key, i) => {
        const { labelFraction } = cell(plan, id);
        const teacher = cell(plan, `teacher-1um-l${100 * labelFraction}`).runs[i];
        expect(run(plan, key).needs).toEqual({ teacher });
      });
  });

  it("lists runs after what they need", () => {
    const plan = planOf(`${SMALL}arms: [fine-tuned, baseline, distilled]\n`);
    const seen = new Set<string>();
    for (const { key, needs } of plan.runs) {
      for (const need of Object.values(needs)) expect(seen).toContain(need);
      seen.add(key);
    }
  });

  it("fine-tunes every cell of the arm it starts from, or those it names", () => {
    const plan = planOf(
      `${SMALL}arms:\n  - distilled\n  - { name: tuned, kind: fine-tuned, mpp: [4], unlabelledFractions: [1] }\n`,
    );
    const tuned = plan.cells.filter(({ kind }) => kind === "fine-tuned");
    expect(tuned.map(({ id, from }) => [id, from])).toEqual([
      ["tuned-4um-l100-u100", "distilled-4um-l100-u100"],
    ]);
    const start = cell(plan, "distilled-4um-l100-u100").runs;
    expect(tuned[0]!.runs.map((key) => run(plan, key).needs.from)).toEqual(start);
  });

  it("works epochs out from steps, per number of images", () => {
    const plan = planOf(SMALL);
    const costs = (id: string) => run(plan, cell(plan, id).runs[0]!).cost;
    // 24 labelled images make 3 steps of 8, with 16 unlabelled ones 5: 60 steps are 20 and 12 epochs.
    expect(costs("baseline-2um-l100")).toMatchObject({ epochs: 20, steps: 60, images: 24 });
    expect(costs("distilled-2um-l100-u100")).toMatchObject({ epochs: 12, steps: 60, images: 40 });
  });

  it("lays sections over each other: general, kind, arm, candidate", () => {
    const plan = planOf(`${HEAD}
training: { epochs: 9, learningRate: 0.1, weightDecay: 0.5, temperature: 3, labelSmoothing: 0.1 }
students: { mpp: [4], learningRate: 0.2, budget: { epochs: 7 } }
seeds: [1]
unlabelledFractions: [0]
arms:
  - { name: mine, kind: distilled, options: { weightDecay: 0.6 }, choose: { temperature: [2, 4] } }
  - baseline
`);
    const [first, second] = cell(plan, "mine-4um-l100-u0").candidates!;
    expect(first!.settings).toEqual({ temperature: 2 });
    expect(run(plan, second!.runs[0]!).options).toMatchObject({
      epochs: 7,
      learningRate: 0.2,
      weightDecay: 0.6,
      temperature: 4,
      mpp: 4,
      seed: 1,
      unlabelledFraction: 0,
      architecture: "resnet10-thin-gn",
    });
    expect(run(plan, second!.runs[0]!).options).not.toHaveProperty("labelSmoothing");
    const baseline = run(plan, cell(plan, "baseline-4um-l100").runs[0]!).options;
    expect(baseline).toMatchObject({ epochs: 9, learningRate: 0.1, labelSmoothing: 0.1, labelFraction: 1 });
    for (const key of ["data", "out", "resume", "workers", "cache", "temperature"])
      expect(baseline).not.toHaveProperty(key);
  });

  it("tries every combination of settings, for every seed", () => {
    const plan = planOf(
      `${SMALL}unlabelledFractions: [0]\narms: [{ name: try, kind: distilled, mpp: [4], choose: { temperature: [1, 2], pixelLoss: [l1, l2] } }]\n`,
    );
    const { candidates, runs } = cell(plan, "try-4um-l100-u0");
    expect(candidates!.map(({ settings }) => settings)).toEqual([
      { temperature: 1, pixelLoss: "l1" },
      { temperature: 1, pixelLoss: "l2" },
      { temperature: 2, pixelLoss: "l1" },
      { temperature: 2, pixelLoss: "l2" },
    ]);
    expect(runs).toHaveLength(8);
  });

  it("trains once what two arms have in common, and calls it no candidate", () => {
    const plan = planOf(
      `${SMALL}arms: [{ name: try, kind: distilled, choose: { temperature: [1, 2] } }, distilled]\n`,
    );
    const shared = cell(plan, "try-4um-l100-u0").candidates![0]!.runs;
    expect(cell(plan, "distilled-4um-l100-u0").runs).toEqual(shared);
    expect(run(plan, shared[0]!).candidate).toBeNull();
    expect(run(plan, cell(plan, "try-4um-l100-u0").candidates![1]!.runs[0]!).candidate).toEqual({
      temperature: 2,
    });
    expect(plan.runs).toHaveLength(keysOf(plan).size);
  });

  it("shares a run between shares of labels that leave the same images", () => {
    const plan = planOf(`${SMALL}labelFractions: [0.999, 1]\narms: [baseline]\n`);
    expect(cell(plan, "baseline-4um-l99.9").runs).toEqual(cell(plan, "baseline-4um-l100").runs);
  });
});

describe("keys", () => {
  const base = planOf(SMALL);

  it("are what they were when this version of the recipe was made", () => {
    expect(base.runs[0]!.key).toMatchInlineSnapshot(
      `"77a575020aa2e9d9ba79b5f320c474fb771f5fb18ad10d360582d2413a02e076"`,
    );
  });

  it.each([
    ["another title", SMALL.replace("title: T", "title: U")],
    ["another comparison", `${SMALL}comparison: { margin: 0.1, draws: 500 }\n`],
    ["other leak checks and examples", `${SMALL}leaks: { nearDuplicates: false }\nexamples: 0\n`],
    ["arms called otherwise", `${SMALL}arms: [{ name: X, kind: baseline }, { name: Y, kind: distilled }]\n`],
    [
      "a default said aloud",
      `${SMALL}teacher: { mpp: 1, optimizer: adam, architecture: resnet10-thin-gn }\n`,
    ],
    ["lines in another order", `seeds: [1, 2]\n${SMALL.replace("seeds: [1, 2]\n", "")}`],
    [
      "the same length in epochs",
      SMALL.replace("budget: { steps: 60 }", "budget: { epochs: 20 }").replace(
        "students: {",
        "students: { budget: { steps: 60 },",
      ),
    ],
  ])("are the same with %s", (_, text) => {
    expect(keysOf(planOf(text))).toEqual(keysOf(base));
  });

  it.each([
    [
      "an arm",
      `${SMALL}arms: [baseline, distilled, { name: p, kind: distilled, options: { loss: published } }, fine-tuned]\n`,
    ],
    ["a seed", SMALL.replace("seeds: [1, 2]", "seeds: [3, 2, 1]")],
    ["a resolution", SMALL.replace("mpp: [2, 4]", "mpp: [8, 2, 4]")],
    ["a share of labels", `${SMALL}labelFractions: [0.5, 1]\n`],
    ["a share of unlabelled tissue", `${SMALL}unlabelledFractions: [0, 0.5, 1]\n`],
  ])("stay when %s is added", (_, text) => {
    const more = keysOf(planOf(text));
    expect(more.size).toBeGreaterThan(base.runs.length);
    for (const key of keysOf(base)) expect(more).toContain(key);
  });

  it("change for a teacher's line with the teacher and its students, not with baselines", () => {
    const other = planOf(`${SMALL}teacher: { weightDecay: 0.01 }\n`);
    expect(keysOfKind(other, "baseline")).toEqual(keysOfKind(base, "baseline"));
    for (const kind of ["teacher", "distilled"])
      for (const key of keysOfKind(other, kind)) expect(keysOf(base)).not.toContain(key);
  });

  it("change for a line of the students with the students alone", () => {
    const other = planOf(SMALL.replace("students: {", "students: { temperature: 4,"));
    expect(keysOfKind(other, "baseline")).toEqual(keysOfKind(base, "baseline"));
    expect(keysOfKind(other, "teacher")).toEqual(keysOfKind(base, "teacher"));
    for (const key of keysOfKind(other, "distilled")) expect(keysOf(base)).not.toContain(key);
  });

  it("do not depend on unlabelled tissue where it is not used", () => {
    const used = ({ kind, options }: StudyPlan["runs"][number]) =>
      kind === "distilled" && options.unlabelledFraction !== 0;
    for (const data of [dataset({ salt: "x" }), dataset({ unlabelled: 40 })]) {
      const other = planOf(SMALL, data);
      expect(other.runs.filter((each) => !used(each)).map(({ key }) => key)).toEqual(
        base.runs.filter((each) => !used(each)).map(({ key }) => key),
      );
      for (const { key } of other.runs.filter(used)) expect(keysOf(base)).not.toContain(key);
    }
    const none = planOf(SMALL, dataset({ unlabelled: 0 }));
    for (const key of keysOf(none)) expect(keysOf(base)).toContain(key);
  });

  it("all change with one training image, and with one validation image", () => {
    const before = keysOf(base);
    for (const name of ["train/3.png", "val/0.png"]) {
      const data = dataset();
      const images = data.images.map((image) =>
        image.id === name ? { ...image, contentHash: "another" } : image,
      );
      for (const key of keysOf(planOf(SMALL, { ...data, images }))) expect(before).not.toContain(key);
    }
  });

  it("do not depend on test images or on where files are", () => {
    const data = dataset();
    const images = data.images.map((image) => ({
      ...image,
      path: `/elsewhere/${image.id}`,
      contentHash: image.split === "test" ? "another" : image.contentHash,
    }));
    expect(keysOf(planOf(SMALL, { ...data, images }))).toEqual(keysOf(base));
  });

  it("change for exactly the runs whose options change, whatever line of whatever section it is", () => {
    const sections = ["training", "teacher", "students", "baseline", "fineTuning"] as const;
    const line = fc.record({
      section: fc.constantFrom(...sections),
      key: fc.constantFrom("learningRate", "weightDecay", "gamma"),
      value: fc.double({ min: 0.001, max: 0.9, noNaN: true }),
    });
    const text = ({ section, key, value }: { section: string; key: string; value: number }) => {
      const inner: Record<string, Record<string, unknown>> = { students: { mpp: [4] } };
      inner[section] = { ...inner[section], [key]: value };
      return JSON.stringify({
        title: "T",
        data: { data: "d" },
        seeds: [1],
        arms: ["baseline", "distilled", "fine-tuned"],
        ...inner,
      });
    };
    fc.assert(
      fc.property(line, line, (one, two) => {
        const [first, second] = [planOf(text(one)), planOf(text(two))];
        expect(first.runs.map(({ name }) => name.replace(/-[0-9a-f]{8}$/, ""))).toEqual(
          second.runs.map(({ name }) => name.replace(/-[0-9a-f]{8}$/, "")),
        );
        const changed = new Set<number>();
        first.runs.forEach((a, i) => {
          const b = second.runs[i]!;
          const needs = Object.values(a.needs).map((need) => first.runs.findIndex(({ key }) => key === need));
          const differs =
            JSON.stringify(a.options) !== JSON.stringify(b.options) ||
            needs.some((need) => changed.has(need));
          if (differs) changed.add(i);
          expect(a.key !== b.key).toBe(differs);
        });
      }),
      { numRuns: 60 },
    );
  });
});
