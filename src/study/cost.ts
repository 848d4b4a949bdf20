// What a training costs, counted from the sizes of its images: multiply-accumulates, optimiser steps, memory. Seconds come
// from a machine's measured speed.
import { viewSize } from "../dataset/index.ts";
import { type ArchitectureName, forwardMacs } from "../models/index.ts";
import type { ImageSetFacts, SizeGroup } from "./facts.ts";
import { memoryOf } from "./memory.ts";
import { type MachineSpeed, secondsOf } from "./speed.ts";
import type { RunCost } from "./types.ts";

/** A network at its resolution. */
export interface CostedNetwork {
  readonly architecture: ArchitectureName;
  readonly mpp: number;
}

/** What a training is made of, as far as its cost goes. */
export interface CostedTraining {
  readonly network: CostedNetwork;
  /** The teacher that runs beside it; `null` for a training from labels. */
  readonly teacher: CostedNetwork | null;
  readonly classes: number;
  readonly options: Readonly<Record<string, unknown>>;
  readonly learnsFrom: ImageSetFacts;
  readonly validatesOn: ImageSetFacts;
  /** With `cacheTeacher`: share of the images whose outputs no run before this one has put into the cache. */
  readonly uncached: number;
}

/** Forward passes that a training step (forward and backward) costs in multiply-accumulates. */
const PASSES_PER_STEP = 3;
/** Flips of which the teacher's outputs are kept: none, either, both. */
const KEPT_FLIPS = 4;

/** Passes of a network over some images at their size, by which seconds are estimated. */
export interface Passes {
  readonly kind: "train" | "forward";
  /** Multiply-accumulates of one forward pass over one image. */
  readonly macs: number;
  /** Pixels of one image. */
  readonly pixels: number;
  /** Images seen in the whole run. */
  readonly images: number;
  /** Whether its pixels' colours are jittered. */
  readonly jittered: boolean;
}

/** Counts the cost of a training. */
export function runCost(training: CostedTraining, speed: MachineSpeed | null): RunCost {
  const { options, learnsFrom } = training;
  const epochs = Number(options.epochs);
  const steps = epochs * Math.ceil(learnsFrom.images / Number(options.batch));
  const passes = passesOf(training, epochs);
  const macs = passes.reduce(
    (sum, { kind, macs: each, images }) => sum + each * images * (kind === "train" ? PASSES_PER_STEP : 1),
    0,
  );
  return {
    epochs,
    steps,
    images: learnsFrom.images,
    macs,
    seconds: speed === null ? null : secondsOf({ passes, steps }, speed),
    ...memoryOf(training),
  };
}

function passesOf(training: CostedTraining, epochs: number): Passes[] {
  const { network, teacher, options, learnsFrom, validatesOn, uncached } = training;
  const jittered = options.jitter !== false;
  const own = [
    ...passesOver(training, learnsFrom, network, { kind: "train", times: epochs, jittered }),
    ...passesOver(training, validatesOn, network, { kind: "forward", times: epochs, jittered: false }),
  ];
  if (teacher === null) return own;
  const cached = options.cacheTeacher === true;
  const flips = options.flip === false ? 1 : KEPT_FLIPS;
  const pair = jittered && options.jitterViews !== "student";
  const [learning, validating] = cached ? [flips * uncached, uncached] : [epochs, epochs];
  return [
    ...own,
    ...passesOver(training, learnsFrom, teacher, {
      kind: "forward",
      times: learning,
      jittered: pair && !cached,
    }),
    ...passesOver(training, validatesOn, teacher, { kind: "forward", times: validating, jittered: false }),
  ];
}

function passesOver(
  { classes }: CostedTraining,
  images: ImageSetFacts,
  network: CostedNetwork,
  { kind, times, jittered }: Pick<Passes, "kind" | "jittered"> & { readonly times: number },
): Passes[] {
  return images.sizes.map((group) => ({
    ...sizeCost(network, classes, group),
    kind,
    jittered,
    images: group.count * times,
  }));
}

const counted = new Map<string, number>();
/** Sizes that are remembered; whole pieces of tissue differ in size one by one. */
const REMEMBERED = 50_000;

function sizeCost(
  network: CostedNetwork,
  classes: number,
  group: SizeGroup,
): { macs: number; pixels: number } {
  const [width, height] = viewSize({ ...group, path: group.example }, network.mpp);
  const key = `${network.architecture} ${classes} ${width} ${height}`;
  let macs = counted.get(key);
  if (macs === undefined) {
    if (counted.size >= REMEMBERED) counted.clear();
    macs = forwardMacs(network.architecture, classes, width, height);
    counted.set(key, macs);
  }
  return { macs, pixels: width * height };
}
