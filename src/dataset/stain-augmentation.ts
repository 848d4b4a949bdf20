// Stain augmentation: drawn once for an image and epoch, applied to every view of it alike. HED jitter changes the amounts
// of the stains (Tellez 2018); RandStainNA moves an image's colours to a virtual template drawn from the statistics of
// the training images (Shen 2022). Templates need the image's own colours: those of its coarsest view, for all views.
import { fail, type ProgressListener, ProgressMeter, throwIfCancelled } from "../base/index.ts";
import type { RgbImage } from "../pixels/index.ts";
import type { Generator } from "../random/index.ts";
import {
  applyTemplate,
  jitterStains,
  type Moments,
  TEMPLATE_SPACES,
  TemplateCollector,
  type TemplateStatistics,
  type Triple,
  templateOf,
  tissueMoments,
} from "../stain/index.ts";
import type { PixelCache } from "./pixel-cache.ts";
import type { AugmentationDraw, Dataset, StainDraw } from "./types.ts";

/** Statistics of the training images' stains, with what they were measured on. */
export interface StainStatistics {
  /** µm per pixel at which they were measured: spreads depend on it. */
  readonly mpp: number;
  /** Images measured; those of bare glass are not. */
  readonly images: number;
  readonly templates: TemplateStatistics;
}

/** What may be drawn for an image's stains. Plain data. */
export type StainAugmentation =
  | {
      readonly method: "hed";
      /** Each stain's amount v becomes alpha v + beta: alpha uniform in 1 ± strength, beta in ± strength (optical density). */
      readonly strength: number;
    }
  | {
      readonly method: "randstainna";
      /** Factor on the spreads of the statistics: 1 draws templates as different as the training images are. */
      readonly strength: number;
      readonly statistics: StainStatistics;
    };

/** Draws for one image: stain amounts, or a template in L*a*b*, HSV or HED, each as likely as another. */
export function drawStain(generator: Generator, augmentation: StainAugmentation): StainDraw {
  const { method, strength } = augmentation;
  checkStrength(method, strength);
  const three = (draw: () => number): Triple => [draw(), draw(), draw()];
  if (method === "hed") {
    const alpha = three(() => generator.uniform(1 - strength, 1 + strength));
    return { method, alpha, beta: three(() => generator.uniform(-strength, strength)) };
  }
  const space = generator.choice(TEMPLATE_SPACES);
  const normals = { mean: three(() => generator.normal()), std: three(() => generator.normal()) };
  return { method, template: templateOf(augmentation.statistics.templates, space, strength, normals) };
}

function checkStrength(method: StainAugmentation["method"], strength: number): void {
  const highest = method === "hed" ? 1 : Number.MAX_VALUE; // beyond it stains would turn into their negatives
  if (strength > 0 && strength <= highest) return;
  throw fail("invalid-argument", {
    where: `stain augmentation \`${method}\``,
    expected: method === "hed" ? "a strength above 0, at most 1" : "a finite strength above 0",
    got: `${strength}`,
  });
}

/**
 * An image's own colours, where its draw needs them.
 *
 * @param reference the coarsest view of the image.
 */
export function ownColours(reference: RgbImage, draw: AugmentationDraw | null): Moments | null {
  return draw?.stain?.method === "randstainna" ? tissueMoments(reference, draw.stain.template.space) : null;
}

/** Changes a view as drawn; `own` is what {@link ownColours} gave for the image. */
export function changeStain(image: RgbImage, draw: StainDraw, own: Moments | null): RgbImage {
  return draw.method === "hed"
    ? jitterStains(image, draw.alpha, draw.beta)
    : applyTemplate(image, own, draw.template);
}

/**
 * Measures the stains of images, each counting once, in the order given: the result does not depend on anything else.
 *
 * @param indices indexes into `dataset.images`; give the training images only.
 * @param mpp that of the coarsest view that will be trained on.
 * @throws LowmagError `invalid-argument` where fewer than two images hold tissue; `cancelled`.
 */
export async function measureStains(
  dataset: Dataset,
  indices: readonly number[],
  mpp: number,
  cache: PixelCache,
  options: { readonly onProgress?: ProgressListener; readonly signal?: AbortSignal } = {},
): Promise<StainStatistics> {
  const collector = new TemplateCollector();
  const meter = new ProgressMeter("measuring stains", indices.length, options.onProgress);
  for (const index of indices) {
    throwIfCancelled(options.signal, "measureStains");
    collector.add(await cache.pixels(dataset.images[index]!, mpp));
    meter.advance();
  }
  if (collector.images < 2)
    throw fail("invalid-argument", {
      where: "measureStains",
      expected: "at least two training images with tissue",
      got: `${collector.images} of ${indices.length}`,
      fix: "Use the stain jitter `hed`, which needs no statistics.",
    });
  return { mpp, images: collector.images, templates: collector.statistics() };
}
