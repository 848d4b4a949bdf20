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
import type { CuttingRules } from "./rules.ts";
import { knownPixelSize, shareWithin, type TissueMap, toSlide } from "./tissue-map.ts";
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
  /**
   * The box, whole pixels of level 0, is brought to exactly the image's size, edge to edge, as a data set's images are;
   * otherwise pixels of the image are exactly of the µm/px, and the last ones may reach beyond the box. Default: no.
   */
  readonly edgeToEdge?: boolean;
  /** What is not painted white; `null` for all. */
  kept(): KeptMask | null;
}

/** All that a plan is made from. */
export interface CutBasis<Rules extends CuttingRules = CuttingRules> {
  readonly slide: Slide;
  readonly rules: Rules;
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
  return map.pieces.map(({ map: { owners, width }, box: pieceBox, number }) => {
    const box = evenBox(slide, rules, toSlide(map, slide, pieceBox));
    const window = toMask(map, box);
    const isTissue = (k: number) => owners[k] === number;
    return {
      box,
      tissue: shareOfBox(map, window, box, isTissue),
      pen: map.pen.share === 0 ? 0 : shareOfBox(map, window, box, (k) => map.pen.data[k] === 1),
      label: labelOf(basis, maskGrid(map, window), () => maskWithin(window, width, isTissue)),
      kept: () =>
        rules.background === "keep"
          ? null
          : maskWithin(window, width, (k) => Math.abs(owners[k]!) === number),
    };
  });
}

function regionCuts({ slide, rules, map, annotations }: CutBasis): { pieces: Piece[]; notes: string[] } {
  if (annotations === null) return { pieces: [], notes: [] };
  const { pieces, notes } = regionsAsPieces(annotations, slide.levels[0]!);
  const cuts = pieces.map((piece): Piece => {
    const box = evenBox(slide, rules, toSlide(map, slide, widened(map, piece.box, rules.margin)));
    const window = toMask(map, box);
    const inside = piece.mask(maskGrid(map, window));
    const { data, width } = map.mask;
    const isTissue = (k: number) => {
      const row = Math.floor(k / width);
      return (
        data[k] === 1 && inside[(row - window.top) * window.width + (k - row * width - window.left)] === 1
      );
    };
    return {
      box,
      tissue: shareOfBox(map, window, box, isTissue),
      pen: shareOfBox(map, window, box, (k) => map.pen.data[k] === 1),
      label: piece.region.label,
      kept: () => (rules.background === "keep" ? null : { ...window, data: inside }),
    };
  });
  return { pieces: cuts, notes };
}

/**
 * A box a little larger, so that its image at the finest resolution has sides that are multiples of the step: views at
 * whole multiples of that resolution then divide evenly, and images of equal size are more frequent. It grows on both
 * sides, and away from the slide's edge.
 */
function evenBox(
  slide: Slide,
  { mpp, sizeStep, stepMpp = mpp[0]! }: CuttingRules,
  box: PixelWindow,
): PixelWindow {
  const size = knownPixelSize(slide);
  const { width, height } = slide.levels[0]!;
  const along = (start: number, length: number, perPixel: number, limit: number): [number, number] => {
    const step = sizeStep * perPixel;
    const longer = Math.ceil(length / step - 1e-9) * step;
    const free = Math.max(0, Math.floor(limit - longer));
    return [Math.min(free, Math.max(0, Math.floor(start - (longer - length) / 2))), longer];
  };
  const [left, across] = along(box.left, box.width, stepMpp / size.x, width);
  const [top, down] = along(box.top, box.height, stepMpp / size.y, height);
  return { left, top, width: across, height: down };
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
    label: labelOf(basis, { window: box, width: TILE_RASTER, height: TILE_RASTER }, () => undefined),
    kept: () => null,
  }));
}

/** Points per side at which a tile is asked for its region. */
const TILE_RASTER = 32;

function labelOf(
  { annotations, rules }: CutBasis,
  grid: MaskGrid,
  tissue: () => KeptMask | undefined,
): string | null {
  if (annotations === null) return null;
  const { labelRule: rule, labelShare, labelPriorities: priorities } = rules;
  const minimumShare = labelShare ?? undefined;
  return labelByArea(annotations, { ...grid, tissue: tissue()?.data }, { rule, minimumShare, priorities })
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

/** The mask pixels that a box of level 0 touches, inside the mask. */
function toMask({ scale, mask }: TissueMap, box: PixelWindow): PixelWindow {
  const along = (start: number, length: number, size: number, limit: number): [number, number] => {
    const first = Math.min(limit - 1, Math.max(0, Math.floor(start / size)));
    return [first, Math.max(1, Math.min(limit, Math.ceil((start + length) / size)) - first)];
  };
  const [left, width] = along(box.left, box.width, scale.x, mask.width);
  const [top, height] = along(box.top, box.height, scale.y, mask.height);
  return { left, top, width, height };
}

/** Share of a box of level 0 where a condition on mask pixels holds; what lies outside the slide does not. */
function shareOfBox(
  { scale, mask }: TissueMap,
  window: PixelWindow,
  box: PixelWindow,
  holds: (k: number) => boolean,
): number {
  const pixels = shareWithin(mask, window, holds) * window.width * window.height;
  return Math.min(1, (pixels * scale.x * scale.y) / (box.width * box.height));
}

function maskWithin(box: PixelWindow, width: number, holds: (k: number) => boolean): KeptMask {
  const data = new Uint8Array(box.width * box.height);
  for (let y = 0, to = 0; y < box.height; y++)
    for (let k = (box.top + y) * width + box.left, end = k + box.width; k < end; k++, to++)
      data[to] = holds(k) ? 1 : 0;
  return { ...box, data };
}
