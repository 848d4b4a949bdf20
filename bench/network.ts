// Times the network's three kinds of work in one process: a frozen teacher's forward, a training step (forward, backward,
// no optimiser, as the PyTorch peer does), and a distillation step. One thread, CPU time and wall time, peak memory.
//
// Usage: node build/bench/network.js forward|train|distill SIZE[,STUDENT_SIZE] [--batch N] [--repeat N]
// Prints one JSON line.
import { parseArgs } from "node:util";
import { distillationTask } from "../src/distill/index.ts";
import {
  floatTensor,
  gradientOutput,
  layoutViews,
  Session,
  type Stage,
  type Tensor,
} from "../src/engine/index.ts";
import { encodeOnnx } from "../src/graph/index.ts";
import { frozenNetwork, initialState } from "../src/models/index.ts";
import { classificationTask, compileTask, type TrainingTask } from "../src/train/index.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    batch: { type: "string", default: "1" },
    repeat: { type: "string", default: "5" },
    profile: { type: "string" },
  },
});
const [kind = "forward", sizes = "512"] = positionals;
const [size = 512, studentSize = size] = sizes.split(",").map(Number);
const batch = Number(values.batch);
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

const image = (side: number): Tensor => floatTensor([batch, 3, side, side], noise(batch * 3 * side * side));

/** A function that does the work once. */
async function work(): Promise<() => Promise<unknown>> {
  if (kind === "forward") {
    const session = await open({
      model: encodeOnnx(frozenNetwork(architecture, 3, state)),
      takesParameters: false,
      givesGradients: false,
    });
    const feeds = { image: image(size) };
    return () => session.run(feeds);
  }
  const dataset = { classes, images: [] };
  const task: TrainingTask =
    kind === "train"
      ? classificationTask({ architecture, initialState: state, dataset, view: view(1) })
      : distillationTask({
          teacher: { architecture, classes, state, view: view(1) },
          architecture,
          initialState: state,
          view: view(2),
        });
  const compiled = compileTask(task);
  const parameters: Record<string, Tensor> = {};
  const vector = new Float32Array(compiled.plan.parameters.count);
  const views = layoutViews(compiled.plan.parameters, vector);
  for (const { name, dims } of compiled.specs) {
    views.get(name)!.set(state.get(name)!.data);
    parameters[name] = { dims, data: views.get(name)! };
  }
  const stages = compiled.plan.programs["train"]!.stages;
  const sessions = await Promise.all(stages.map(open));
  const feeds: Record<string, Tensor> = {
    ...parameters,
    image: image(studentSize),
    lossScale: floatTensor([], Float32Array.of(1)),
    ...(kind === "train"
      ? { targets: floatTensor([batch, 3], new Float32Array(batch * 3).fill(1 / 3)) }
      : { teacherImage: image(size) }),
  };
  return async () => {
    const known = { ...feeds };
    for (const session of sessions) Object.assign(known, await session.run(known));
    return known[gradientOutput("fc.bias")];
  };
}

const opened: Session[] = [];

async function open({ model }: Stage): Promise<Session> {
  const session = await Session.create(
    model,
    values.profile === undefined ? {} : { profile: `${values.profile}-${opened.length}` },
  );
  opened.push(session);
  return session;
}

const once = await work();
await once();
const cpu: number[] = [];
const wall: number[] = [];
for (let i = 0; i < Number(values.repeat); i++) {
  const [startCpu, startWall] = [process.cpuUsage(), performance.now()];
  await once();
  const used = process.cpuUsage(startCpu);
  cpu.push((used.user + used.system) / 1000);
  wall.push(performance.now() - startWall);
}
for (const session of opened) await session.release();
const macs = 5016 * studentSize * studentSize * batch;
const result = {
  kind,
  size,
  studentSize,
  batch,
  cpuMilliseconds: Math.min(...cpu),
  wallMilliseconds: Math.min(...wall),
  peakMegabytes: process.resourceUsage().maxRSS / 1000,
  gigaflops: ((kind === "forward" ? 2 : 6) * macs) / 1e6 / Math.min(...cpu),
};
process.stdout.write(`${JSON.stringify(result)}\n`);
