// What is run: each experiment is a piece of work done by several sides in turns, A B A B …, each in a process of its own.
// Rows of the tables are made from experiments in rows.ts; nothing here knows of targets.
import { microBatchSize } from "../../src/train/index.ts";

/** Who does the work: lowmag's bench program, PyTorch's, or the real command line. */
export type Program = "lowmag" | "pytorch" | "command";

/** One side of an experiment. */
export interface Side {
  readonly name: string;
  readonly program: Program;
  readonly args: readonly string[];
}

/** A piece of work and who does it. */
export interface Experiment {
  readonly id: string;
  readonly sides: readonly Side[];
  /** How often it is run, where that is not as often as the others. */
  readonly rounds?: number;
  /** True if the short form has it. */
  readonly short: boolean;
  /** Seconds that one round is expected to take: for the time that remains, before anything was measured. */
  readonly seconds: number;
}

/** Millions of pixels that a step reads, as a measure of its time. */
interface Amount {
  readonly kind: "forward" | "train" | "distill" | "product";
  readonly size: number;
  readonly studentSize?: number;
  readonly batch: number;
}

/** What a process takes to start: both programs and two sessions or networks. */
const START_SECONDS = 5;
const megapixels = (side: number, batch: number): number => (batch * side * side) / 1e6;

/** Seconds of a PyTorch step on one core: a fit by eye, for the time that remains and for nothing else. */
function stepSeconds({ kind, size, studentSize = size, batch }: Amount): number {
  if (kind === "product") return 0.01;
  const forward = kind === "train" ? 0 : 0.18 * megapixels(size, batch);
  return forward + (kind === "forward" ? 0 : 0.4 * megapixels(studentSize, batch));
}

const roundSeconds = (amount: Amount, tries = 1): number =>
  START_SECONDS + 2 * Math.max(1.5, 2 * stepSeconds(amount)) + (1 + tries) * stepSeconds(amount);

/** Images that lowmag lets through the network together. */
const microBatch = (size: number, batch: number): number =>
  microBatchSize({ pixels: size * size, batch, couplesImages: false, wanted: undefined });

interface Paired extends Amount {
  readonly cores: 1 | 2;
}

const sizesOf = ({ size, studentSize }: Amount): string =>
  studentSize === undefined ? `${size}` : `${size},${studentSize}`;

/** The id of a paired experiment: `train-1024-b1-two`. */
export const pairedId = (work: Pick<Paired, "kind" | "size" | "studentSize" | "batch" | "cores">): string =>
  `${work.kind}-${sizesOf(work).replace(",", "-to-")}-b${work.batch}-${work.cores === 1 ? "one" : "two"}`;

/** Where PyTorch is also measured in a layout of memory that is not its default, and not the yardstick. */
const isTuned = ({ kind, batch, cores }: Paired): boolean =>
  (kind === "forward" || kind === "distill") && batch === 1 && cores === 1;

/**
 * lowmag beside PyTorch. On two cores, lowmag shares images out, so a step of a single image becomes a step of two for
 * both programs.
 */
function paired(work: Paired): Experiment {
  const { kind, size, cores } = work;
  const batch = Math.max(work.batch, cores);
  const common = [kind, sizesOf(work), "--batch", `${batch}`, "--workers", `${cores}`];
  const micro = kind === "product" ? batch : microBatch(size, batch);
  const sides: Side[] = [
    { name: "lowmag", program: "lowmag", args: common },
    ...(kind === "distill"
      ? [{ name: "cached", program: "lowmag", args: [...common, "--cached"] } as const]
      : []),
    { name: "pytorch", program: "pytorch", args: [...common, "--micro", `${micro}`] },
    ...(isTuned(work)
      ? [{ name: "tuned", program: "pytorch", args: [...common, "--channels-last"] } as const]
      : []),
  ];
  const tries = micro === batch ? 1 : 3;
  const seconds = roundSeconds({ ...work, batch }, tries) / (cores === 2 ? 1.5 : 1) + (isTuned(work) ? 4 : 0);
  const id = pairedId(work);
  return { id, sides, short: SHORT.has(id), seconds };
}

const both = (work: Omit<Paired, "cores">): Experiment[] => [
  paired({ ...work, cores: 1 }),
  paired({ ...work, cores: 2 }),
];

/** Images of work that is shared out on one core and on two. */
export const SHARED_BATCH = 4;
/** lowmag alone, the same work on one core and on two. */
export const SCALED = [
  { kind: "train", size: 1024 },
  { kind: "distill", size: 2048, studentSize: 512 },
  { kind: "forward", size: 1024 },
  { kind: "product", size: 1024 },
] as const;

function scaled(amount: (typeof SCALED)[number]): Experiment {
  const side = (name: string, workers: number): Side => ({
    name,
    program: "lowmag",
    args: [
      ...[amount.kind, sizesOf({ ...amount, batch: 1 })],
      ...["--batch", `${SHARED_BATCH}`, "--workers", `${workers}`],
    ],
  });
  const seconds = 2 + 4 * stepSeconds({ ...amount, batch: SHARED_BATCH });
  return { id: `cores-${amount.kind}`, sides: [side("one", 1), side("two", 2)], short: false, seconds };
}

const CHECKPOINTED = ["train", "2048", "--batch", "1", "--workers", "1"];

/** Sizes and batches of the tables. */
export const FORWARD = [
  { size: 512, batch: 1 },
  { size: 1024, batch: 1 },
  { size: 2048, batch: 1 },
  { size: 512, batch: 16 },
  { size: 1024, batch: 16 },
] as const;
export const TRAINING = [
  { size: 256, batch: 1 },
  { size: 512, batch: 1 },
  { size: 1024, batch: 1 },
  { size: 2048, batch: 1 },
  { size: 256, batch: 16 },
  { size: 512, batch: 16 },
] as const;
export const TILES = [28, 56, 112] as const;
export const TILE_BATCH = 64;
export const DISTILLATION = [1024, 512, 256, 128] as const;
/** Those that the short form has. */
const SHORT = new Set([
  "forward-1024-b1-one",
  "train-256-b1-one",
  "train-1024-b1-one",
  "train-1024-b1-two",
  "train-56-b64-one",
  "distill-2048-to-256-b1-one",
]);

/** A training step on the largest image that shall fit. */
export const LARGEST = "largest-8192";

/** The real command: shares of time by `lowmag train` on a folder of tissue images. */
export const COMMAND = "command-train";

/** Everything that is run, in the order of the tables. */
export function experiments(): readonly Experiment[] {
  const works: Omit<Paired, "cores">[] = [
    ...FORWARD.map((work) => ({ kind: "forward" as const, ...work })),
    ...TRAINING.map((work) => ({ kind: "train" as const, ...work })),
    ...TILES.map((size) => ({ kind: "train" as const, size, batch: TILE_BATCH })),
    ...DISTILLATION.map((studentSize) => ({ kind: "distill" as const, size: 2048, studentSize, batch: 1 })),
  ];
  return [
    ...works.flatMap(both),
    {
      id: "checkpointing-2048",
      sides: [
        { name: "kept", program: "lowmag", args: CHECKPOINTED },
        { name: "checkpointing", program: "lowmag", args: [...CHECKPOINTED, "--checkpointing"] },
        { name: "pytorch", program: "pytorch", args: CHECKPOINTED },
      ],
      short: false,
      seconds: 25,
    },
    {
      id: LARGEST,
      sides: [
        { name: "lowmag", program: "lowmag", args: ["train", "8192", "--checkpointing", "--seconds", "0"] },
      ],
      rounds: 1,
      short: false,
      seconds: 60,
    },
    ...SCALED.map(scaled),
    {
      id: COMMAND,
      sides: [{ name: "lowmag", program: "command", args: [] }],
      short: false,
      seconds: 30,
    },
  ];
}
