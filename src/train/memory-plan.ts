// How a training is fitted into the memory there is, before its first step: with smaller micro-batches where that was asked
// for, by recomputing instead of keeping, with fewer workers; or not at all, with the sizes that would fit.
import { fail, type LowmagError } from "../base/index.ts";
import { type Dataset, viewSize } from "../dataset/index.ts";
import type { ArchitectureName } from "../models/index.ts";
import { microBatchSize } from "./micro-batch.ts";
import { type Pass, type TrainingMemory, trainingBytes } from "./step-memory.ts";

/** What there is to fit. */
export interface MemoryQuestion {
  readonly dataset: Dataset;
  /** Image numbers of each part (to train on, to validate on); images of different parts never share a micro-batch. */
  readonly parts: readonly (readonly number[])[];
  readonly network: { readonly architecture: ArchitectureName; readonly mpp: number };
  /** The teacher that runs beside it. */
  readonly teacher: { readonly architecture: ArchitectureName; readonly mpp: number } | null;
  readonly batch: number;
  readonly couplesImages: boolean;
  readonly microBatch: number | undefined;
  readonly workers: number;
  /** Channels in a block of the CPU's blocked layout; absent where graphs are not lowered to it. */
  readonly block?: number | undefined;
  readonly checkpointing: "auto" | "on" | "off";
  /** Bytes. */
  readonly limit: number;
  /** True where a person set the limit: micro-batches may follow it, since the same options then give the same ones. */
  readonly limitIsSaid: boolean;
  /** Most pixels in a micro-batch that a resumed run began with. */
  readonly microBatchPixels?: number;
}

/** How a training is done within its memory. */
export interface MemoryPlan {
  readonly checkpointing: boolean;
  readonly workers: number;
  /** Most pixels (of the larger view) in a micro-batch; absent where nothing limits them. */
  readonly microBatchPixels?: number;
  readonly predictedBytes: number;
  readonly limitBytes: number;
  /** What was chosen and why, in one sentence. */
  readonly choice: string;
}

/** Bytes of decoded pixels that loaders keep at most. */
const KEPT_PIXELS = 2 ** 30;
/** Pixels of micro-batches to try; an image larger than that is alone in its micro-batch anyway. */
const SMALLER_MICRO_BATCHES = [2 ** 17, 2 ** 16, 2 ** 15, 2 ** 14, 2 ** 13, 2 ** 12];

interface Choice {
  readonly checkpointing: boolean;
  readonly workers: number;
  readonly microBatchPixels?: number;
}

/**
 * The cheapest way that fits.
 * @throws LowmagError `out-of-memory` where none does: the image, what it needs, the limit, and what would fit.
 */
export function planMemory(question: MemoryQuestion): MemoryPlan {
  const choices = choicesOf(question);
  for (const choice of choices) {
    const { bytes } = needOf(question, choice);
    if (bytes <= question.limit)
      return {
        ...choice,
        predictedBytes: bytes,
        limitBytes: Math.round(question.limit),
        choice: sentence(question, choices[0]!, choice, bytes),
      };
  }
  throw tooLarge(question, choices.at(-1)!);
}

/** From the cheapest to the dearest. */
function choicesOf(question: MemoryQuestion): Choice[] {
  const { checkpointing, workers, limitIsSaid, couplesImages, microBatch, microBatchPixels } = question;
  const kept = microBatchPixels === undefined ? {} : { microBatchPixels };
  let last: Choice = { checkpointing: checkpointing === "on", workers, ...kept };
  const choices = [last];
  const add = (change: Partial<Choice>): void => {
    last = { ...last, ...change };
    choices.push(last);
  };
  if (limitIsSaid && !couplesImages && microBatch === undefined && microBatchPixels === undefined)
    for (const pixels of SMALLER_MICRO_BATCHES)
      if (needOf(question, last).step.images > 1) add({ microBatchPixels: pixels });
  if (checkpointing === "auto") add({ checkpointing: true });
  for (let fewer = workers - 1; fewer >= 1; fewer--) add({ workers: fewer });
  return choices;
}

interface Need {
  readonly bytes: number;
  /** The image whose micro-batch takes most. */
  readonly image: number;
  readonly step: Pass;
}

/** The need of the image that takes most. */
function needOf(question: MemoryQuestion, choice: Choice): Need {
  const sizes = sizesOf(question);
  const keptPixels = keptPixelsOf(sizes);
  // Need grows with the pixels of either view: the largest of both kinds are enough to look at.
  const weighed = sizes.map((size) => ({ size, images: imagesTogether(question, choice, size) }));
  const largest = (pixels: (size: SizeGroup) => number) =>
    weighed.reduce((a, b) => (b.images * pixels(b.size) > a.images * pixels(a.size) ? b : a));
  const candidates = new Set([
    largest(({ own }) => own.pixels),
    largest(({ teacher }) => teacher?.pixels ?? 0),
  ]);
  const needs = [...candidates].map(({ size, images }): Need => {
    const { step, bytes } = needOfSize(question, choice, size, images, keptPixels);
    return { bytes, image: size.example, step };
  });
  return needs.reduce((a, b) => (b.bytes > a.bytes ? b : a));
}

/** Bytes of decoded pixels that loaders keep of so many images. */
function keptPixelsOf(sizes: readonly SizeGroup[]): number {
  const pixels = sizes.reduce(
    (sum, { count, own, teacher }) => sum + count * (own.pixels + (teacher?.pixels ?? 0)),
    0,
  );
  return Math.min(KEPT_PIXELS, 3 * pixels);
}

function needOfSize(
  { dataset, network, teacher, block }: MemoryQuestion,
  { checkpointing, workers }: Choice,
  size: Pick<SizeGroup, "own" | "teacher" | "count">,
  images: number,
  keptPixels: number,
): { readonly step: Pass; readonly bytes: number } {
  const pass = (architecture: ArchitectureName, { width, height }: View): Pass => ({
    ...{ architecture, classes: dataset.classes.length, images },
    ...{ width, height },
  });
  const step = pass(network.architecture, size.own);
  const beside = teacher === null || size.teacher === null ? null : pass(teacher.architecture, size.teacher);
  const rest = size.count % images;
  const memory: TrainingMemory = { step, rest, block, checkpointing, teacher: beside, workers, keptPixels };
  return { step, bytes: trainingBytes(memory).bytes };
}

interface View {
  readonly width: number;
  readonly height: number;
  readonly pixels: number;
}

interface SizeGroup {
  readonly example: number;
  readonly count: number;
  readonly own: View;
  readonly teacher: View | null;
}

/** The sizes at which images go through the networks. */
function sizesOf(question: MemoryQuestion): SizeGroup[] {
  return question.parts.flatMap((images) => sizesOfPart(question, images));
}

function sizesOfPart({ dataset, network, teacher }: MemoryQuestion, images: readonly number[]): SizeGroup[] {
  const groups = new Map<string, SizeGroup>();
  for (const example of images) {
    const view = (mpp: number): View => {
      const [width, height] = viewSize(dataset.images[example]!, mpp);
      return { width, height, pixels: width * height };
    };
    const [own, other] = [view(network.mpp), teacher === null ? null : view(teacher.mpp)];
    const key = `${own.width} ${own.height} ${other?.width} ${other?.height}`;
    const known = groups.get(key);
    groups.set(key, { example, own, teacher: other, count: (known?.count ?? 0) + 1 });
  }
  return [...groups.values()];
}

function imagesTogether(
  question: MemoryQuestion,
  choice: Choice,
  { own, teacher, count }: SizeGroup,
): number {
  const { batch, couplesImages, microBatch: wanted } = question;
  const pixels = Math.max(own.pixels, teacher?.pixels ?? 0);
  const { microBatchPixels: mostPixels } = choice;
  return Math.min(count, microBatchSize({ pixels, batch, couplesImages, wanted, mostPixels }));
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(bytes < 1e10 ? 2 : 1)} GB`;

function sentence(question: MemoryQuestion, first: Choice, choice: Choice, bytes: number): string {
  const within = `about ${gigabytes(bytes)} of ${gigabytes(question.limit)}`;
  const changes = [
    ...(choice.microBatchPixels === first.microBatchPixels
      ? []
      : [`micro-batches of at most ${choice.microBatchPixels} pixels`]),
    ...(choice.checkpointing ? ["values are recomputed instead of kept (checkpointing)"] : []),
    ...(choice.workers === first.workers ? [] : [`${choice.workers} of ${first.workers} workers`]),
  ];
  if (changes.length === 0) return `${within}, everything kept`;
  const plain = needOf(question, first).bytes;
  const why = plain > question.limit ? `; without that it would take ${gigabytes(plain)}` : "";
  return `${within}: ${changes.join(", ")}${why}`;
}

function tooLarge(question: MemoryQuestion, choice: Choice): LowmagError {
  const { dataset, network, checkpointing, limit } = question;
  const { image, step, bytes } = needOf(question, choice);
  const { id } = dataset.images[image]!;
  const { images, width, height } = step;
  const size = `${images > 1 ? `${images} images of ` : ""}${width} x ${height} pixels at ${network.mpp} µm per pixel`;
  const scale = fittingScale(question, choice);
  const coarser =
    scale === null
      ? "Not even small images fit: raise `--max-memory`."
      : `Images of up to ${Math.floor(width * scale)} x ${Math.floor(height * scale)} pixels would fit: use \`--mpp ${coarserMpp(network.mpp / scale)}\` or coarser, smaller pieces of tissue, or raise \`--max-memory\`.`;
  return fail("out-of-memory", {
    where: `image \`${id}\``,
    expected: `a training step within ${gigabytes(limit)} of memory`,
    got: `one that would take about ${gigabytes(bytes)} for ${size}`,
    fix: `${checkpointing === "off" ? "Allow `--checkpointing auto`. " : ""}${coarser}`,
  });
}

/** How much smaller (in width and height) the largest image would have to be. */
function fittingScale(question: MemoryQuestion, choice: Choice): number | null {
  const { image } = needOf(question, choice);
  const [size] = sizesOfPart(question, [image]);
  const all = sizesOf(question);
  const scaled = (view: View, scale: number): View => {
    const [width, height] = [Math.ceil(view.width * scale), Math.ceil(view.height * scale)];
    return { width, height, pixels: width * height };
  };
  for (let scale = 0.99; scale > 0.02; scale *= 0.98) {
    const own = scaled(size!.own, scale);
    const sizes = all.map((group) => (group.own.pixels > own.pixels ? { ...group, own } : group));
    const { bytes } = needOfSize(question, choice, { ...size!, own }, 1, keptPixelsOf(sizes));
    if (bytes <= question.limit) return scale;
  }
  return null;
}

/** Rounded up to two digits that a person would type. */
function coarserMpp(mpp: number): number {
  const step = 10 ** (Math.floor(Math.log10(mpp)) - 1);
  return Number((Math.ceil(mpp / step) * step).toPrecision(2));
}
