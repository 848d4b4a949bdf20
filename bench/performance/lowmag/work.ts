// What is timed, as data: which kind of work, at which sizes, how many images, how it is spread over threads. Both programs,
// lowmag's and PyTorch's, are told the same words and answer with the same figures.
import { parseArgs } from "node:util";

/** The kinds of work: a frozen teacher's forward pass, an optimiser step from labels, one of a distillation, a matrix product. */
export const KINDS = ["forward", "train", "distill", "product"] as const;
export type Kind = (typeof KINDS)[number];

/** One piece of work. */
export interface Work {
  readonly kind: Kind;
  /** Side of the images in px (of a distillation: the teacher's), or of the matrices. */
  readonly size: number;
  /** Side of the images that are trained on; `size` but for a distillation. */
  readonly studentSize: number;
  /** Images in one step or pass. */
  readonly batch: number;
  /** Threads that compute; each takes images of its own. */
  readonly workers: number;
  /** Seconds to spend on timed repetitions after the first, which warms up; two of them at least. 0: once, the start included. */
  readonly seconds: number;
  /** A distillation whose teacher outputs are supplied, as with `--cache-teacher`. */
  readonly cached: boolean;
  /** A training that keeps few values and computes the others again, as with `--checkpointing`. */
  readonly checkpointing: boolean;
}

/** What a program says of its work: figures by name. */
export interface Measured {
  /** Least milliseconds of CPU time, all threads together, of one step or pass, divided by its images. */
  readonly cpuMilliseconds?: number;
  /** The same on the clock. */
  readonly wallMilliseconds?: number;
  /** The largest that the process ever was. */
  readonly peakMegabytes?: number;
  /** Floating-point operations of the work, per image, where they are counted. */
  readonly flops?: number;
  /** 10^9 floating-point operations a second of CPU time that a large matrix product reaches in this process. */
  readonly productGflops?: number;
  /** Of the real command: seconds of an epoch, the share of them spent waiting for data, and those before the first step. */
  readonly epochSeconds?: number;
  readonly waitingShare?: number;
  readonly firstStepSeconds?: number;
}

/** The work that a command line asks for: `distill 2048,512 --batch 2 --workers 2 --cached`. */
export function parseWork(args: readonly string[]): Work {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      batch: { type: "string", default: "1" },
      workers: { type: "string", default: "1" },
      seconds: { type: "string", default: "1.5" },
      cached: { type: "boolean", default: false },
      checkpointing: { type: "boolean", default: false },
    },
  });
  const [kind, sizes = ""] = positionals;
  const known = KINDS.find((one) => one === kind);
  const [size = Number.NaN, studentSize = size] = sizes.split(",").map(Number);
  if (known === undefined || !(size > 0) || !(studentSize > 0))
    throw new Error(`expected ${KINDS.join("|")} SIZE[,STUDENT_SIZE], got \`${args.join(" ")}\``);
  const { cached, checkpointing } = values;
  const [batch, workers, seconds] = [Number(values.batch), Number(values.workers), Number(values.seconds)];
  return { kind: known, size, studentSize, batch, workers, seconds, cached, checkpointing };
}

/** Pseudo-random numbers in [-1, 1): what is in them does not change the time. */
export function noise(count: number): Float32Array {
  let seed = 1;
  return Float32Array.from({ length: count }, () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
    return seed / 2 ** 31;
  });
}
