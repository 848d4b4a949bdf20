// Times the network's three kinds of work: a frozen teacher's forward, a training step (forward and backward, no
// optimiser, as the PyTorch peer does), and a distillation step. Without --workers on one thread of this process (CPU
// time per step); with --workers on that many worker threads (wall time per image). Prints one JSON line.
//
// Usage: node build/bench/network.js forward|train|distill SIZE[,STUDENT_SIZE] [--batch N] [--repeat N] [--workers N]
//        [--profile PREFIX]
import { parseArgs } from "node:util";
import { distillationTask } from "../src/distill/index.ts";
import {
  floatTensor,
  layoutOf,
  layoutViews,
  Pool,
  type PoolPlan,
  Session,
  type Tensor,
} from "../src/engine/index.ts";
import { encodeOnnx } from "../src/graph/index.ts";
import { frozenNetwork, initialState } from "../src/models/index.ts";
import { classificationTask, compileTask } from "../src/train/index.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    batch: { type: "string", default: "1" },
    repeat: { type: "string", default: "5" },
    workers: { type: "string" },
    profile: { type: "string" },
  },
});
const [kind = "forward", sizes = "512"] = positionals;
const [size = 512, studentSize = size] = sizes.split(",").map(Number);
const [batch, repeat] = [Number(values.batch), Number(values.repeat)];
const classes = ["A", "B", "C"];
const architecture = "resnet10-thin-gn" as const;
const state = initialState(architecture, classes.length, 1);
const view = (mpp: number) => ({ mpp, mean: [0, 0, 0], std: [1, 1, 1] }) as const;

/** Pseudo-random numbers in [-1, 1): what is in them does not change the time. */
function noise(count: number): Float32Array {
  let seed = 1;
  return Float32Array.from({ length: count }, () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
    return seed / 2 ** 31;
  });
}

/** The work as a plan with one program, `work`. */
function plan(): PoolPlan {
  if (kind === "forward") {
    const stage = {
      model: encodeOnnx(frozenNetwork(architecture, 3, state)),
      takesParameters: false,
      givesGradients: false,
    };
    return {
      programs: { work: { stages: [stage], returns: ["logits"] } },
      parameters: layoutOf([]),
      trainable: 0,
    };
  }
  const teacher = { architecture, classes, state, view: view(1) };
  const task =
    kind === "train"
      ? classificationTask({
          architecture,
          initialState: state,
          dataset: { classes, images: [] },
          view: view(1),
        })
      : distillationTask({ teacher, architecture, initialState: state, view: view(2) });
  const compiled = compileTask(task);
  return { ...compiled.plan, programs: { work: compiled.plan.programs.train! } };
}

const sources = {
  image: noise(batch * 3 * studentSize * studentSize),
  teacherImage: kind === "distill" ? noise(batch * 3 * size * size) : new Float32Array(0),
};

/** Fresh feeds: a pool takes their buffers away. */
function feeds(): Record<string, Tensor> {
  const image = (name: keyof typeof sources, side: number): Tensor =>
    floatTensor([batch, 3, side, side], sources[name].slice());
  return {
    image: image("image", studentSize),
    ...(kind === "forward" ? {} : { lossScale: floatTensor([], Float32Array.of(1 / batch)) }),
    ...(kind === "train"
      ? { targets: floatTensor([batch, 3], new Float32Array(batch * 3).fill(1 / 3)) }
      : {}),
    ...(kind === "distill" ? { teacherImage: image("teacherImage", size) } : {}),
  };
}

function fill(work: PoolPlan, vector: Float32Array): void {
  for (const [name, target] of layoutViews(work.parameters, vector)) target.set(state.get(name)!.data);
}

/** Least CPU and wall milliseconds of one run on this thread. */
async function onThisThread(work: PoolPlan): Promise<{ cpuMilliseconds: number; wallMilliseconds: number }> {
  const vector = new Float32Array(work.parameters.count);
  fill(work, vector);
  const views = layoutViews(work.parameters, vector);
  const parameters = Object.fromEntries(
    work.parameters.entries.map(({ name, dims }) => [name, { dims, data: views.get(name)! }]),
  );
  const profile = values.profile === undefined ? {} : { profile: values.profile };
  const sessions = await Promise.all(
    work.programs.work!.stages.map(({ model }) => Session.create(model, profile)),
  );
  const once = async (): Promise<void> => {
    const known: Record<string, Tensor> = { ...parameters, ...fixed };
    for (const session of sessions) Object.assign(known, await session.run(known));
  };
  const fixed = feeds();
  await once();
  const times = { cpuMilliseconds: Number.POSITIVE_INFINITY, wallMilliseconds: Number.POSITIVE_INFINITY };
  for (let i = 0; i < repeat; i++) {
    const [cpu, wall] = [process.cpuUsage(), performance.now()];
    await once();
    const used = process.cpuUsage(cpu);
    times.cpuMilliseconds = Math.min(times.cpuMilliseconds, (used.user + used.system) / 1000);
    times.wallMilliseconds = Math.min(times.wallMilliseconds, performance.now() - wall);
  }
  for (const session of sessions) await session.release();
  return times;
}

/** Wall milliseconds per image over `repeat` images for each worker. */
async function onWorkers(work: PoolPlan, workers: number): Promise<{ wallMillisecondsPerImage: number }> {
  const pool = new Pool(work, workers);
  fill(work, pool.parameters);
  pool.parametersChanged();
  const run = async (): Promise<void> =>
    pool.releaseGradient(await pool.run("work", feeds(), work.trainable > 0));
  await Promise.all(Array.from({ length: workers }, run));
  const started = performance.now();
  const lane = async (): Promise<void> => {
    for (let i = 0; i < repeat; i++) await run();
  };
  await Promise.all(Array.from({ length: workers }, lane));
  const elapsed = performance.now() - started;
  await pool.close();
  return { wallMillisecondsPerImage: elapsed / (repeat * workers * batch) };
}

const times =
  values.workers === undefined ? await onThisThread(plan()) : await onWorkers(plan(), Number(values.workers));
const peakMegabytes = process.resourceUsage().maxRSS / 1000;
process.stdout.write(`${JSON.stringify({ kind, size, studentSize, batch, ...times, peakMegabytes })}\n`);
