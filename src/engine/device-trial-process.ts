// The process in which a device is tried: one convolution, timed and compared with numbers worked out by hand, then the same
// in half precision. Is told the device, sends one report, and ends.
import { encodeOnnx, Graph, type Precision } from "../graph/index.ts";
import type { Device } from "./device.ts";
import { DeviceSession, hostTensor } from "./device-session.ts";
import type { TrialReport } from "./device-trial.ts";
import { floatTensor } from "./tensor.ts";

const SIDE = 128;
const CHANNELS = 64;
const REPEATS = 4;
/** What takes longer is a software driver, and need not be timed again. */
const SLOW_MILLISECONDS = 500;
/** Every product is of these two numbers: inside the image, a sum of 9 * CHANNELS of them. */
const [PIXEL, WEIGHT] = [0.5, 1 / 64];

function trialGraph(precision: Precision, device: Device): Uint8Array {
  const graph = new Graph();
  const dims = [CHANNELS, CHANNELS, 3, 3];
  const weights = new Float32Array(9 * CHANNELS * CHANNELS).fill(WEIGHT);
  const x = graph.input("x", [1, CHANNELS, SIDE, SIDE]);
  const window = { kernel: [3, 3], strides: [1, 1], pads: [1, 1] } as const;
  graph.output("y", graph.apply("Conv", [x, graph.constant("w", weights, dims)], window));
  return encodeOnnx(graph, { precision, target: { device: device === "cpu" ? "cpu" : "gpu" } });
}

/** Least milliseconds of several runs. @throws Error for wrong numbers */
async function timed(device: Device, precision: Precision): Promise<number> {
  const session = await DeviceSession.create(trialGraph(precision, device), device);
  const pixels = new Float32Array(CHANNELS * SIDE * SIDE).fill(PIXEL);
  const x = hostTensor(floatTensor([1, CHANNELS, SIDE, SIDE], pixels));
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < REPEATS; i++) {
    const started = performance.now();
    const { y } = await session.run({ x });
    least = Math.min(least, performance.now() - started);
    const inside = y!.read().data[SIDE + 1];
    const wanted = 9 * CHANNELS * PIXEL * WEIGHT;
    if (inside !== wanted) throw new Error(`it computed ${inside} where ${wanted} is right`);
    if (least > SLOW_MILLISECONDS) break;
  }
  await session.release();
  return least;
}

async function report(device: Device): Promise<TrialReport> {
  try {
    const milliseconds = await timed(device, "float32");
    const float16 = await timed(device, "float16").then(
      () => true,
      () => false,
    );
    return { milliseconds, float16 };
  } catch (error) {
    const { got } = error as { got?: string };
    return { failure: got ?? (error instanceof Error ? error.message : String(error)) };
  }
}

process.once("message", async (device: Device) => {
  process.send!(await report(device), undefined, undefined, () => process.disconnect());
});
