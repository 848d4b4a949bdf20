// A training step lowered to this processor's blocks, by bands or not, for a known number of images or any, computes what the
// plain lowering computes.
import { describe, expect, it } from "vitest";
import { cpuTarget, layoutViews, Session, type Tensor } from "../../src/engine/index.ts";
import type { LoweringTarget } from "../../src/graph/index.ts";
import { type ArchitectureName, initialState } from "../../src/models/index.ts";
import { Generator } from "../../src/random/index.ts";
import { classificationTask, compileTask } from "../../src/train/index.ts";

const cpu = await cpuTarget();
const CLASSES = ["A", "B", "C"];

interface Step {
  readonly architecture: ArchitectureName;
  readonly dims: readonly [images: number, height: number, width: number];
}

async function outputsOf({ architecture, dims }: Step, target: LoweringTarget, checkpointing = false) {
  const initial = initialState(architecture, CLASSES.length, 1);
  const view = { mpp: 1, mean: [0, 0, 0] as const, std: [1, 1, 1] as const };
  const dataset = { classes: CLASSES, images: [] };
  const task = classificationTask({ architecture, initialState: initial, dataset, view });
  const { plan } = compileTask(task, { target, checkpointing });
  const [images, height, width] = dims;
  const generator = Generator.derive(1, "step");
  const pixels = Float32Array.from({ length: images * 3 * height * width }, () => generator.uniform(-2, 2));
  const feeds: Record<string, Tensor> = {
    image: { dims: [images, 3, height, width], data: pixels },
    targets: {
      dims: [images, 3],
      data: Float32Array.from({ length: images * 3 }, (_, i) => (i % 3 === 0 ? 1 : 0)),
    },
    lossScale: { dims: [], data: Float32Array.of(1 / images) },
  };
  const vector = new Float32Array(plan.parameters.count);
  const views = layoutViews(plan.parameters, vector);
  for (const entry of plan.parameters.entries) {
    views.get(entry.name)!.set(initial.get(entry.name)!.data);
    feeds[entry.name] = { dims: entry.dims, data: views.get(entry.name)! };
  }
  const session = await Session.create(plan.programs.train!.stages.at(-1)!.model);
  const outputs = await session.run(feeds);
  await session.release();
  return outputs;
}

/** Largest difference of each output, relative to its largest number; in order of size. */
function differences(a: Readonly<Record<string, Tensor>>, b: Readonly<Record<string, Tensor>>): number[] {
  return Object.entries(a)
    .map(([name, { data }]) => {
      const [x, y] = [data as Float32Array, b[name]!.data as Float32Array];
      const size = x.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-12);
      return x.reduce((most, value, i) => Math.max(most, Math.abs(value - y[i]!)), 0) / size;
    })
    .sort((p, q) => p - q);
}

const STEPS: readonly Step[] = [
  { architecture: "resnet10-thin-gn", dims: [1, 130, 49] },
  { architecture: "resnet10-thin-gn", dims: [3, 65, 64] },
  { architecture: "resnet18-bn", dims: [2, 66, 33] },
];

const TARGETS = [
  ["any number of images", {}],
  ["a known number of images", { known: true, bands: 1 }],
  ["bands", { known: true, bands: 4 }],
  ["bands, any number of images", { bands: 2 }],
] as const;

describe.skipIf(cpu.block === undefined)("a training step in blocks", () => {
  for (const step of STEPS) {
    const plain = outputsOf(step, { device: "cpu" });
    for (const [label, { known, bands }] of TARGETS.map(
      ([l, t]) => [l, { known: false, bands: undefined, ...t }] as const,
    ))
      it(`gives the plain step's gradients: ${step.architecture}, ${step.dims.join(" x ")}, ${label}`, async () => {
        const target = {
          ...cpu,
          ...(known ? { images: step.dims[0] } : {}),
          ...(bands === undefined ? {} : { bands }),
        };
        const found = differences(await plain, await outputsOf(step, target));
        // A rectifier's input next to zero may fall on the other side: one place of a map, which shows in few gradients.
        expect(found[Math.floor(found.length / 2)]).toBeLessThan(2e-5);
        expect(found.at(-1)).toBeLessThan(0.1);
      });
  }

  it("gives the same bits with checkpointing as without, by bands", async () => {
    const [step] = STEPS;
    const target = { ...cpu, images: 1, bands: 4 };
    const [kept, recomputed] = [await outputsOf(step!, target), await outputsOf(step!, target, true)];
    expect(differences(kept, recomputed).at(-1)).toBe(0);
  });
});
