// The rows of the tables: which figure of which experiment, and what the project set itself to reach. A row's rounds are
// ratios within a round, so that a drifting machine favours nobody.

import {
  COMMAND,
  DISTILLATION,
  FORWARD,
  LARGEST,
  pairedId,
  SCALED,
  SHARED_BATCH,
  TILE_BATCH,
  TILES,
  TRAINING,
} from "./experiments.ts";
import { alone, figure, type Round, shareOf, timesAsFast, type Versus } from "./figures.ts";
import type { Target } from "./ratios.ts";

/** Parts of the report, in its order. */
export const SECTIONS = [
  "forward",
  "rate",
  "training",
  "tiles",
  "distillation",
  "cached",
  "tuned",
  "memory",
  "cores",
  "command",
] as const;
export type Section = (typeof SECTIONS)[number];

/** How one row is made of an experiment. */
export interface RowRule extends Versus {
  readonly id: string;
  readonly section: Section;
  /** The experiment. */
  readonly of: string;
  /** For a person: "1024², 16 images". */
  readonly work: string;
  /** How many cores, where the row is about that. */
  readonly cores: 1 | 2 | null;
  readonly target: Target | null;
}

const CORES = [
  { cores: 1, clock: "cpuMilliseconds" },
  { cores: 2, clock: "wallMilliseconds" },
] as const;
const px = (side: number): string => `${side}²`;
const images = (count: number): string => (count === 1 ? "" : `, ${count} images`);

type Sized = { readonly size: number; readonly studentSize?: number; readonly batch: number };

function paired(
  kind: "forward" | "train" | "distill",
  sized: Sized,
  row: Pick<RowRule, "section" | "target"> & { readonly side?: string },
): RowRule[] {
  const { section, target, side = "lowmag" } = row;
  const { size, studentSize, batch } = sized;
  const work = studentSize === undefined ? px(size) : `${px(size)} → ${px(studentSize)}`;
  return CORES.map(({ cores, clock }) => {
    const of = pairedId({ kind, ...sized, cores });
    const id = side === "lowmag" ? of : `${of}-${side}`;
    return {
      ...{ id, section, of, work: `${work}${images(batch)}`, cores, target },
      ...timesAsFast(side, "pytorch", clock),
    };
  });
}

/** Beside PyTorch with the teacher laid out as PyTorch is fastest: no target, but it has to be known. */
function tuned(kind: "forward" | "distill", sized: Sized): RowRule {
  const of = pairedId({ kind, ...sized, cores: 1 });
  const { size, studentSize } = sized;
  const work =
    studentSize === undefined ? `teacher forward, ${px(size)}` : `${px(size)} → ${px(studentSize)}`;
  return {
    ...{ id: `${of}-tuned`, section: "tuned", of, work, cores: 1, target: null },
    ...timesAsFast("lowmag", "tuned", "cpuMilliseconds"),
  };
}

/** Rate of the teacher's pass, 10^9 floating-point operations a second. */
const passGflops = (round: Round, side: string): number =>
  figure(round, "lowmag", "flops") / figure(round, side, "cpuMilliseconds") / 1e6;
/** The faster matrix product of the two programs. */
const productGflops = (round: Round): number =>
  Math.max(figure(round, "lowmag", "productGflops"), figure(round, "pytorch", "productGflops"));

function rate(sized: Sized): RowRule {
  const of = pairedId({ kind: "forward", ...sized, cores: 1 });
  return {
    ...{ id: `${of}-rate`, section: "rate", of, work: `${px(sized.size)}${images(sized.batch)}`, cores: 1 },
    target: { atLeast: 0.9 },
    own: (round) => passGflops(round, "lowmag"),
    other: productGflops,
    unit: "GFLOP/s",
    value: (round) => passGflops(round, "lowmag") / productGflops(round),
    isRatio: true,
  };
}

const CACHED_TARGETS = { 1024: 3, 512: 8, 256: 20, 128: 50 } as const;
const SCALED_NAMES = {
  train: "training",
  distill: "distillation",
  forward: "prediction",
  product: "matrix product (what the second core has to give)",
} as const;

const memory = (id: string, work: string, target: Target, versus: Versus, of: string): RowRule => ({
  ...{ id, section: "memory", of, work, cores: null, target, ...versus },
});

const TRAIN_2048 = pairedId({ kind: "train", size: 2048, batch: 1, cores: 1 });

/** All rows, in the order of the report. */
export function rowRules(): readonly RowRule[] {
  const atLeast = (bound: number): Target => ({ atLeast: bound });
  const distillations = DISTILLATION.map((studentSize) => ({ size: 2048, studentSize, batch: 1 }));
  return [
    ...FORWARD.flatMap((sized) => paired("forward", sized, { section: "forward", target: atLeast(2.2) })),
    ...FORWARD.map(rate),
    ...TRAINING.flatMap((sized) => paired("train", sized, { section: "training", target: atLeast(1.2) })),
    ...TILES.flatMap((size) =>
      paired("train", { size, batch: TILE_BATCH }, { section: "tiles", target: atLeast(1) }),
    ),
    ...distillations.flatMap((sized) =>
      paired("distill", sized, { section: "distillation", target: atLeast(2) }),
    ),
    ...distillations.flatMap((sized) => {
      const target = atLeast(CACHED_TARGETS[sized.studentSize]);
      return paired("distill", sized, { section: "cached", target, side: "cached" });
    }),
    ...FORWARD.filter(({ batch }) => batch === 1).map((sized) => tuned("forward", sized)),
    ...distillations.map((sized) => tuned("distill", sized)),
    memory(
      "memory-2048",
      "training step, 2048²",
      { atMost: 1 },
      shareOf("lowmag", "pytorch", "peakMegabytes"),
      TRAIN_2048,
    ),
    memory(
      "memory-2048-checkpointing",
      "the same with `--checkpointing`",
      { atMost: 0.5 },
      shareOf("checkpointing", "pytorch", "peakMegabytes"),
      "checkpointing-2048",
    ),
    {
      ...{ id: "time-2048-checkpointing", section: "memory", of: "checkpointing-2048", cores: null },
      work: "its time beside without (ms CPU)",
      target: { atMost: 1.35 },
      ...shareOf("checkpointing", "kept", "cpuMilliseconds"),
    },
    {
      ...{ id: LARGEST, section: "memory", of: LARGEST, cores: null },
      work: "training step, 8192² (67 Mpx) with `--checkpointing`, GB",
      target: { atMost: 24 },
      ...alone("lowmag", "peakMegabytes"),
      value: (round) => figure(round, "lowmag", "peakMegabytes") / 1000,
    },
    ...SCALED.map(
      ({ kind, ...sizes }): RowRule => ({
        ...{ id: `cores-${kind}`, section: "cores", of: `cores-${kind}`, cores: null },
        work: `${SCALED_NAMES[kind]}, ${"studentSize" in sizes ? `${px(sizes.size)} → ${px(sizes.studentSize)}` : px(sizes.size)}, ${SHARED_BATCH} at a time`,
        target: kind === "product" ? null : atLeast(1.8),
        ...timesAsFast("two", "one", "wallMilliseconds"),
      }),
    ),
    {
      ...{ id: "command-waiting", section: "command", of: COMMAND, cores: null },
      work: "share of an epoch in which the engine waits for data",
      target: { atMost: 0.05 },
      ...alone("lowmag", "waitingShare"),
    },
    {
      ...{ id: "command-start", section: "command", of: COMMAND, cores: null },
      work: "start of the command to the beginning of the first training step, s",
      target: { atMost: 2 },
      ...alone("lowmag", "firstStepSeconds"),
    },
  ];
}
