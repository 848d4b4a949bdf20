// From a mask to pieces: neighbours across a small gap are one piece, crumbs are dropped, and each piece knows its own
// pixels, so that boxes may overlap without mixing tissue.
import { fail } from "../base/index.ts";
import type { PixelWindow } from "../codec/index.ts";
import { joinRuns, paintLabels, type RunComponents } from "./components.ts";
import { grow, growLabels } from "./distance.ts";
import { findRuns, type Runs } from "./runs.ts";
import type { PieceMap, TissueMask, TissuePiece } from "./types.ts";

/** How a mask is cut into pieces. Lengths in µm, areas in µm². */
export interface PieceOptions {
  /** Tissue nearer than this is one piece (to about one mask pixel). Default 200. */
  readonly joinGap?: number;
  /** Pieces with less tissue are dropped. Default 50,000 (a disc of 252 µm). */
  readonly minimumArea?: number;
  /** What is added to the tissue's box on each side. Default 100. */
  readonly margin?: number;
  /** How far outside its tissue a piece's picture is kept when all else is painted white. Default 32. */
  readonly fringe?: number;
}

const DEFAULTS = { joinGap: 200, minimumArea: 50_000, margin: 100, fringe: 32 } as const;

/**
 * Cuts a mask into pieces: 8-connected components after closing gaps up to `joinGap` between them, ordered by their
 * topmost row and then leftmost column.
 *
 * @returns an empty list where there is no tissue: callers say so.
 * @throws LowmagError `invalid-argument` for a length or area below 0.
 */
export function findPieces(mask: TissueMask, options: PieceOptions = {}): TissuePiece[] {
  const { joinGap, minimumArea, margin, fringe } = { ...DEFAULTS, ...options };
  checkLengths({ joinGap, minimumArea, margin, fringe });
  const { width, height, data, mpp } = mask;
  const runs = findRuns(data, width, height, 1);
  const owners = ownersOf(runs, mask, joinGap / 2 / mpp);
  const found = measured(runs, owners, width)
    .filter(({ pixels }) => pixels > 0 && pixels * mpp ** 2 >= minimumArea)
    .sort((a, b) => a.top - b.top || a.left - b.left || a.label - b.label);
  const numbers = new Int32Array(owners.count + 1);
  for (const [i, { label }] of found.entries()) numbers[label] = i + 1;
  const labels = paintLabels(
    runs,
    owners.labels.map((label) => numbers[label]!),
    data.length,
  );
  growLabels(labels, width, height, fringe / mpp);
  const map: PieceMap = { width, height, mpp, owners: labels };
  return found.map(({ label, pixels, ...tissueBox }) => ({
    number: numbers[label]!,
    box: widen(tissueBox, Math.ceil(margin / mpp), width, height),
    tissueBox,
    area: pixels * mpp ** 2,
    map,
  }));
}

/** Labels of the runs of tissue by piece: components of the mask grown by half the gap. */
function ownersOf(tissue: Runs, { data, width, height }: TissueMask, radius: number): RunComponents {
  const grown = findRuns(grow(data, width, height, radius), width, height, 1);
  const { labels, count } = joinRuns(grown, width, 8);
  const owners = new Int32Array(tissue.count);
  for (let i = 0, j = 0; i < owners.length; i++) {
    while (grown.ends[j]! <= tissue.starts[i]!) j++; // every run lies within one that was grown
    owners[i] = labels[j]!;
  }
  return { labels: owners, count };
}

/** Size and box of every label, in one pass. */
function measured(
  { starts, ends }: Runs,
  { labels, count }: RunComponents,
  width: number,
): (PixelWindow & { label: number; pixels: number })[] {
  const boxes = new Int32Array(4 * (count + 1)); // left, top, right, bottom
  const pixels = new Float64Array(count + 1);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    const b = 4 * label;
    const y = Math.floor(starts[i]! / width);
    const left = starts[i]! - y * width;
    if (pixels[label] === 0) {
      boxes[b] = left;
      boxes[b + 1] = y;
    }
    pixels[label]! += ends[i]! - starts[i]!;
    boxes[b] = Math.min(boxes[b]!, left);
    boxes[b + 2] = Math.max(boxes[b + 2]!, ends[i]! - y * width - 1);
    boxes[b + 3] = y;
  }
  return Array.from({ length: count }, (_, i) => {
    const [left, top, right, bottom] = boxes.subarray(4 * i + 4, 4 * i + 8) as unknown as [
      number,
      number,
      number,
      number,
    ];
    return {
      label: i + 1,
      pixels: pixels[i + 1]!,
      left,
      top,
      width: right - left + 1,
      height: bottom - top + 1,
    };
  });
}

function widen(box: PixelWindow, margin: number, width: number, height: number): PixelWindow {
  const left = Math.max(0, box.left - margin);
  const top = Math.max(0, box.top - margin);
  return {
    left,
    top,
    width: Math.min(width, box.left + box.width + margin) - left,
    height: Math.min(height, box.top + box.height + margin) - top,
  };
}

function checkLengths(lengths: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(lengths))
    if (!(value >= 0 && Number.isFinite(value)))
      throw fail("invalid-argument", {
        where: `findPieces \`${name}\``,
        expected: "a finite number of at least 0",
        got: `${value}`,
      });
}
