// What half precision does to a teacher's answers: every image of a data set through the frozen network in float32 and in
// float16, on the CPU (which rounds after each operator and computes inside it in float32) or on a device.
//
// Usage: node build/bench/devices/halves.js --run RUN --data PATH [--device cpu|webgpu|cuda] [--limit 100]
import { parseArgs } from "node:util";
import { openData } from "../../src/api/open-data.ts";
import { createLoader } from "../../src/dataset/index.ts";
import { devices, layoutOf, type Outputs, openExecutor } from "../../src/engine/index.ts";
import { encodeOnnx, type Precision } from "../../src/graph/index.ts";
import { frozenNetwork } from "../../src/models/index.ts";
import { softmax } from "../../src/stats/index.ts";
import { readRun } from "../../src/train/index.ts";

const { values } = parseArgs({
  options: {
    run: { type: "string" },
    data: { type: "string" },
    device: { type: "string", default: "cpu" },
    cache: { type: "string", default: "build/cache" },
    limit: { type: "string", default: "100" },
  },
});
const device = devices.find((one) => one === values.device);
if (values.run === undefined || values.data === undefined || device === undefined)
  throw new Error("expected --run RUN --data PATH [--device cpu|webgpu|cuda]");
const { model } = await readRun(values.run);
const { architecture, classes } = model.description;
const network = frozenNetwork(architecture, classes.length, model.state, {
  ...{ image: "image", logits: "logits", featureMap: "featureMap" },
});
const target = device === "cpu" ? {} : { target: { device: "gpu" as const } };
const stageOf = (precision: Precision) => ({
  ...{ model: encodeOnnx(network, { precision, ...target }), takesParameters: false, givesGradients: false },
});
const returns = ["logits", "featureMap"];
const programs = {
  float32: { stages: [stageOf("float32")], returns },
  float16: { stages: [stageOf("float16")], returns },
};
const executor = openExecutor({ programs, parameters: layoutOf([]), trainable: 0 }, { device, workers: 1 });
const dataset = await openData({ data: values.data }, { defaultCache: values.cache });
const loader = await createLoader({
  ...{ dataset, views: [model.description], cacheFolder: values.cache, workers: 1 },
});

const numbers = (outputs: Outputs, name: string): Float32Array => outputs[name]!.data as Float32Array;
const largest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
const found = { images: 0, agree: 0, probability: 0, map: 0, mapScale: 0 };
for (const [i] of dataset.images.slice(0, Number(values.limit)).entries()) {
  const answers: Outputs[] = [];
  for (const precision of ["float32", "float16"]) {
    const { views } = await loader.load({ images: [i], draws: [null] });
    answers.push(await executor.run(precision, { image: views[0]! }));
  }
  const [exact, half] = answers.map((outputs) => softmax([...numbers(outputs, "logits")])) as [
    number[],
    number[],
  ];
  const [map, halfMap] = answers.map((outputs) => numbers(outputs, "featureMap")) as [
    Float32Array,
    Float32Array,
  ];
  found.images++;
  if (exact.indexOf(Math.max(...exact)) === half.indexOf(Math.max(...half))) found.agree++;
  found.probability = Math.max(found.probability, largest(exact, half));
  found.map = Math.max(found.map, largest(map, halfMap));
  found.mapScale = Math.max(found.mapScale, largest(map, new Float32Array(map.length)));
}
await Promise.all([executor.close(), loader.close()]);
process.stdout.write(`${JSON.stringify(found)}\n`);
