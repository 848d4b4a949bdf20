// Measures how fast this machine trains, in a few seconds and by the training loop itself, so that a study can say how long
// it will take. The result is kept in the cache folder under the machine's and the programs' names.
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { throwIfCancelled } from "../base/index.ts";
import {
  type AugmentationDraw,
  createLoader,
  type Dataset,
  DEFAULT_AUGMENTATION,
  drawAugmentation,
  type Loader,
  type View,
} from "../dataset/index.ts";
import { Session } from "../engine/index.ts";
import { encodeOnnx } from "../graph/index.ts";
import { encodePng } from "../image/index.ts";
import { hashBytes, writeFileAtomically } from "../machine/index.ts";
import { forwardMacs, frozenNetwork, initialState } from "../models/index.ts";
import { rgbImage } from "../pixels/index.ts";
import { Generator } from "../random/index.ts";
import {
  fitMachineSpeed,
  type MachineSpeed,
  type Measured,
  type MeasuredLoop,
  type SpeedMeasurements,
} from "../study/index.ts";
import { classificationTask, runLoop } from "../train/index.ts";
import type { OperationContext } from "./context.ts";
import { isBusy, keepSpeed, keptSpeed } from "./kept-speed.ts";
import { versions } from "./versions.ts";

const ARCHITECTURE = "resnet10-thin-gn";
const CLASSES = ["A", "B"] as const;
const VIEW: View = { mpp: 1, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
/** Two threads at work, as a rate measured by one alone is not kept when they share memory and caches. */
const THREADS = Math.min(2, availableParallelism());
/** Sides, images and batches of the trainings that are timed: small, middle and large images, and many small steps. */
const LOOPS = [
  { side: 64, images: 64, batch: 32 },
  { side: 224, images: 16, batch: 16 },
  { side: 512, images: 4, batch: 4 },
  { side: 64, images: 16, batch: 2 },
] as const;
const EPOCHS = 3;
const FORWARD_SIDES = [64, 256, 1024] as const;
const LOADED_SIDE = 768;
const REPEATS = 5;

/**
 * The speed of this machine, measured or as measured before.
 *
 * @param folder where the measurement is kept.
 * @throws LowmagError `cancelled`.
 */
export async function machineSpeed(folder: string, context: OperationContext = {}): Promise<MachineSpeed> {
  const key = machineKey().slice(0, 16);
  const kept = await keptSpeed(folder, key, Date.now());
  if (kept !== null) return kept;
  const busy = isBusy(loadavg()[0] ?? 0, availableParallelism());
  context.onNote?.("Measuring how fast this machine trains (once, some seconds) …");
  const speed = await measureSpeed(context);
  await keepSpeed(folder, key, speed, busy);
  return speed;
}

/** What a measurement holds for: the processor, its cores and the programs. */
function machineKey(): string {
  const [first] = cpus();
  return hashBytes(JSON.stringify([first?.model ?? "", availableParallelism(), versions(), LOOPS, EPOCHS]));
}

async function measureSpeed(context: OperationContext): Promise<MachineSpeed> {
  const loops: MeasuredLoop[] = [];
  for (const loop of LOOPS) {
    throwIfCancelled(context.signal, "study");
    loops.push(await timeLoop(loop));
  }
  const forward: Measured[] = [];
  for (const side of FORWARD_SIDES) forward.push(await timeForward(side));
  return fitMachineSpeed({ loops, forward, loading: await timeLoading() });
}

function macsOf(side: number): number {
  return forwardMacs(ARCHITECTURE, CLASSES.length, side, side);
}

/** Trains a network on noise; thread seconds of its fastest epoch after the first. */
async function timeLoop({ side, images, batch }: (typeof LOOPS)[number]): Promise<MeasuredLoop> {
  const dataset = squares(side, images);
  const task = classificationTask({
    architecture: ARCHITECTURE,
    initialState: initialState(ARCHITECTURE, CLASSES.length, 0),
    dataset,
    view: VIEW,
  });
  const marks = [threadSeconds()];
  await runLoop({
    ...{ task, dataset, loader: noiseLoader(side), batch, epochs: EPOCHS, workers: THREADS, seed: 0 },
    train: dataset.images.map((_, i) => i),
    validation: [],
    optimiser: { name: "adam", weightDecay: 1e-4 },
    learningRate: 1e-4,
    schedule: { name: "constant" },
    select: "loss",
    augment: () => null,
    onEpoch: async () => {
      marks.push(threadSeconds());
    },
  });
  const [first = 0, ...others] = marks.slice(1).map((mark, i) => mark - marks[i]!);
  const seconds = Math.min(...others);
  const startSeconds = Math.max(0, first - seconds);
  return { macs: macsOf(side), images, steps: Math.ceil(images / batch), seconds, startSeconds };
}

/** Seconds that all threads of this process have worked: other programs on the machine do not count. */
function threadSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Thread seconds of one forward pass over one image. */
async function timeForward(side: number): Promise<Measured> {
  const state = initialState(ARCHITECTURE, CLASSES.length, 0);
  const session = await Session.create(encodeOnnx(frozenNetwork(ARCHITECTURE, CLASSES.length, state)));
  try {
    const feeds = { image: { dims: [1, 3, side, side], data: noise(3 * side * side) } };
    await session.run(feeds);
    const seconds: number[] = [];
    for (let i = 0; i < REPEATS; i++) seconds.push(await threadSecondsOf(() => session.run(feeds)));
    return { macs: macsOf(side), seconds: Math.min(...seconds) };
  } finally {
    await session.release();
  }
}

async function threadSecondsOf(work: () => unknown): Promise<number> {
  const before = threadSeconds();
  await work();
  return threadSeconds() - before;
}

function squares(side: number, count: number): Dataset {
  const images = Array.from({ length: count }, (_, i) => ({
    ...{ id: `${i}`, path: `${i}`, label: CLASSES[i % 2]!, patient: null, split: "train" as const },
    ...{ mpp: VIEW.mpp, mppSource: "option" as const, width: side, height: side, contentHash: `${i}` },
  }));
  return { classes: CLASSES, images };
}

/** Pixels without files: what is timed here is computing. */
function noiseLoader(side: number): Loader {
  const image = noise(3 * side * side);
  return {
    async load({ images }) {
      const data = new Float32Array(images.length * image.length);
      images.forEach((_, i) => {
        data.set(image, i * image.length);
      });
      return { views: [{ data, dims: [images.length, 3, side, side] }] };
    },
    async close() {},
  };
}

function noise(length: number): Float32Array {
  const generator = Generator.derive(0, "speed");
  return Float32Array.from({ length }, () => generator.uniform());
}

/** Thread seconds per pixel of loading images that are in the cache, and of jittering their colours besides. */
async function timeLoading(): Promise<SpeedMeasurements["loading"]> {
  const folder = await mkdtemp(join(tmpdir(), "lowmag-speed-"));
  try {
    const loader = await createLoader({
      dataset: await storedNoise(folder),
      views: [VIEW],
      cacheFolder: folder,
      workers: 1,
    });
    const draw = drawAugmentation(Generator.derive(0, "speed"), DEFAULT_AUGMENTATION);
    const time = async (jitter: AugmentationDraw["jitter"]): Promise<number> => {
      const seconds: number[] = [];
      for (let i = 0; i < REPEATS; i++)
        seconds.push(await threadSecondsOf(() => loader.load({ images: [0], draws: [{ ...draw, jitter }] })));
      return Math.min(...seconds) / LOADED_SIDE ** 2;
    };
    try {
      return { plain: await time(null), jittered: await time(draw.jitter) };
    } finally {
      await loader.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A data set of one picture of noise, in a file. */
async function storedNoise(folder: string): Promise<Dataset> {
  const bytes = Uint8Array.from(noise(3 * LOADED_SIDE ** 2), (value) => 255 * value);
  const file = await encodePng(rgbImage(LOADED_SIDE, LOADED_SIDE, bytes));
  const path = join(folder, "noise.png");
  await writeFileAtomically(path, file);
  const { classes, images } = squares(LOADED_SIDE, 1);
  return { classes, images: images.map((image) => ({ ...image, path, contentHash: hashBytes(file) })) };
}
