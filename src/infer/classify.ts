// A trained model over the images of a data set: one forward pass each, spread over worker threads.
import { fail, type ProgressListener, ProgressMeter, throwIfCancelled } from "../base/index.ts";
import { type Dataset, LoaderThreads, viewSize } from "../dataset/index.ts";
import { type Device, layoutOf, openExecutor, Session } from "../engine/index.ts";
import { encodeOnnx } from "../graph/index.ts";
import { frozenNetwork, type Model } from "../models/index.ts";
import { softmax } from "../stats/index.ts";

/** How a data set is classified. */
export interface ClassifyOptions {
  readonly model: Model;
  readonly dataset: Dataset;
  /** Image numbers, in the order wanted. */
  readonly images: readonly number[];
  /** Folder of the pixel cache. */
  readonly cacheFolder: string;
  readonly workers: number;
  /** What computes. Default: the CPU. */
  readonly device?: Device;
  /** Threads that load the images and stay open, for one model after another. Default: own ones. */
  readonly threads?: LoaderThreads;
  readonly activity?: string;
  readonly onProgress?: ProgressListener;
  readonly signal?: AbortSignal;
}

/** The answer for one image. */
export interface Classification {
  /** Image number in the data set. */
  readonly image: number;
  readonly logits: readonly number[];
  readonly probabilities: readonly number[];
  /** Size of the network's input. */
  readonly width: number;
  readonly height: number;
}

/** Classifies images, each on its own (batch of one), in the order asked for. */
export async function classifyImages(options: ClassifyOptions): Promise<Classification[]> {
  const { model, dataset, images, workers, cacheFolder, device = "cpu" } = options;
  const { architecture, classes } = model.description;
  const view = model.description;
  const threads = options.threads ?? (await LoaderThreads.start({ cacheFolder, workers }));
  const loader = threads.loader({ dataset, views: [view] });
  const network = encodeOnnx(frozenNetwork(architecture, classes.length, model.state));
  const stage = { model: network, takesParameters: false, givesGradients: false };
  const nothing = layoutOf([]);
  const plan = {
    programs: { classify: { stages: [stage], returns: ["logits"] } },
    parameters: nothing,
    trainable: 0,
  };
  const executor = openExecutor(plan, { device, workers });
  const meter = new ProgressMeter(options.activity ?? "classifying", images.length, options.onProgress);
  const classify = async (image: number): Promise<Classification> => {
    throwIfCancelled(options.signal, "classifying");
    const { views } = await loader.load({ images: [image], draws: [null] });
    const outputs = await executor.run("classify", { image: views[0]! });
    const logits = [...(outputs.logits!.data as Float32Array)];
    meter.advance();
    const [width, height] = viewSize(dataset.images[image]!, view.mpp);
    return { image, logits, probabilities: softmax(logits), width, height };
  };
  try {
    return await inOrder(images, 2 * workers + 1, classify);
  } finally {
    await Promise.all([options.threads === undefined ? threads.close() : undefined, executor.close()]);
  }
}

/** Maps with at most `width` calls under way; results in the order of the items. */
async function inOrder<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]!);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  return results;
}

/** Seconds of one forward pass on one thread: the median of several, after a first that is not counted. */
export async function measureLatency(
  model: Model,
  width: number,
  height: number,
  repeats = 5,
): Promise<number> {
  if (width < 1 || height < 1)
    throw fail("invalid-argument", {
      where: "measureLatency",
      expected: "a size of at least 1 px",
      got: `${width} x ${height}`,
    });
  const { architecture, classes } = model.description;
  const session = await Session.create(encodeOnnx(frozenNetwork(architecture, classes.length, model.state)));
  try {
    const feeds = { image: { dims: [1, 3, height, width], data: new Float32Array(3 * width * height) } };
    await session.run(feeds);
    const seconds: number[] = [];
    for (let i = 0; i < repeats; i++) {
      const started = performance.now();
      await session.run(feeds);
      seconds.push((performance.now() - started) / 1000);
    }
    return seconds.sort((a, b) => a - b)[Math.floor(repeats / 2)]!;
  } finally {
    await session.release();
  }
}
