// `predict`: a trained model on image files. One bad file does not stop the others.
import { stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { fail, isLowmagError, type LowmagError, throwIfCancelled } from "../base/index.ts";
import { PixelCache, readImages, type TissueImage } from "../dataset/index.ts";
import { classifyImages } from "../infer/index.ts";
import type { Model } from "../models/index.ts";
import { type PredictOptions, predictOptions, resolveOptions } from "../options/index.ts";
import { readRun } from "../train/index.ts";
import { withCache } from "./cache.ts";
import type { OperationContext } from "./context.ts";
import { withoutUndefined } from "./without-undefined.ts";

/** The answer for one image. */
export interface ImagePrediction {
  /** As given. */
  readonly image: string;
  /** The class of highest probability. */
  readonly predicted: string;
  /** In the order of `classes`; they sum to 1. */
  readonly probabilities: readonly number[];
  /** µm per pixel of the file, and where that was said. */
  readonly mpp: number;
  readonly mppSource: TissueImage["mppSource"];
}

/** Why one image got no answer. */
export interface ImageFailure {
  readonly image: string;
  readonly error: ReturnType<LowmagError["toJSON"]>;
}

/** All answers, in the order of the images. */
export interface PredictResult {
  readonly run: string;
  readonly classes: readonly string[];
  readonly predictions: readonly ImagePrediction[];
  readonly failures: readonly ImageFailure[];
}

/**
 * Classifies image files.
 *
 * @throws LowmagError `not-found` or `corrupt-data` for the run. What is wrong with an image stands in `failures`.
 */
export async function predict(
  options: PredictOptions,
  context: OperationContext = {},
): Promise<PredictResult> {
  const { run, images: paths, dataMpp } = resolveOptions("predict", predictOptions, options);
  const { model } = await readRun(run);
  // No lasting cache: these images are seen once.
  return withCache(undefined, {}, async (cacheFolder) => {
    const cache = new PixelCache(cacheFolder);
    const usable: { path: string; image: TissueImage }[] = [];
    const failures: ImageFailure[] = [];
    for (const path of paths) {
      throwIfCancelled(context.signal, "predict");
      try {
        usable.push({ path, image: await prepare(path, dataMpp, model, cache) });
      } catch (error) {
        if (!isLowmagError(error)) throw error;
        failures.push({ image: path, error: error.toJSON() });
      }
    }
    const answers = await classify(
      usable.map(({ image }) => image),
      model,
      cacheFolder,
      context,
    );
    const predictions = usable.map(({ path, image }, i) => ({
      image: path,
      ...answerOf(answers[i]!, model.description.classes),
      mpp: image.mpp,
      mppSource: image.mppSource,
    }));
    return { run, classes: model.description.classes, predictions, failures };
  });
}

/** Reads and resamples one image into the cache, so that whatever is wrong with it shows here. */
async function prepare(
  path: string,
  dataMpp: number | undefined,
  model: Model,
  cache: PixelCache,
): Promise<TissueImage> {
  await checkFile(path);
  const [image] = await readImages([path], withoutUndefined({ mpp: dataMpp }));
  await cache.pixels(image!, model.description.mpp);
  return image!;
}

async function checkFile(path: string): Promise<void> {
  const kind = await stat(path).catch(() => null);
  if (kind?.isFile()) return;
  throw fail(kind === null ? "not-found" : "invalid-argument", {
    where: path,
    expected: "an image file",
    got: kind === null ? "nothing there" : "a folder",
    ...(kind === null ? {} : { fix: "Name its images: `folder/*.png`." }),
  });
}

async function classify(
  images: readonly TissueImage[],
  model: Model,
  cacheFolder: string,
  { signal, onProgress }: OperationContext,
): Promise<readonly (readonly number[])[]> {
  if (images.length === 0) return [];
  // The same file may be asked for twice; ids must differ, numbers do.
  const dataset = {
    classes: model.description.classes,
    images: images.map((image, i) => ({ ...image, id: `${i} ${image.id}` })),
  };
  const answers = await classifyImages({
    model,
    dataset,
    images: images.map((_, i) => i),
    cacheFolder,
    workers: Math.min(availableParallelism(), images.length),
    ...withoutUndefined({ signal, onProgress }),
  });
  return answers.map(({ probabilities }) => probabilities);
}

function answerOf(
  probabilities: readonly number[],
  classes: readonly string[],
): { predicted: string; probabilities: readonly number[] } {
  const best = probabilities.indexOf(Math.max(...probabilities));
  return { predicted: classes[best]!, probabilities };
}
