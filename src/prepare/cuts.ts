// The plan of a slide: which windows become images, at which resolution, with what is already known of them.
import {
  type AnnotationSet,
  labelByArea,
  type MaskGrid,
  rasteriseRegions,
  regionsAsPieces,
} from "../annotation/index.ts";
import type { PixelWindow } from "../codec/index.ts";
import { outputSize, type Slide } from "../slide/index.ts";
import { AreaTable } from "./area-table.ts";
import { gridTiles, shareOf } from "./grid.ts";
import { shareWithin, type TissueMap, toSlide } from "./tissue-map.ts";
import type { PrepareRules } from "./types.ts";
import type { KeptMask } from "./white-fill.ts";

/** One image to be made. */
export interface Cut {
  /** Counted from 1 on its slide; the same at every resolution for pieces, of one resolution for tiles. */
  readonly number: number;
  readonly mpp: number;
  /** In pixels of level 0; fractional for tiles. */
  readonly box: PixelWindow;
  /** Pixels of the image. */
  readonly width: number;
  readonly height: number;
  /** Shares of the box, 0 to 1. */
  readonly tissue: number;
  readonly pen: number;
  readonly label: string | null;
  /** What is not painted white; `null` for all. */
  kept(): KeptMask | null;
}

/** All that a plan is made from. */
export interface CutBasis {
  readonly slide: Slide;
  readonly rules: PrepareRules;
  readonly map: TissueMap;
  readonly annotations: AnnotationSet | null;
}

/** A plan, with remarks for a person. */
export interface CutPlan {
  /** Resolution by resolution. */
  readonly cuts: readonly Cut[];
  readonly notes: readonly string[];
}

/** Plans all images of a slide. */
export function planCuts(basis: CutBasis): CutPlan {
  const { slide, rules } = basis;
  if (rules.grid !== null) return { cuts: rules.mpp.flatMap((mpp) => tileCuts(basis, mpp)), notes: [] };
  const { pieces, notes } =
    rules.cutBy === "annotations" ? regionCuts(basis) : { pieces: pieceCuts(basis), notes: [] };
  const cuts = rules.mpp.flatMap((mpp) =>
    pieces.map((piece, i): Cut => ({ ...piece, ...outputSize(slide, mpp, piece.box), mpp, number: i + 1 })),
  );
  return { cuts, notes };
}

type Piece = Omit<Cut, "mpp" | "number" | "width" | "height">;

function pieceCuts(basis: CutBasis): Piece[] {
  const { slide, rules, map } = basis;
  return map.pieces.map(({ map: { owners, width }, box, number }) => {
    const isTissue = (k: number) => owners[k] === number;
    return {
      box: toSlide(map, slide, box),
      tissue: shareWithin(map.mask, box, isTissue),
      pen: penWithin(map, box),
      label: labelOf(basis, maskGrid(map, box), maskWithin(box, width, isTissue)),
      kept: () =>
        rules.background === "keep" ? null : maskWithin(box, width, (k) => Math.abs(owners[k]!) === number),
    };
  });
}

function regionCuts({ slide, rules, map, annotations }: CutBasis): { pieces: Piece[]; notes: string[] } {
  if (annotations === null) return { pieces: [], notes: [] };
  const { pieces, notes } = regionsAsPieces(annotations, slide.levels[0]!);
  const cuts = pieces.map((piece): Piece => {
    const box = widened(map, piece.box, rules.margin);
    const inside = piece.mask(maskGrid(map, box));
    const kept: KeptMask = { ...box, data: inside };
    const { data, width } = map.mask;
    const isTissue = (k: number) => {
      const row = Math.floor(k / width);
      return data[k] === 1 && inside[(row - box.top) * box.width + (k - row * width - box.left)] === 1;
    };
    return {
      box: toSlide(map, slide, box),
      tissue: shareWithin(map.mask, box, isTissue),
      pen: penWithin(map, box),
      label: piece.region.label,
      kept: () => (rules.background === "keep" ? null : kept),
    };
  });
  return { pieces: cuts, notes };
}

function tileCuts(basis: CutBasis, mpp: number): Cut[] {
  const { slide, rules, map, annotations } = basis;
  const { data, width, height } = map.mask;
  const wanted =
    rules.cutBy === "annotations" && annotations !== null
      ? rasteriseRegions(
          annotations.regions.filter(({ kind }) => kind === "annotation"),
          maskGrid(map, { left: 0, top: 0, width, height }),
        )
      : null;
  const grid = rules.grid!;
  const lay = { grid, stride: rules.stride ?? grid, minTissue: rules.minTissue };
  const tiles = gridTiles(slide, map, mpp, lay, (k) => data[k] === 1 && wanted?.[k] !== 0);
  const pen = new AreaTable(width, height, (k) => map.pen.data[k] === 1);
  return tiles.map(({ box, tissue }, i) => ({
    number: i + 1,
    mpp,
    box,
    width: grid,
    height: grid,
    tissue,
    pen: shareOf(pen, map, box),
    label: labelOf(basis, { window: box, width: TILE_RASTER, height: TILE_RASTER }, undefined),
    kept: () => null,
  }));
}

/** Points per side at which a tile is asked for its region. */
const TILE_RASTER = 32;

function labelOf(
  { annotations, rules }: CutBasis,
  grid: MaskGrid,
  tissue: KeptMask | undefined,
): string | null {
  if (annotations === null) return null;
  const { labelRule: rule, labelShare, labelPriorities: priorities } = rules;
  const minimumShare = labelShare ?? undefined;
  return labelByArea(annotations, { ...grid, tissue: tissue?.data }, { rule, minimumShare, priorities })
    .label;
}

/** A window of the mask as the annotation room wants it: mask pixels over level-0 pixels. */
function maskGrid({ scale }: TissueMap, { left, top, width, height }: PixelWindow): MaskGrid {
  const window = {
    left: left * scale.x,
    top: top * scale.y,
    width: width * scale.x,
    height: height * scale.y,
  };
  return { window, width, height };
}

/** A window of level-0 pixels with a margin, in whole mask pixels inside the mask. */
function widened({ scale, mpp, mask }: TissueMap, box: PixelWindow, margin: number): PixelWindow {
  const add = margin / mpp;
  const span = (start: number, length: number, size: number, limit: number): [number, number] => {
    const first = Math.min(limit - 1, Math.max(0, Math.floor(start / size - add)));
    return [first, Math.max(1, Math.min(limit, Math.ceil((start + length) / size + add)) - first)];
  };
  const [left, width] = span(box.left, box.width, scale.x, mask.width);
  const [top, height] = span(box.top, box.height, scale.y, mask.height);
  return { left, top, width, height };
}

function penWithin({ mask, pen }: TissueMap, box: PixelWindow): number {
  return shareWithin(mask, box, (k) => pen.data[k] === 1);
}

function maskWithin(box: PixelWindow, width: number, holds: (k: number) => boolean): KeptMask {
  const data = new Uint8Array(box.width * box.height);
  for (let y = 0, to = 0; y < box.height; y++)
    for (let k = (box.top + y) * width + box.left, end = k + box.width; k < end; k++, to++)
      data[to] = holds(k) ? 1 : 0;
  return { ...box, data };
}
