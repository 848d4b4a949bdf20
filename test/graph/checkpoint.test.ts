// Arranging a backward pass changes when things are computed and what is kept, never the numbers.
import { describe, expect, it } from "vitest";
import { distillationTask } from "../../src/distill/index.ts";
import { Session, type Tensor } from "../../src/engine/index.ts";
import { arrangeBackward, differentiate, encodeOnnx, Graph, mul, reduceSum } from "../../src/graph/index.ts";
import { type ArchitectureName, initialState } from "../../src/models/index.ts";
import { TrainableContext } from "../../src/nn/index.ts";
import { Generator } from "../../src/random/index.ts";
import { classificationTask, type TrainingTask } from "../../src/train/index.ts";

const classes = ["A", "B", "C"];
const view = { mpp: 1, mean: [0, 0, 0], std: [1, 1, 1] } as const;

interface Built {
  readonly graph: Graph;
  readonly forward: number;
}

/** A task's training graph as `differentiate` leaves it. */
function built(task: TrainingTask): Built {
  const context = new TrainableContext(new Graph(), true);
  const { graph } = context;
  const { loss } = task.build(context);
  const forward = graph.nodes.length;
  const trainable = context.specs.filter((spec) => spec.trainable);
  const total = reduceSum(mul(loss, graph.input("lossScale", [])), [0]);
  const gradients = differentiate(
    total,
    trainable.map(({ name }) => context.values.get(name)!),
  );
  graph.output("loss", loss);
  for (const [name, value] of context.statistics) graph.output(`statistic:${name}`, value);
  trainable.forEach(({ name }, i) => {
    graph.output(`gradient:${name}`, gradients[i]!);
  });
  return { graph, forward };
}

function classification(architecture: ArchitectureName): TrainingTask {
  return classificationTask({
    architecture,
    initialState: initialState(architecture, classes.length, 1),
    dataset: { classes, images: [] },
    view,
  });
}

function distillation(architecture: ArchitectureName): TrainingTask {
  const state = initialState(architecture, classes.length, 1);
  return distillationTask({
    teacher: { architecture, classes, state, view },
    architecture,
    initialState: state,
    view: { ...view, mpp: 2 },
  });
}

function noise(name: string, ...dims: readonly number[]): Tensor {
  const generator = Generator.derive(11, name);
  const count = dims.reduce((product, dim) => product * dim, 1);
  return { dims, data: Float32Array.from({ length: count }, () => generator.normal()) };
}

/** Feeds for every input of a training graph, for `images` images of the given size. */
function feedsOf(task: TrainingTask, graph: Graph, images: number, height: number, width: number) {
  const known: Record<string, Tensor> = {
    image: noise("image", images, 3, height, width),
    lossScale: { dims: [], data: Float32Array.of(1 / images) },
    targets: { dims: [images, 3], data: new Float32Array(3 * images).fill(1 / 3) },
  };
  for (const [name, { dims, data }] of task.initialState) known[name] = { dims, data };
  return Object.fromEntries(
    graph.inputs.map(({ name, dims }) => [
      name,
      known[name] ??
        noise(name, ...dims.map((dim, axis) => (typeof dim === "number" ? dim : axis === 0 ? images : 5))),
    ]),
  );
}

async function outputsOf(graph: Graph, feeds: Record<string, Tensor>): Promise<Record<string, Tensor>> {
  const session = await Session.create(encodeOnnx(graph));
  const outputs = await session.run(feeds);
  await session.release();
  return outputs;
}

/** The largest difference of any output, in units of the output's largest number. */
function difference(a: Record<string, Tensor>, b: Record<string, Tensor>): number {
  expect(Object.keys(b)).toEqual(Object.keys(a));
  const each = Object.entries(a).map(([name, { data }]) => {
    const other = b[name]!.data as Float32Array;
    const size = (data as Float32Array).reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
    return (data as Float32Array).reduce(
      (most, value, i) => Math.max(most, Math.abs(value - other[i]!) / size),
      0,
    );
  });
  return Math.max(...each);
}

/** From labels; by distillation, whose loss reads the feature map too; either kind of norm. Deeper networks repeat blocks. */
const cases: readonly (readonly [string, TrainingTask])[] = [
  ["resnet10-thin-gn from labels", classification("resnet10-thin-gn")],
  ["resnet18-gn from labels", classification("resnet18-gn")],
  ["resnet10-thin-gn by distillation", distillation("resnet10-thin-gn")],
  ["resnet18-bn by distillation", distillation("resnet18-bn")],
];

describe("a backward pass arranged for memory", () => {
  it.each(cases)(
    "gives the same losses, gradients and statistics when it recomputes: %s",
    async (_name, task) => {
      const { graph, forward } = built(task);
      const feeds = feedsOf(task, graph, 2, 45, 37);
      const [kept, recomputed] = [false, true].map((checkpointing) =>
        arrangeBackward(graph, { forward, checkpointing }),
      );
      expect(difference(await outputsOf(kept!, feeds), await outputsOf(recomputed!, feeds))).toBeLessThan(
        1e-6,
      );
    },
  );

  it("gives the numbers of the graph as it was", async () => {
    const task = distillation("resnet10-thin-gn");
    const { graph, forward } = built(task);
    const feeds = feedsOf(task, graph, 3, 33, 65);
    const plain = await outputsOf(graph, feeds);
    for (const checkpointing of [false, true])
      expect(
        difference(plain, await outputsOf(arrangeBackward(graph, { forward, checkpointing }), feeds)),
      ).toBeLessThan(1e-6);
  });
});
