// Layers, losses, resizing, optimisers and schedules against PyTorch's, one by one, so that a wrong network can be traced
// to its wrong part. Goldens: test/golden/nn, made as test/golden/models/README.md says.
import { describe, expect, it } from "vitest";
import { floatTensor, Session, scalarTensor, type Tensor } from "../../src/engine/index.ts";
import {
  add,
  conv,
  differentiate,
  encodeOnnx,
  Graph,
  mul,
  reduceMean,
  reduceSum,
  relu,
  reshape,
  type Value,
} from "../../src/graph/index.ts";
import {
  batchNorm,
  classTargets,
  createOptimiser,
  crossEntropy,
  globalAveragePool,
  groupNorm,
  learningRateAt,
  linear,
  maxPool,
  type OptimiserOptions,
  type Schedule,
  softLoss,
  TrainableContext,
} from "../../src/nn/index.ts";
import {
  decode,
  expectClose,
  type GoldenArray,
  type LayerCase,
  layersGolden,
  lossesGolden,
  type OptimizersGolden,
  optimizersGolden,
  resizeGolden,
  schedulesGolden,
} from "../support/goldens.ts";
import { hashArray } from "../support/hash-weights.ts";

/** Single parts round little: tighter than whole networks. */
const TIGHT = { relative: 1e-5, absolute: 1e-7 };

type Feeds = Record<string, Tensor>;

async function run(graph: Graph, feeds: Feeds): Promise<(name: string) => Tensor> {
  const session = await Session.create(encodeOnnx(graph));
  const outputs = await session.run(feeds);
  await session.release();
  return (name) => outputs[name]!;
}

const fed = (array: GoldenArray): Tensor => decode(array);
const numbers = (tensor: Tensor): Float32Array => tensor.data as Float32Array;

/** Adds the gradients of sum(y * upstream) as outputs `gradient:<name>`. */
function addGradients(y: Value, targets: Readonly<Record<string, Value>>): void {
  const { graph } = y;
  const product = mul(y, graph.input("upstream", y.dims));
  const total = reduceSum(
    product,
    product.dims.map((_, axis) => axis),
  );
  const names = Object.keys(targets);
  differentiate(total, Object.values(targets)).forEach((gradient, i) => {
    graph.output(`gradient:${names[i]}`, gradient);
  });
}

function buildLayer(context: TrainableContext, x: Value, layer: LayerCase): Value {
  if (layer.layer === "conv") return convolution(context, x, layer);
  if (layer.layer === "maxPool") return maxPool(x, layer.kernel, layer.stride);
  if (layer.layer === "groupNorm") return groupNorm(context, x, "layer", layer.groups);
  if (layer.layer === "batchNorm") return batchNorm(context, x, "layer");
  if (layer.layer === "linear") return linear(context, x, "layer", layer.output.dims[1]!);
  return layer.layer === "relu" ? relu(x) : globalAveragePool(x);
}

/** The operator itself: `conv2d` of the nn room adds only a name and an initialiser, and has no bias. */
function convolution(
  context: TrainableContext,
  x: Value,
  { weights, kernel, stride, padding }: Extract<LayerCase, { layer: "conv" | "maxPool" }>,
): Value {
  const parameter = (name: string, dims: readonly number[]): Value =>
    context.parameter({
      name: `layer.${name}`,
      dims,
      trainable: true,
      initialise: () => new Float32Array(0),
    });
  const window = {
    kernel: [kernel, kernel],
    strides: [stride, stride],
    pads: [padding, padding],
  } as const;
  const y = conv(x, parameter("weight", weights.weight!.dims), window);
  if (weights.bias === undefined) return y;
  const channels = weights.bias.dims[0]!;
  return add(y, reshape(parameter("bias", [channels]), [1, channels, 1, 1]));
}

const weightFeeds = ({ weights }: LayerCase): Feeds =>
  Object.fromEntries(Object.entries(weights).map(([name, array]) => [`layer.${name}`, fed(array)]));

describe("a layer", () => {
  const named = (training: boolean) =>
    layersGolden()
      .cases.filter((layer) => layer.training === training)
      .map((layer) => [layer.name, layer] as const);

  it.each(named(false))("puts out what PyTorch's does in evaluation: %s", async (_name, layer) => {
    const graph = new Graph();
    const context = new TrainableContext(graph, false);
    graph.output("y", buildLayer(context, graph.input("x", layer.input.dims), layer));
    const result = await run(graph, { x: fed(layer.input), ...weightFeeds(layer) });
    expectClose(numbers(result("y")), decode(layer.output).data, TIGHT, "output");
  });

  it.each(named(true))("puts out and sends back what PyTorch's does: %s", async (_name, layer) => {
    const graph = new Graph();
    const context = new TrainableContext(graph, true);
    const x = graph.input("x", layer.input.dims);
    const y = buildLayer(context, x, layer);
    graph.output("y", y);
    const trainable = context.specs.filter((spec) => spec.trainable).map(({ name }) => name);
    addGradients(y, { x, ...Object.fromEntries(trainable.map((n) => [n, context.values.get(n)!])) });
    for (const [name, value] of context.statistics) graph.output(`statistic:${name}`, value);
    const feeds: Feeds = {
      ...weightFeeds(layer),
      x: fed(layer.input),
      upstream: floatTensor(
        y.dims.map((d) => d as number),
        decode(layer.upstream).data,
      ),
    };
    const result = await run(graph, feeds);
    expectClose(numbers(result("y")), decode(layer.output).data, TIGHT, "output");
    expectClose(numbers(result("gradient:x")), decode(layer.inputGradient).data, TIGHT, "input gradient");
    expect(trainable.map((name) => name.replace("layer.", ""))).toEqual(Object.keys(layer.gradients));
    for (const [name, array] of Object.entries(layer.gradients))
      expectClose(numbers(result(`gradient:layer.${name}`)), decode(array).data, TIGHT, name);
    for (const name of context.statistics.keys()) {
      const key = name.replace("layer.", "");
      const before = decode(layer.weights[key]!).data;
      const batch = numbers(result(`statistic:${name}`));
      const blended = before.map((stored, i) => 0.9 * stored + 0.1 * batch[i]!);
      expectClose(blended, decode(layer.statistics[key]!).data, TIGHT, name);
    }
  });
});

describe("a loss", () => {
  it("is PyTorch's cross-entropy, with its gradient, for class weights and label smoothing", async () => {
    for (const one of lossesGolden().crossEntropy) {
      const { labels, labelSmoothing, classWeights } = one;
      const classes = one.logits.dims[1]!;
      const weights = classWeights ?? Array.from({ length: classes }, () => 1);
      const graph = new Graph();
      const logits = graph.input("logits", one.logits.dims);
      const perImage = crossEntropy(logits, graph.input("targets", one.logits.dims));
      const loss = mul(reduceSum(perImage, [0]), graph.input("scale", []));
      graph.output("loss", loss);
      graph.output("gradient", differentiate(loss, [logits])[0]!);
      const result = await run(graph, {
        logits: fed(one.logits),
        targets: floatTensor(one.logits.dims, classTargets(labels, weights, labelSmoothing)),
        scale: scalarTensor(1 / labels.reduce((sum, label) => sum + weights[label]!, 0)),
      });
      const label = `smoothing ${labelSmoothing}, weights ${classWeights}`;
      expectClose(numbers(result("loss")), [one.loss.float64], TIGHT, label);
      expectClose(numbers(result("gradient")), decode(one.gradient).data, TIGHT, label);
    }
  });

  it("is PyTorch's soft loss, with its gradient, up to logits far apart", async () => {
    for (const one of lossesGolden().soft) {
      const graph = new Graph();
      const student = graph.input("student", one.studentLogits.dims);
      const teacher = graph.input("teacher", one.teacherLogits.dims);
      const loss = reduceMean(softLoss(student, teacher, one.temperature), [0]);
      graph.output("loss", loss);
      graph.output("gradient", differentiate(loss, [student])[0]!);
      const result = await run(graph, { student: fed(one.studentLogits), teacher: fed(one.teacherLogits) });
      expectClose(numbers(result("loss")), [one.loss.float64], TIGHT, `T = ${one.temperature}`);
      expectClose(numbers(result("gradient")), decode(one.gradient).data, TIGHT, `T = ${one.temperature}`);
    }
  });
});

describe("shrinking a feature map", () => {
  const shrinking = resizeGolden().cases.filter(({ input, output }) =>
    output.dims.every((dim, axis) => dim <= input.dims[axis]!),
  );
  it.each(
    shrinking.map((one) => [one.method, one.input.dims.join("x"), one.output.dims.join("x"), one] as const),
  )("agrees with PyTorch: %s, %s to %s", async (method, _from, _to, one) => {
    const graph = new Graph();
    const map = graph.input("map", one.input.dims);
    const like = graph.input("like", one.output.dims);
    const operator = method === "max" ? "AdaptiveMaxPoolLike" : "ResizeBicubicLike";
    graph.output("y", graph.apply(operator, [map, like], {}));
    const result = await run(graph, {
      map: fed(one.input),
      like: floatTensor(one.output.dims, hashArray("like", one.output.dims)),
    });
    const expected = decode(one.output);
    expect(result("y").dims).toEqual(expected.dims);
    expectClose(numbers(result("y")), expected.data, TIGHT, method);
  });
});

describe("an optimiser", () => {
  const { start, gradients, cases } = optimizersGolden();

  function optionsOf({ optimizer, options }: OptimizersGolden["cases"][number]): OptimiserOptions {
    const { weightDecay = 0, momentum = 0, nesterov = false, betas, epsilon } = options;
    if (optimizer === "sgd") return { name: "sgd", weightDecay, momentum, nesterov };
    return {
      name: optimizer,
      weightDecay,
      ...(betas === undefined ? {} : { beta1: betas[0], beta2: betas[1] }),
      ...(epsilon === undefined ? {} : { epsilon }),
    };
  }

  it.each(cases.map((one) => [one.optimizer, JSON.stringify(one.options), one] as const))(
    "takes PyTorch's five steps: %s %s",
    async (_name, _options, one) => {
      const [steps, count] = gradients.dims as [number, number];
      const optimiser = createOptimiser(optionsOf(one), count);
      const session = await Session.create(encodeOnnx(optimiser.graph));
      let parameters = decode(start).data;
      let state: Float32Array[] = Array.from({ length: optimiser.stateCount }, () => new Float32Array(count));
      for (let step = 0; step < steps; step++) {
        const gradient = decode(gradients).data.slice(step * count, (step + 1) * count);
        const feeds: Feeds = {
          parameters: floatTensor([count], parameters),
          gradient: floatTensor([count], gradient),
        };
        state.forEach((vector, i) => {
          feeds[`state${i}`] = floatTensor([count], vector);
        });
        const scalars = optimiser.scalars(step + 1, one.options.learningRate);
        for (const [name, value] of Object.entries(scalars)) feeds[name] = scalarTensor(value);
        const outputs = await session.run(feeds);
        parameters = numbers(outputs.newParameters!);
        state = state.map((_, i) => numbers(outputs[`newState${i}`]!));
        const expected = one.afterFloat64.slice(step * count, (step + 1) * count);
        expectClose(parameters, expected, { relative: 1e-6 }, `parameters after step ${step + 1}`);
      }
      await session.release();
    },
  );
});

describe("a learning-rate schedule", () => {
  it.each(schedulesGolden().cases)("gives PyTorch's rates: $schedule", (one) => {
    const schedule: Schedule =
      one.schedule === "exponential"
        ? { name: "exponential", gamma: one.gamma }
        : { name: "cosine", warmupSteps: one.warmupSteps };
    const totalSteps = one.schedule === "cosine" ? one.totalSteps : one.rates.length;
    const found = one.rates.map((_, i) =>
      learningRateAt(schedule, one.learningRate, { step: i, epoch: i, totalSteps }),
    );
    expectClose(found, one.rates, { relative: 1e-12 }, one.schedule);
  });
});
