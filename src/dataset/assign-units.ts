// Deals units (patients, blocks of images) to splits so that every class comes as near as it can to the fractions wanted:
// first one by one in random order, each to where it hurts least, then by moving and swapping units while that helps.
// A class without any image in a split counts as worse than any deviation.
import type { Generator } from "../random/index.ts";

/** A unit that must not be torn apart: how many images of each class it holds. */
export interface Unit {
  readonly name: string;
  readonly counts: readonly number[];
}

/** More units than this are not swapped in pairs, only moved: the work grows with their square. */
const MOST_UNITS_TO_SWAP = 400;

/** Penalty for a class that has no image in a split; squared deviations of fractions never add up to it. */
const EMPTY = 10;

/**
 * The number of the split of every unit.
 *
 * @param fractions wanted share of each split, summing to 1; a split of fraction 0 stays empty.
 */
export function assignUnits(
  units: readonly Unit[],
  fractions: readonly number[],
  generator: Generator,
): number[] {
  const table = new Tally(units, fractions);
  const order = generator.permutation(units.length);
  for (const unit of order) table.move(unit, table.bestSplit(unit));
  improve(table, order);
  return table.splits;
}

function improve(table: Tally, order: readonly number[]): void {
  for (let round = 0; round < 50; round++) {
    let changed = false;
    for (const unit of order) {
      const best = table.bestSplit(unit);
      if (best !== table.splits[unit]) {
        table.move(unit, best);
        changed = true;
      }
    }
    if (order.length <= MOST_UNITS_TO_SWAP && swapPairs(table, order)) changed = true;
    if (!changed) return;
  }
}

function swapPairs(table: Tally, order: readonly number[]): boolean {
  let changed = false;
  for (const [i, first] of order.entries()) {
    for (const second of order.slice(i + 1)) {
      if (table.splits[first] === table.splits[second]) continue;
      const before = table.cost();
      table.swap(first, second);
      if (table.cost() < before - 1e-12) changed = true;
      else table.swap(first, second);
    }
  }
  return changed;
}

/** Counts per split and class, and how far they are from what is wanted. */
class Tally {
  /** Split of each unit; -1 = not dealt yet. */
  readonly splits: number[];
  readonly #units: readonly Unit[];
  readonly #fractions: readonly number[];
  readonly #totals: number[];
  readonly #counts: number[][];

  constructor(units: readonly Unit[], fractions: readonly number[]) {
    const classes = units[0]?.counts.length ?? 0;
    this.#units = units;
    this.#fractions = fractions;
    this.splits = units.map(() => -1);
    this.#totals = Array.from({ length: classes }, (_, c) =>
      units.reduce((sum, { counts }) => sum + counts[c]!, 0),
    );
    this.#counts = fractions.map(() => new Array<number>(classes).fill(0));
  }

  move(unit: number, split: number): void {
    this.#add(this.splits[unit]!, unit, -1);
    this.#add(split, unit, 1);
    this.splits[unit] = split;
  }

  swap(first: number, second: number): void {
    const split = this.splits[first]!;
    this.move(first, this.splits[second]!);
    this.move(second, split);
  }

  /** The split where the unit leaves the least cost; where it is now, unless another is truly better. */
  bestSplit(unit: number): number {
    const now = this.splits[unit]!;
    let best = now;
    let bestCost = now < 0 ? Number.POSITIVE_INFINITY : this.cost() - 1e-12;
    for (const [split, fraction] of this.#fractions.entries()) {
      if (fraction === 0 || split === now) continue;
      this.move(unit, split);
      const cost = this.cost();
      if (cost < bestCost) {
        best = split;
        bestCost = cost;
      }
    }
    this.move(unit, now);
    return best;
  }

  /** Sum over splits and classes of (share - fraction)^2, plus the penalty for empty cells. */
  cost(): number {
    let sum = 0;
    for (const [split, fraction] of this.#fractions.entries()) {
      for (const [c, total] of this.#totals.entries()) {
        if (total === 0) continue;
        const count = this.#counts[split]![c]!;
        sum += (count / total - fraction) ** 2 + (count === 0 && fraction > 0 ? EMPTY : 0);
      }
    }
    return sum;
  }

  #add(split: number, unit: number, sign: number): void {
    const counts = this.#counts[split];
    if (counts === undefined) return; // not dealt yet
    for (const [c, count] of this.#units[unit]!.counts.entries()) counts[c]! += sign * count;
  }
}
