// Tissue for the report: a few images as each model sees them, chosen so that a reader learns from them.
import { type Dataset, PixelCache, type TissueImage } from "../dataset/index.ts";
import type { EvaluationRecord } from "../evaluate/index.ts";
import { encodeJpeg } from "../image/index.ts";
import { type RgbImage, rgbImage } from "../pixels/index.ts";
import type { ExampleTissue, ExampleView } from "../report/index.ts";

/** Pictures show at most this many pixels of the finest model's view, from the middle of the image. */
const LARGEST_SIDE = 1024;
const QUALITY = 85;

/** The examples with their pictures. */
export async function chooseExamples(
  record: EvaluationRecord,
  dataset: Dataset,
  count: number,
  cacheFolder: string,
): Promise<ExampleTissue[]> {
  const cache = new PixelCache(cacheFolder);
  const examples: ExampleTissue[] = [];
  for (const number of chooseNumbers(record, count)) {
    const { image, label, patient } = record.models[0]!.predictions[number]!;
    examples.push({ image, label, patient, views: await viewsOf(record, dataset, number, cache) });
  }
  return examples;
}

/**
 * Per class in turn: first an image that models disagree about most, then one that all are right about, and so on.
 * Ties go to the earlier image, so the choice is the same every time.
 */
function chooseNumbers(record: EvaluationRecord, count: number): number[] {
  const numbers = record.models[0]!.predictions.map((_, number) => number);
  const rightCount = (number: number) =>
    record.models.filter(({ predictions }) => predictions[number]!.predicted === predictions[number]!.label)
      .length;
  const half = record.models.length / 2;
  const byClass = record.classes.map((name) => {
    const own = numbers.filter((number) => record.models[0]!.predictions[number]!.label === name);
    const disputed = [...own].sort((a, b) => Math.abs(rightCount(a) - half) - Math.abs(rightCount(b) - half));
    const agreed = [...own].sort((a, b) => rightCount(b) - rightCount(a));
    return [...new Set(disputed.flatMap((number, i) => [number, agreed[i]!]))];
  });
  const rounds = Array.from({ length: Math.max(0, ...byClass.map(({ length }) => length)) }, (_, i) => i);
  return rounds.flatMap((i) => byClass.flatMap((own) => own[i] ?? [])).slice(0, count);
}

async function viewsOf(
  record: EvaluationRecord,
  dataset: Dataset,
  number: number,
  cache: PixelCache,
): Promise<ExampleView[]> {
  const { image: id } = record.models[0]!.predictions[number]!;
  const image = dataset.images.find((candidate) => candidate.id === id)!;
  const field = shownField(record.models.map(({ mpp }) => mpp));
  const views: ExampleView[] = [];
  for (const { name, mpp, predictions } of record.models) {
    const { predicted, probabilities } = predictions[number]!;
    views.push({
      model: name,
      mpp,
      ...(await tissuePicture(cache, image, mpp, field)),
      predicted,
      probabilities,
    });
  }
  return views;
}

/** Side in µm of the field that pictures of one image show, so that the finest of them is not too large. */
export function shownField(mpps: readonly number[]): number {
  return LARGEST_SIDE * Math.min(...mpps);
}

/** The middle of an image at one µm/px, at most `field` µm wide and high, as a JPEG. */
export async function tissuePicture(
  cache: PixelCache,
  image: TissueImage,
  mpp: number,
  field: number,
): Promise<{ jpeg: Uint8Array; width: number; height: number }> {
  const picture = middleOf(await cache.pixels(image, mpp), Math.round(field / mpp));
  const { width, height } = picture;
  return { jpeg: await encodeJpeg(picture, QUALITY), width, height };
}

/** The middle of an image, at most `side` x `side` pixels. */
function middleOf(image: RgbImage, side: number): RgbImage {
  const width = Math.min(side, image.width);
  const height = Math.min(side, image.height);
  if (width === image.width && height === image.height) return image;
  const left = Math.floor((image.width - width) / 2);
  const top = Math.floor((image.height - height) / 2);
  const data = new Uint8Array(3 * width * height);
  for (let row = 0; row < height; row++) {
    const from = 3 * ((top + row) * image.width + left);
    data.set(image.data.subarray(from, from + 3 * width), 3 * row * width);
  }
  return rgbImage(width, height, data);
}
