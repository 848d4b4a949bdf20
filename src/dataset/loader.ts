// Loads micro-batches in worker threads while the caller computes. What comes back depends only on the request: not on
// the number of workers, nor on what happens to be cached.
import { fail } from "../base/index.ts";
import { makeFolder, WorkerPool, workerFile } from "../machine/index.ts";
import type { RgbImage } from "../pixels/index.ts";
import { BoundedMemory } from "./bounded-memory.ts";
import {
  type FreshPixels,
  type LoadMessage,
  unpackError,
  type WorkerReply,
  type WorkerSettings,
} from "./loader-protocol.ts";
import { entryFolder } from "./pixel-cache.ts";
import type { Dataset, LoadedBatch, Loader, LoadRequest, TissueImage, View } from "./types.ts";
import { viewSize } from "./view-size.ts";

/** Options of {@link LoaderThreads}. */
export interface LoaderThreadsOptions {
  /** Folder of the pixel cache; made when missing. May be shared by any number of runs. */
  readonly cacheFolder: string;
  /** Worker threads. Default 1: the other cores are for computing. */
  readonly workers?: number;
  /** Refuse images of more pixels than this. */
  readonly maxPixels?: number;
}

/** What {@link LoaderThreads.load} loads. */
export interface LoaderImages {
  readonly dataset: Dataset;
  /** The magnifications wanted, e.g. the student's and the teacher's; a batch has them in this order. */
  readonly views: readonly View[];
  /** Bytes of pixels kept in memory between epochs, by all workers together. Default 1 GiB. */
  readonly memoryBytes?: number;
}

/** Options of {@link createLoader}. */
export interface LoaderOptions extends LoaderThreadsOptions, LoaderImages {}

/**
 * Starts a loader. Close it when done: its threads keep the process alive.
 *
 * @throws LowmagError `invalid-argument` for no views, a standard deviation that is not above 0, or a number of workers
 * that is not a whole number >= 1; `not-writable` for the cache folder.
 * @example
 * const loader = await createLoader({ dataset, views: [student, teacher], cacheFolder: "cache" });
 * const batch = await loader.load({ images: [0, 1], draws: [null, null] });
 * await loader.close();
 */
export async function createLoader(options: LoaderOptions): Promise<Loader> {
  checkImages(options);
  return (await LoaderThreads.start(options)).loader(options);
}

/**
 * The threads of a loader, which take a while to start: begin early, say later what to load.
 * @example
 * const threads = await LoaderThreads.start({ cacheFolder: "cache" });
 * const loader = threads.loader({ dataset, views: [student, teacher] });
 * await threads.close(); // or loader.close()
 */
export class LoaderThreads {
  readonly #pool: WorkerPool<LoadMessage, WorkerReply>;

  private constructor(pool: WorkerPool<LoadMessage, WorkerReply>) {
    this.#pool = pool;
  }

  /** @throws LowmagError as {@link createLoader}. */
  static async start(options: LoaderThreadsOptions): Promise<LoaderThreads> {
    const { cacheFolder, workers = 1, maxPixels = null } = options;
    if (!(Number.isInteger(workers) && workers >= 1)) throw refusal("workers to be at least 1", `${workers}`);
    await makeFolder(cacheFolder);
    const settings: WorkerSettings = { entryFolder: entryFolder(cacheFolder), maxPixels };
    const script = workerFile(import.meta.url, "./loader-worker.ts");
    return new LoaderThreads(new WorkerPool("loader", script, workers, settings));
  }

  /**
   * A loader on these threads.
   * @throws LowmagError `invalid-argument` as {@link createLoader}.
   */
  loader(images: LoaderImages): Loader {
    checkImages(images);
    const { dataset, views, memoryBytes = DEFAULT_MEMORY } = images;
    return new ThreadedLoader(dataset, views, this.#pool, memoryBytes);
  }

  /** Stops the threads; may be called more than once. */
  async close(): Promise<void> {
    await this.#pool.close();
  }
}

const DEFAULT_MEMORY = 2 ** 30;

class ThreadedLoader implements Loader {
  readonly #dataset: Dataset;
  readonly #views: readonly View[];
  readonly #pool: WorkerPool<LoadMessage, WorkerReply>;
  /** In shared memory: one copy serves all workers, and the limit is that of the whole loader. */
  readonly #memory: BoundedMemory<RgbImage>;

  constructor(
    dataset: Dataset,
    views: readonly View[],
    pool: WorkerPool<LoadMessage, WorkerReply>,
    memoryBytes: number,
  ) {
    this.#dataset = dataset;
    this.#views = views;
    this.#pool = pool;
    this.#memory = new BoundedMemory(memoryBytes, ({ data }) => data.length);
  }

  async load(request: LoadRequest): Promise<LoadedBatch> {
    const images = imagesOf(this.#dataset, request);
    const sizes = this.#views.map(({ mpp }) => commonSize(images, mpp));
    const items = images.map((image, i) => {
      const { path, contentHash, width, height, mpp } = image;
      const pixels = sizes.map((size) => this.#memory.get(keyOf(image, size)));
      return { image: { path, contentHash, width, height, mpp }, draw: request.draws[i]!, pixels };
    });
    const reply = await this.#pool.run({ items, sizes, views: this.#views });
    if (!reply.ok) throw unpackError(reply.error);
    this.#keep(images, reply.fresh);
    return reply.batch;
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  #keep(images: readonly TissueImage[], fresh: readonly FreshPixels[]): void {
    for (const { item, pixels } of fresh)
      this.#memory.set(keyOf(images[item]!, [pixels.width, pixels.height]), pixels);
  }
}

function keyOf(image: TissueImage, [width, height]: readonly [number, number]): string {
  return `${image.contentHash}-${width}x${height}`;
}

function imagesOf(dataset: Dataset, request: LoadRequest): TissueImage[] {
  const { images, draws } = request;
  if (images.length === 0 || images.length !== draws.length)
    throw fail("invalid-argument", {
      where: "load",
      expected: "at least one image and one draw for each",
      got: `${images.length} images and ${draws.length} draws`,
    });
  return images.map((index) => {
    const image = dataset.images[index];
    if (image !== undefined) return image;
    throw fail("invalid-argument", {
      where: "load",
      expected: `image numbers from 0 to ${dataset.images.length - 1}`,
      got: `${index}`,
    });
  });
}

/** The size that all images have at one µm/px. */
function commonSize(images: readonly TissueImage[], mpp: number): [number, number] {
  const [width, height] = viewSize(images[0]!, mpp);
  for (const image of images) {
    const [otherWidth, otherHeight] = viewSize(image, mpp);
    if (otherWidth !== width || otherHeight !== height)
      throw fail("shape-mismatch", {
        where: image.path,
        expected: `${width} x ${height} pixels at ${mpp} µm/px, as ${images[0]!.id} has`,
        got: `${otherWidth} x ${otherHeight}`,
        fix: "A micro-batch holds images of one size; group them by `viewSize`.",
      });
  }
  return [width, height];
}

function checkImages({ views, memoryBytes = DEFAULT_MEMORY }: LoaderImages): void {
  if (views.length === 0) throw refusal("at least one view", "none");
  if (!(memoryBytes >= 0)) throw refusal("memoryBytes to be at least 0", `${memoryBytes}`);
  for (const { mean, std } of views) {
    const usable = mean.every(Number.isFinite) && std.every((value) => Number.isFinite(value) && value > 0);
    if (!usable) throw refusal("finite means and standard deviations above 0", `${mean} and ${std}`);
  }
}

function refusal(expected: string, got: string): Error {
  return fail("invalid-argument", { where: "createLoader", expected, got });
}
