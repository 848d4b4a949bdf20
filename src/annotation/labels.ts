// What a piece of tissue is called: by the share of its tissue that the regions of each label cover.
import { fail } from "../base/index.ts";
import { layersOf } from "./label-layers.ts";
import { checkGrid, type MaskGrid, overlaps } from "./mask-grid.ts";
import { layerMasks } from "./rasterise.ts";
import type { AnnotationSet } from "./types.ts";

/** How shares become one label. */
export interface LabelRules {
  /**
   * `largest` (default): the label with the largest share, if that is at least `minimumShare`.
   * `any`: a label that reaches `minimumShare` at all, the first of `priorities` before the rest: a trace of tumour
   * makes a tumour piece.
   */
  readonly rule?: "largest" | "any" | undefined;
  /** Of the piece's tissue, above 0 to 1. Default 0.5 for `largest`, 0.01 for `any`. */
  readonly minimumShare?: number | undefined;
  /** For `any`: labels in the order in which they win. Those not named follow, the largest share first. */
  readonly priorities?: readonly string[] | undefined;
  /** The labels that count; the others are as if not drawn. Default: all. */
  readonly labels?: readonly string[] | undefined;
}

/** A part of the slide, and where in it the tissue of the piece is. */
export interface TissueGrid extends MaskGrid {
  /** One byte per mask pixel, row-major; 0 is no tissue. Without it all of the window counts. */
  readonly tissue?: Uint8Array | undefined;
}

/** A piece's label and what it rests on. */
export interface AreaLabel {
  /** `null` for a piece that no label covers enough. */
  readonly label: string | null;
  /** Share of the piece's tissue under each label that covers any of it. Where labels overlap, each counts fully. */
  readonly shares: Readonly<Record<string, number>>;
  /** Share of the piece's tissue under at least one label. */
  readonly covered: number;
}

const DEFAULT_SHARE = { largest: 0.5, any: 0.01 } as const;

/**
 * The label of a piece. Negative regions are subtracted first; detections and regions without a label do not count.
 * Of equal shares the label wins whose name sorts first.
 *
 * @throws LowmagError `invalid-argument` for a share outside (0, 1] or a mask of another size.
 */
export function labelByArea(set: AnnotationSet, piece: TissueGrid, rules: LabelRules = {}): AreaLabel {
  checkGrid(piece);
  const { minimumShare } = checkRules(rules, piece);
  const regions = set.regions.filter(
    ({ kind, label, bounds }) =>
      kind === "annotation" &&
      overlaps(bounds, piece) &&
      (label === null || rules.labels === undefined || rules.labels.includes(label)),
  );
  const tissue = count(piece.tissue, piece.width * piece.height);
  const union = new Uint8Array(piece.width * piece.height);
  const shares: [string, number][] = [];
  const layers = layersOf(regions).filter(({ label }) => label !== null);
  for (const [label, mask] of layerMasks(layers, piece)) {
    const pixels = intersect(mask, piece.tissue, union);
    if (pixels > 0) shares.push([label!, pixels / tissue]);
  }
  shares.sort(([a], [b]) => (a < b ? -1 : 1));
  const covered = tissue === 0 ? 0 : count(union, union.length) / tissue;
  return { label: choose(shares, minimumShare, rules), shares: Object.fromEntries(shares), covered };
}

function checkRules(rules: LabelRules, piece: TissueGrid): { minimumShare: number } {
  const minimumShare = rules.minimumShare ?? DEFAULT_SHARE[rules.rule ?? "largest"];
  if (!(minimumShare > 0 && minimumShare <= 1))
    throw fail("invalid-argument", {
      where: "labelByArea `minimumShare`",
      expected: "a share above 0 and at most 1",
      got: `${minimumShare}`,
    });
  if (piece.tissue !== undefined && piece.tissue.length !== piece.width * piece.height)
    throw fail("invalid-argument", {
      where: "labelByArea `tissue`",
      expected: `${piece.width} x ${piece.height} bytes`,
      got: `${piece.tissue.length}`,
    });
  return { minimumShare };
}

/** Pixels that are not 0; without a mask, all. */
function count(mask: Uint8Array | undefined, pixels: number): number {
  return mask === undefined ? pixels : mask.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0);
}

/** Counts the tissue under a mask, and adds it to the union. */
function intersect(mask: Uint8Array, tissue: Uint8Array | undefined, union: Uint8Array): number {
  let pixels = 0;
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0 || tissue?.[i] === 0) continue;
    pixels++;
    union[i] = 1;
  }
  return pixels;
}

/** `shares` come in the order of their labels, and sorting is stable: equal ones stay in it. */
function choose(
  shares: readonly (readonly [string, number])[],
  minimumShare: number,
  { rule = "largest", priorities = [] }: LabelRules,
): string | null {
  const enough = shares.filter(([, share]) => share >= minimumShare).sort((a, b) => b[1] - a[1]);
  const first =
    rule === "any" ? priorities.find((label) => enough.some(([name]) => name === label)) : undefined;
  return first ?? enough[0]?.[0] ?? null;
}
