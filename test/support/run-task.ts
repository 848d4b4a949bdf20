// Runs a training task's own graphs on the calling thread, without loader, workers or optimiser: for comparisons with
// another program's losses and gradients.
import type { Dataset, LoadedBatch } from "../../src/dataset/index.ts";
import { gradientOutput, type Program, Session, scalarTensor, type Tensor } from "../../src/engine/index.ts";
import { type CompiledTask, compileTask, type TrainingTask } from "../../src/train/index.ts";
import { hashImages } from "./hash-weights.ts";

/** What one training pass over one micro-batch gives. */
export interface TaskPass {
  /** Weighted mean over the images. */
  readonly loss: number;
  /** Plain means over the images. */
  readonly parts: Readonly<Record<string, number>>;
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

/** Images by formula, all of one size. */
export interface HashedView {
  readonly images: readonly string[];
  readonly height: number;
  readonly width: number;
}

/** A batch of images by formula, as a loader would hand it over: one view per list of names. */
export function hashBatch(...views: readonly HashedView[]): LoadedBatch {
  return {
    views: views.map(({ images, height, width }) => ({
      data: hashImages(images, height, width),
      dims: [images.length, 3, height, width],
    })),
  };
}

/** A data set that has nothing but labels. */
export function labelledDataset(classes: readonly string[], labels: readonly number[]): Dataset {
  const images = labels.map((label, i) => ({
    id: `image-${i}`,
    path: `/nowhere/image-${i}`,
    label: classes[label]!,
    patient: null,
    split: null,
    mpp: 1,
    mppSource: "option" as const,
    width: 64,
    height: 64,
    contentHash: "",
  }));
  return { classes, images };
}

/** One forward and backward pass of the compiled task over images 0..N-1, which the batch holds. */
export async function passOnce(task: TrainingTask, batch: LoadedBatch): Promise<TaskPass> {
  const compiled = compileTask(task);
  const images = Array.from({ length: batch.views[0]!.dims[0] }, (_, i) => i);
  const totalWeight = images.reduce((sum, image) => sum + task.weight(image), 0);
  const outputs = await runProgram(compiled.plan.programs.train!, {
    ...Object.fromEntries(task.initialState),
    ...task.feeds(batch, images),
    lossScale: scalarTensor(1 / totalWeight),
  });
  const total = (name: string): number =>
    (outputs[name]!.data as Float32Array).reduce((sum, value) => sum + value, 0);
  return {
    loss: total("loss") / totalWeight,
    parts: Object.fromEntries(compiled.parts.map((part) => [part, total(`part:${part}`) / images.length])),
    gradients: gradientsOf(compiled, outputs),
  };
}

async function runProgram(program: Program, feeds: Record<string, Tensor>): Promise<Record<string, Tensor>> {
  const known = { ...feeds };
  for (const { model } of program.stages) {
    const session = await Session.create(model);
    Object.assign(known, await session.run(known));
    await session.release();
  }
  return known;
}

function gradientsOf(
  { specs }: CompiledTask,
  outputs: Readonly<Record<string, Tensor>>,
): ReadonlyMap<string, Float32Array> {
  const trainable = specs.filter((spec) => spec.trainable);
  return new Map(
    trainable.map(({ name }) => [name, outputs[gradientOutput(name)]!.data as Float32Array] as const),
  );
}
