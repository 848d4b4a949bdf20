// Names for people: of cells, by what they are in the file, and of run folders, by what they are whatever an arm is called.
import type { PlannedCell } from "./types.ts";

type Named = Pick<PlannedCell, "kind" | "mpp" | "labelFraction" | "unlabelledFraction">;

/** A name as a part of a file name. */
export function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9.+-]+/g, "-")
    .replace(/^[-.]+|[-.]+$/g, "");
}

/** "distilled-4um-l100-u50": arm, µm/px, percent of the labels and of the unlabelled tissue. */
export function cellId(arm: string, cell: Named): string {
  return `${slugOf(arm)}-${amounts(cell)}`;
}

/** "distilled-4um-l100-u50-seed2-1a2b3c4d": what it is, not what its arm is called, so that a new name moves no folder. */
export function runName(cell: Named, seed: number, key: string): string {
  return `${cell.kind}-${amounts(cell)}-seed${seed}-${key.slice(0, 8)}`;
}

function amounts({ kind, mpp, labelFraction, unlabelledFraction }: Named): string {
  const unlabelled = kind === "teacher" || kind === "baseline" ? "" : `-u${percent(unlabelledFraction)}`;
  return `${Number(mpp.toPrecision(6))}um-l${percent(labelFraction)}${unlabelled}`;
}

function percent(fraction: number): string {
  return `${Number((100 * fraction).toPrecision(6))}`;
}
