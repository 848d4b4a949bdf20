// The graphs of a work's step, one after another on this thread, so that ONNX Runtime can be asked to profile them. What is
// run is what the training's workers run, without the optimiser, which is a small graph of its own.
import {
  cpuTarget,
  floatTensor,
  layoutOf,
  layoutViews,
  type PoolPlan,
  Session,
  type Tensor,
} from "../../../src/engine/index.ts";
import { bandCount } from "../../../src/graph/index.ts";
import { compileTask } from "../../../src/train/index.ts";
import { teacherModel } from "./passes.ts";
import { madeUpDataset, noiseLoader, startingState, taskOf } from "./tasks.ts";
import { noise, type Work } from "./work.ts";

interface Prepared {
  readonly plan: PoolPlan;
  readonly feeds: Readonly<Record<string, Tensor>>;
}

async function forwardStages({ size }: Work): Promise<Prepared> {
  const model = await teacherModel(size);
  const stages = [{ model, takesParameters: false, givesGradients: false }];
  const programs = { train: { stages, returns: ["logits"] } };
  const image = floatTensor([1, 3, size, size], noise(3 * size * size));
  return { plan: { programs, parameters: layoutOf([]), trainable: 0 }, feeds: { image } };
}

async function stepStages(work: Work): Promise<Prepared> {
  const dataset = madeUpDataset(work.size, work.batch);
  const task = taskOf(work, dataset);
  const images = dataset.images.map((_, number) => number);
  const loaded = await noiseLoader(work, task).load({ images, draws: images.map(() => null) });
  const lossScale = floatTensor([], Float32Array.of(1 / work.batch));
  const cpu = { ...(await cpuTarget()), images: work.batch };
  const bands = (side: number): number => bandCount([[side, side]]);
  const options = {
    checkpointing: work.checkpointing,
    target: { ...cpu, bands: bands(work.studentSize ?? work.size) },
    frozenBands: bands(work.size),
  };
  return {
    plan: compileTask(task, options).plan,
    feeds: { ...task.feeds(loaded, images), lossScale },
  };
}

/**
 * Sessions of the stages, and a function that runs all once.
 * @param profile path prefix of a stage's profile, which is written when it is closed.
 */
export async function openStages(work: Work, profile: (stage: number) => string) {
  const { plan, feeds } = work.kind === "forward" ? await forwardStages(work) : await stepStages(work);
  const vector = new Float32Array(plan.parameters.count);
  const views = layoutViews(plan.parameters, vector);
  const state = startingState();
  for (const [name, target] of views) target.set(state.get(name)!.data);
  const parameters = Object.fromEntries(
    plan.parameters.entries.map(({ name, dims }) => [name, { dims, data: views.get(name)! }]),
  );
  const { stages } = plan.programs.train!;
  const sessions = await Promise.all(
    stages.map(({ model }, number) => Session.create(model, { profile: profile(number) })),
  );
  return {
    async run(): Promise<void> {
      const known: Record<string, Tensor> = { ...parameters, ...feeds };
      for (const session of sessions) Object.assign(known, await session.run(known));
    },
    async close(): Promise<void> {
      for (const session of sessions) await session.release();
    },
  };
}
