// One optimiser step of the real network on the CPU and on a device, in a process of its own: prints how far they are apart.
// Arguments: folder of the compiled package, device, "distillation" and/or "classification".
const [dist, device, ...kinds] = process.argv.slice(2);
const from = (room) => import(new URL(`${room}/index.js`, dist));
const [{ layoutViews, openTrainingExecutor, Session }, { initialState }, nn, train, { distillationTask }] =
  await Promise.all(["engine", "models", "nn", "train", "distill"].map(from));
const { compileTask } = await import(new URL("train/task.js", dist));

const ARCHITECTURE = "resnet10-thin-gn";
const classes = ["A", "B", "C"];
const [SIDE, TEACHER_SIDE] = [16, 32];
const view = (mpp) => ({ mpp, mean: [0, 0, 0], std: [1, 1, 1] });
const state = initialState(ARCHITECTURE, classes.length, 0);

/** Smooth, different everywhere, the same on every machine. */
const pixels = (side) => ({
  dims: [1, 3, side, side],
  data: Float32Array.from(
    { length: 3 * side * side },
    (_, i) => Math.sin(0.7 * i) + Math.cos(0.013 * i * i) / 3,
  ),
});

const tasks = {
  classification: () =>
    train.classificationTask({
      ...{ architecture: ARCHITECTURE, initialState: state, view: view(2) },
      dataset: { classes, images: [{ id: "image", label: "B" }] },
    }),
  distillation: () =>
    distillationTask({
      teacher: {
        ...{ architecture: ARCHITECTURE, classes, view: view(1) },
        state: initialState(ARCHITECTURE, classes.length, 1),
      },
      ...{ architecture: ARCHITECTURE, initialState: state, view: view(2) },
    }),
};

async function step(task, device) {
  const target = device === "cpu" ? {} : { target: { device: "gpu" } };
  const { plan, specs } = compileTask(task, target);
  const update = nn.createOptimiser({ name: "adam", weightDecay: 1e-4 }, plan.trainable);
  const executor = openTrainingExecutor({ ...plan, update }, { device, workers: 1 });
  const parameters = new Float32Array(plan.parameters.count);
  const views = layoutViews(plan.parameters, parameters);
  for (const spec of specs) views.get(spec.name).set(nn.storedParameter(state, spec));
  const zeros = () => new Float32Array(plan.trainable);
  await executor.restore({ parameters, optimiser: [zeros(), zeros()] });
  const batch = { views: task.views.map(({ mpp }) => pixels(mpp === 1 ? TEACHER_SIDE : SIDE)) };
  const scale = { lossScale: { dims: [], data: Float32Array.of(1) } };
  const outputs = await executor.accumulate("train", { ...task.feeds(batch, [0]), ...scale });
  await executor.update(update.scalars(1, 1e-3));
  const after = await executor.snapshot();
  await executor.close();
  // Adam's first moment is a tenth of the gradient after one step.
  const gradient = after.optimiser[0].map((value) => 10 * value);
  return { loss: outputs.loss.data, gradient, parameters: after.parameters, before: parameters };
}

const largest = (values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
const apart = (a, b) => largest(a.map((value, i) => value - b[i]));

// ONNX Runtime drops compiled shaders with its last session: one that stays open keeps them from task to task.
const { Graph, encodeOnnx, relu } = await from("graph");
const idle = new Graph();
idle.output("y", relu(idle.input("x", [1])));
const open = await Session.create(encodeOnnx(idle), { device });
const found = {};
for (const kind of kinds) {
  const [cpu, other] = [await step(tasks[kind](), "cpu"), await step(tasks[kind](), device)];
  const size = largest(cpu.gradient);
  // Where a gradient is nothing but rounding, Adam's first step is of either sign.
  const meant = [...cpu.gradient.keys()].filter((i) => Math.abs(cpu.gradient[i]) > 1e-5 * size);
  const at = (values) => Float32Array.from(meant, (i) => values[i]);
  found[kind] = {
    loss: apart(cpu.loss, other.loss),
    gradient: apart(cpu.gradient, other.gradient) / size,
    parameters: apart(at(cpu.parameters), at(other.parameters)),
    moved: largest(at(cpu.parameters).map((value, i) => value - cpu.before[meant[i]])),
    share: meant.length / cpu.gradient.length,
  };
}
await open.release();
process.stdout.write(`${JSON.stringify(found)}\n`);
