// The quantised file of an export, and what it loses on data.
import { fail, throwIfCancelled } from "../base/index.ts";
import { type DatasetReading, PixelCache } from "../dataset/index.ts";
import {
  type ActivationRanges,
  activationRanges,
  exportOnnx,
  type JudgedImage,
  modelFacts,
  networkOf,
  type QuantisationLoss,
  quantisationLoss,
} from "../infer/index.ts";
import type { CompleteExportOptions } from "../options/index.ts";
import type { RgbImage } from "../pixels/index.ts";
import type { FinishedRun } from "../train/index.ts";
import { withCache } from "./cache.ts";
import type { OperationContext } from "./context.ts";
import { imageNumbers, openData, withClassesOf, withSplits } from "./open-data.ts";

/** How an exported file was quantised. */
export interface ExportedQuantisation {
  readonly kind: "int8" | "int8-full";
  /** Size of the file in float32. */
  readonly exactBytes: number;
  /** `null` where it was not measured, for want of data. */
  readonly loss: (QuantisationLoss & { readonly split: string }) | null;
}

/** Images that ranges are seen in: enough for extremes to settle, few enough for seconds. */
const RANGE_IMAGES = 100;

/** Quantises and, where there are data, measures the loss. */
export async function quantised(
  run: FinishedRun,
  metadata: Readonly<Record<string, string>>,
  options: CompleteExportOptions,
  context: OperationContext,
): Promise<{ content: Uint8Array; quantisation: ExportedQuantisation }> {
  const kind = options.quantise === "int8-full" ? "int8-full" : "int8";
  const exact = exportOnnx(run.model, metadata);
  const { data } = options;
  if (data === undefined) {
    if (kind === "int8-full")
      throw fail("invalid-argument", {
        where: "`quantise`",
        expected: "`data`, whose training images tell the ranges of numbers in the network",
        got: "none",
        fix: "Pass `--data` (and `--splits`), or `--quantise int8`, which needs no images.",
      });
    context.onNote?.("note: the loss by quantisation was not measured; pass --data (and --splits) for that.");
    const content = exportOnnx(run.model, metadata, "weights");
    return { content, quantisation: { kind, exactBytes: exact.length, loss: null } };
  }
  return withCache(options.cache, context, async (cacheFolder) => {
    const images = await imagesOf(
      run,
      { ...options, data },
      { ...context, defaultCache: cacheFolder },
      cacheFolder,
    );
    const how = kind === "int8" ? "weights" : await rangesOf(run, images);
    const content = exportOnnx(run.model, metadata, how);
    const loss = await lossOf(run, exact, content, images.judged(options.split));
    return {
      content,
      quantisation: { kind, exactBytes: exact.length, loss: { ...loss, split: options.split } },
    };
  });
}

function rangesOf(run: FinishedRun, images: ExportImages): Promise<ActivationRanges> {
  return activationRanges(run.model, images.toLearnFrom());
}

async function lossOf(
  run: FinishedRun,
  exact: Uint8Array,
  content: Uint8Array,
  images: AsyncIterable<JudgedImage>,
): Promise<QuantisationLoss> {
  const networks = [
    await networkOf(exact, modelFacts(run)),
    await networkOf(content, modelFacts(run)),
  ] as const;
  try {
    return await quantisationLoss(...networks, images);
  } finally {
    await Promise.all(networks.map((network) => network.close()));
  }
}

/** The images of an export's data, at the model's µm/px. */
interface ExportImages {
  /** A sample of the training images, labelled or not, spread evenly. */
  toLearnFrom(): AsyncGenerator<RgbImage>;
  judged(split: string): AsyncGenerator<JudgedImage>;
}

async function imagesOf(
  run: FinishedRun,
  options: CompleteExportOptions & { readonly data: string },
  context: OperationContext,
  cacheFolder: string,
): Promise<ExportImages> {
  const { classes, mpp } = run.model.description;
  const read = withClassesOf(await openData(options, context), classes, `run ${run.path}`);
  const dataset: DatasetReading = await withSplits(read, options.splits, options.split);
  const cache = new PixelCache(cacheFolder);
  const pixels = (number: number): Promise<RgbImage> => {
    throwIfCancelled(context.signal, "export");
    return cache.pixels(dataset.images[number]!, mpp);
  };
  return {
    async *toLearnFrom() {
      const all = imageNumbers(dataset, ({ split }) => split === "train");
      const step = Math.max(1, all.length / RANGE_IMAGES);
      for (let i = 0; Math.floor(i) < all.length; i += step) yield await pixels(all[Math.floor(i)]!);
    },
    async *judged(split) {
      for (const number of imageNumbers(dataset, (image) => image.label !== null && image.split === split)) {
        const label = classes.indexOf(dataset.images[number]!.label!);
        yield { image: await pixels(number), label };
      }
    },
  };
}
