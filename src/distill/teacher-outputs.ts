// A loader that adds to each micro-batch what the frozen teacher puts out for its images: read from memory or the cache
// folder, computed where neither holds it. The teacher sees the images as they are, flipped but never jittered.
import { fail, type ProgressListener } from "../base/index.ts";
import {
  BoundedMemory,
  type Dataset,
  type LoadedBatch,
  type Loader,
  type LoadRequest,
} from "../dataset/index.ts";
import { floatTensor, type Tensor } from "../engine/index.ts";
import { writeHalf } from "../graph/index.ts";
import { fillOutputs, outputsOf } from "./fill-outputs.ts";
import { type FlipCount, OutputCache } from "./output-cache.ts";
import type { OutputKind, TeacherOutput } from "./output-entry.ts";
import { TEACHER_LOGITS, TEACHER_MAP, type Teacher } from "./teacher.ts";
import { flipOf, TeacherRunner } from "./teacher-runner.ts";

/** Options of {@link withTeacherOutputs}. */
export interface TeacherOutputsOptions {
  readonly dataset: Dataset;
  readonly teacher: Teacher;
  /** SHA-256 of the teacher's model file. */
  readonly modelHash: string;
  /** Of the feature maps in the cache; logits are float32. */
  readonly precision: OutputKind["precision"];
  readonly cacheFolder: string;
  /** Image numbers that may be asked for: flipped, where `flips` is true, and only as they are. */
  readonly train: readonly number[];
  readonly validation: readonly number[];
  readonly flips: boolean;
  /** Threads that run the teacher beforehand. */
  readonly workers: number;
  /** Bytes of outputs kept in memory between epochs. Default 1 GiB. */
  readonly memoryBytes?: number;
  readonly onProgress?: ProgressListener;
  readonly signal?: AbortSignal;
}

/**
 * Makes sure that the cache holds the teacher's outputs for all images, then gives a loader whose batches carry them.
 * Closing it closes `loader` too.
 *
 * @param loader supplies the student's view.
 * @throws LowmagError `cancelled` (what was computed is kept), `not-writable`, `not-finite` for a map that float16 cannot
 *   hold, and what reading images throws; `loader` is still open then.
 */
export async function withTeacherOutputs(loader: Loader, options: TeacherOutputsOptions): Promise<Loader> {
  const { cacheFolder, teacher, modelHash, precision, train, validation, flips } = options;
  const cache = new OutputCache(cacheFolder, teacher, modelHash, precision);
  const counts = new Map<number, FlipCount>(validation.map((image) => [image, 1]));
  for (const image of train) counts.set(image, flips ? 4 : 1);
  await fillOutputs(cache, counts, options);
  return new OutputLoader(loader, cache, counts, options);
}

class OutputLoader implements Loader {
  readonly #memory: BoundedMemory<TeacherOutput>;
  /** Started when an entry has to be made again. */
  #runner: Promise<TeacherRunner> | null = null;
  #closed = false;

  constructor(
    readonly loader: Loader,
    readonly cache: OutputCache,
    readonly counts: ReadonlyMap<number, FlipCount>,
    readonly options: TeacherOutputsOptions,
  ) {
    const bytesOf = ({ map, logits }: TeacherOutput) => map.byteLength + logits.byteLength;
    this.#memory = new BoundedMemory(options.memoryBytes ?? 2 ** 30, bytesOf);
  }

  async load(request: LoadRequest): Promise<LoadedBatch> {
    const { images, draws } = request;
    const wanted = images.map((image, i) => this.#output(image, flipOf(draws[i] ?? null)));
    const [batch, outputs] = await Promise.all([this.loader.load(request), Promise.all(wanted)]);
    return { ...batch, tensors: { ...batch.tensors, ...stacked(outputs, this.cache.kind) } };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.loader.close(), this.#runner?.then((runner) => runner.close())]);
  }

  async #output(number: number, flip: number): Promise<TeacherOutput> {
    const key = `${number} ${flip}`;
    const image = this.options.dataset.images[number]!;
    const held = this.#memory.get(key);
    const output = held ?? (await this.cache.read(image, flip)) ?? (await this.#again(number, flip));
    this.#memory.set(key, output);
    return output;
  }

  /** An entry that was damaged or removed since it was made. */
  async #again(number: number, flip: number): Promise<TeacherOutput> {
    const { teacher, dataset, cacheFolder } = this.options;
    if (this.#closed)
      throw fail("cancelled", { where: "teacher outputs", expected: "an open loader", got: "a closed one" });
    this.#runner ??= TeacherRunner.open(teacher, dataset, cacheFolder, 1);
    const count = flip === 0 ? (this.counts.get(number) ?? 1) : 4;
    const image = dataset.images[number]!;
    const outputs = await outputsOf(await this.#runner, number, count, image, this.cache.kind);
    await this.cache.write(image, outputs);
    return outputs[flip]!;
  }
}

/** Outputs of images of one size, one after another. */
function stacked(outputs: readonly TeacherOutput[], kind: OutputKind): Record<string, Tensor> {
  const { height, width } = outputs[0]!;
  const { channels, classes } = kind;
  const length = channels * height * width;
  const maps = new Float32Array(outputs.length * length);
  const logits = new Float32Array(outputs.length * classes);
  for (const [i, output] of outputs.entries()) {
    const target = maps.subarray(i * length, (i + 1) * length);
    if (output.map instanceof Uint16Array) writeHalf(output.map, target);
    else target.set(output.map);
    logits.set(output.logits, i * classes);
  }
  return {
    [TEACHER_MAP]: floatTensor([outputs.length, channels, height, width], maps),
    [TEACHER_LOGITS]: floatTensor([outputs.length, classes], logits),
  };
}
