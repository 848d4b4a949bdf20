// Figures of a round: what the sides of an experiment took, and how two of them are held against each other.
import type { Measured } from "./lowmag/work.ts";

/** What the sides of an experiment took in one round, by their names. */
export type Round = Readonly<Record<string, Measured>>;

/** Which figures a row shows. All throw NoFigure for a round that lacks what they need. */
export interface Versus {
  /** lowmag's own figure, and the one it is held against; `null` where there is none. */
  readonly own: (round: Round) => number | null;
  readonly other: (round: Round) => number | null;
  /** What lowmag's own figure is in. */
  readonly unit: "ms" | "MB" | "GFLOP/s" | "";
  /** The figure with the target. */
  readonly value: (round: Round) => number;
  /** True where `value` is a ratio of two figures of the same run: it can be compared between runs. */
  readonly isRatio: boolean;
}

type Figure = "cpuMilliseconds" | "wallMilliseconds" | "peakMegabytes";

/** Raised where a side did not run, or its program does not report a figure. */
export class NoFigure extends Error {
  constructor(
    readonly side: string,
    name: string,
  ) {
    super(`${side} reports no ${name}`);
  }
}

/** @throws NoFigure */
export function figure(round: Round, side: string, name: keyof Measured): number {
  const value = round[side]?.[name];
  if (value === undefined) throw new NoFigure(side, name);
  return value;
}

/** How many times as fast (or as much) the second side is as the first: `other / own`. */
export const timesAsFast = (own: string, other: string, name: Figure): Versus => ({
  own: (round) => figure(round, own, name),
  other: (round) => figure(round, other, name),
  unit: name === "peakMegabytes" ? "MB" : "ms",
  value: (round) => figure(round, other, name) / figure(round, own, name),
  isRatio: true,
});

/** The share that the first side takes of the second: `own / other`. */
export const shareOf = (own: string, other: string, name: Figure): Versus => ({
  ...timesAsFast(own, other, name),
  value: (round) => figure(round, own, name) / figure(round, other, name),
});

/** A figure by itself, such as seconds or a share of a whole. */
export const alone = (side: string, name: keyof Measured): Versus => ({
  own: () => null,
  other: () => null,
  unit: "",
  value: (round) => figure(round, side, name),
  isRatio: false,
});
