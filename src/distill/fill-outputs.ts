// Fills the cache of teacher outputs before training: on all worker threads, going on where an interrupted run left off.
// Several runs may fill one folder at the same time; each looks before it computes, and they begin at different images.
import { fail, type LowmagError, type ProgressListener, ProgressMeter } from "../base/index.ts";
import type { Dataset, TissueImage } from "../dataset/index.ts";
import { toHalf } from "../graph/index.ts";
import { Generator } from "../random/index.ts";
import type { FlipCount, OutputCache } from "./output-cache.ts";
import type { OutputKind, TeacherOutput } from "./output-entry.ts";
import type { Teacher } from "./teacher.ts";
import { TeacherRunner } from "./teacher-runner.ts";

/** What is needed to run the teacher over a data set. */
export interface FillOptions {
  readonly dataset: Dataset;
  readonly teacher: Teacher;
  /** Of the pixel cache. */
  readonly cacheFolder: string;
  readonly workers: number;
  readonly onProgress?: ProgressListener;
  readonly signal?: AbortSignal;
}

/**
 * Computes what the cache lacks.
 * @param counts how many flips of which images are wanted.
 * @throws LowmagError as `withTeacherOutputs`.
 */
export async function fillOutputs(
  cache: OutputCache,
  counts: ReadonlyMap<number, FlipCount>,
  options: FillOptions,
): Promise<void> {
  const { dataset, teacher, cacheFolder, workers } = options;
  const has = ([number, count]: [number, FlipCount]) => cache.has(dataset.images[number]!, count);
  const missing: [number, FlipCount][] = [];
  for (const item of counts) if (!(await has(item))) missing.push(item);
  if (missing.length === 0) return;
  const meter = new ProgressMeter(
    "teacher outputs",
    counts.size,
    options.onProgress,
    counts.size - missing.length,
  );
  // The order decides nothing but which of several processes computes what.
  const queue = Generator.derive(process.pid, "teacher outputs").shuffle(missing);
  const runner = await TeacherRunner.open(teacher, dataset, cacheFolder, workers);
  const lane = async (): Promise<void> => {
    for (let item = queue.pop(); item !== undefined; item = queue.pop()) {
      if (options.signal?.aborted) throw interrupted(queue.length + 1, options.signal.reason);
      const [number, count] = item;
      const image = dataset.images[number]!;
      if (!(await has(item)))
        await cache.write(image, await outputsOf(runner, number, count, image, cache.kind));
      meter.advance();
    }
  };
  try {
    await Promise.all(Array.from({ length: workers + 1 }, lane)); // one loads while the others compute
  } finally {
    await runner.close();
  }
}

/** The teacher's outputs for one flip of an image or all four, as the cache keeps them. */
export async function outputsOf(
  runner: TeacherRunner,
  number: number,
  count: FlipCount,
  image: TissueImage,
  { precision }: OutputKind,
): Promise<TeacherOutput[]> {
  const outputs: TeacherOutput[] = [];
  for (let flip = 0; flip < count; flip++) {
    const { map, logits } = await runner.run(number, flip);
    const [height, width] = [map.dims[2]!, map.dims[3]!];
    const values = map.data as Float32Array;
    outputs.push({ map: precision === "float16" ? halved(values, image) : values, height, width, logits });
  }
  return outputs;
}

function halved(values: Float32Array, image: TissueImage): Uint16Array {
  const halves = toHalf(values);
  const beyond = halves.findIndex((bits) => (bits & 0x7c00) === 0x7c00);
  if (beyond < 0) return halves;
  throw fail("not-finite", {
    where: `feature map of the teacher for image \`${image.id}\``,
    expected: "numbers that float16 can hold, up to 65,504",
    got: `${values[beyond]}`,
    fix: "Keep the maps in full precision: `--teacher-precision float32`.",
  });
}

function interrupted(left: number, cause: unknown): LowmagError {
  return fail("cancelled", {
    where: "teacher outputs",
    expected: "to be computed for all images",
    got: `an interruption with ${left} images left`,
    fix: "What was computed is kept in the cache: run the same command again.",
    cause,
  });
}
