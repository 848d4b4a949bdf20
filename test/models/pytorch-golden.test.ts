// Networks, losses and gradients against PyTorch's, from the graphs that training itself runs.
// The goldens, their tolerance and its reason: test/golden/models/README.md.
import { afterAll, describe, expect, it } from "vitest";
import { defaultDistillationLoss, distillationTask } from "../../src/distill/index.ts";
import { Session } from "../../src/engine/index.ts";
import { encodeOnnx } from "../../src/graph/index.ts";
import { frozenNetwork, parameterCount, parameterSpecs } from "../../src/models/index.ts";
import type { ModelState } from "../../src/nn/index.ts";
import { classificationTask } from "../../src/train/index.ts";
import {
  type DistillationVariant,
  decode,
  distillationGolden,
  expectClose,
  expectSummary,
  GOLDEN_TOLERANCE,
  goldenArchitectures,
  type NetworkCase,
  type NetworkGolden,
  networkGolden,
  type Summaries,
} from "../support/goldens.ts";
import { hashImages, hashStateDict } from "../support/hash-weights.ts";
import { hashBatch, labelledDataset, passOnce } from "../support/run-task.ts";

const classes = ["a", "b", "c"];
const view = { mpp: 1, mean: [0, 0, 0], std: [1, 1, 1] } as const;

/** Every golden gradient is there, and no other; each agrees. */
function expectGradients(found: ReadonlyMap<string, Float32Array>, golden: Summaries, label: string): void {
  expect([...found.keys()].sort()).toEqual(Object.keys(golden).sort());
  for (const [name, gradient] of found)
    expectSummary(name, gradient, golden[name], GOLDEN_TOLERANCE, `${label}, gradient of ${name}`);
}

/** Logits and feature map of the network with constant weights. */
async function runFrozen(
  { architecture, classes: count }: NetworkGolden,
  state: ModelState,
  { images, height, width }: NetworkCase,
) {
  const graph = frozenNetwork(architecture, count, state);
  const session = await Session.create(encodeOnnx(graph));
  const image = { dims: [images.length, 3, height, width], data: hashImages(images, height, width) };
  const { logits, featureMap } = await session.run({ image });
  await session.release();
  return { logits: logits!, featureMap: featureMap! };
}

describe.each(goldenArchitectures)("%s, with PyTorch's weights", (architecture) => {
  const golden = networkGolden(architecture);
  const usesBatch = architecture.endsWith("-bn");
  let made: ModelState | undefined;
  const state = (): ModelState => {
    made ??= hashStateDict(golden.state);
    return made;
  };
  afterAll(() => {
    made = undefined;
  });

  it("has PyTorch's parameters: names, dims and number", () => {
    const ours = new Map(parameterSpecs(architecture, golden.classes).map(({ name, dims }) => [name, dims]));
    const theirs = golden.state.filter(({ kind }) => kind !== "num_batches_tracked");
    expect(ours).toEqual(new Map(theirs.map(({ name, dims }) => [name, dims])));
    expect(parameterCount(architecture, golden.classes)).toBe(golden.parameters);
  });

  it("gives PyTorch's logits and feature maps, at even and odd sizes", async () => {
    const cases = golden.cases.filter(({ mode }) => mode === "eval" || !usesBatch);
    expect(cases.length).toBeGreaterThan(0);
    for (const expected of cases) {
      const found = await runFrozen(golden, state(), expected);
      const featureMap = decode(expected.featureMap);
      expect(found.featureMap.dims).toEqual(featureMap.dims);
      const label = `${expected.height}x${expected.width}`;
      expectClose(found.logits.data as Float32Array, decode(expected.logits).data, GOLDEN_TOLERANCE, label);
      expectClose(found.featureMap.data as Float32Array, featureMap.data, GOLDEN_TOLERANCE, label);
    }
  });

  it("gives PyTorch's cross-entropy and the gradient of every parameter", async () => {
    const initialState = state();
    for (const { labels, losses, ...input } of golden.cases)
      for (const { labelSmoothing, classWeights, loss, gradients } of losses) {
        const dataset = labelledDataset(classes, labels);
        const weights = classWeights === null ? {} : { classWeights };
        const task = classificationTask({
          architecture,
          initialState,
          dataset,
          view,
          labelSmoothing,
          ...weights,
        });
        const found = await passOnce(task, hashBatch(input));
        const label = `${input.height}x${input.width}, smoothing ${labelSmoothing}, weights ${classWeights}`;
        expectClose([found.loss], [loss.float64], GOLDEN_TOLERANCE, label);
        expectGradients(found.gradients, gradients, label);
      }
  });
});

describe("distillation, with PyTorch's weights", () => {
  const { architecture, teacherPrefix, cases } = distillationGolden();
  const { state } = networkGolden(architecture);
  const teacher = { architecture, classes, state: hashStateDict(state, teacherPrefix), view };
  const initialState = hashStateDict(state);

  const lossOf = ({ resizers, distance, published, ...rest }: DistillationVariant) => ({
    ...defaultDistillationLoss,
    resizers: resizers.length === 2 ? ("both" as const) : resizers[0]!,
    distance,
    form: published ? ("published" as const) : ("intended" as const),
    temperature: rest.temperature,
    softWeight: rest.softWeight,
    pixelWeight: rest.pixelWeight,
  });

  const all = cases.flatMap((one) => one.variants.map((variant) => ({ one, variant })));
  it.each(all.map(({ one, variant }) => [variant.name, one.name, one, variant] as const))(
    "gives PyTorch's loss and gradients: %s, sizes %s",
    async (_variant, _sizes, one, variant) => {
      const loss = lossOf(variant);
      const task = distillationTask({ teacher, architecture, initialState, view: { ...view, mpp: 2 }, loss });
      const found = await passOnce(task, hashBatch(one.teacher, one.student));
      // Nearly equal logits: a difference of nearly equal numbers, in PyTorch as well.
      const soft = { relative: 1e-4, absolute: 1e-5 };
      expectClose([found.loss], [variant.loss.float64], GOLDEN_TOLERANCE, "loss");
      expectClose([found.parts.soft!], [variant.softLoss.float64], soft, "soft loss");
      expectClose([found.parts.pixel!], [variant.pixelLoss.float64], GOLDEN_TOLERANCE, "pixel loss");
      expectGradients(found.gradients, variant.gradients, variant.name);
    },
  );
});
