// A grid of tiles over a slide: exact steps in µm, row by row, only where there is enough tissue.
import { fail } from "../base/index.ts";
import type { PixelWindow } from "../codec/index.ts";
import type { Slide } from "../slide/index.ts";
import { AreaTable } from "./area-table.ts";
import { knownPixelSize, type TissueMap } from "./tissue-map.ts";

/** A tile with its share of tissue. */
export interface GridTile {
  /** In pixels of level 0; fractional where the ratio of resolutions is. */
  readonly box: PixelWindow;
  readonly tissue: number;
}

/** How a grid lies. */
export interface GridRules {
  /** Side and step in pixels of the output. */
  readonly grid: number;
  readonly stride: number;
  readonly minTissue: number;
}

/** A grid of more places than this is a slip of the hand, not a data set. */
const MOST_PLACES = 20_000_000;

/**
 * The tiles of a slide at one resolution, row by row from the upper left corner of its scanned part. Tiles that would
 * reach outside it are left out, so that no tile is padded.
 *
 * @param wanted which mask pixels count as tissue.
 * @throws LowmagError `invalid-argument` for a grid of too many places.
 */
export function gridTiles(
  slide: Slide,
  map: TissueMap,
  mpp: number,
  { grid, stride, minTissue }: GridRules,
  wanted: (k: number) => boolean,
): GridTile[] {
  const size = knownPixelSize(slide);
  const { width, height } = slide.levels[0]!;
  const area = slide.bounds ?? { left: 0, top: 0, width, height };
  const side = { x: (grid * mpp) / size.x, y: (grid * mpp) / size.y };
  const step = { x: (stride * mpp) / size.x, y: (stride * mpp) / size.y };
  const columns = placesAlong(area.width, side.x, step.x);
  const rows = placesAlong(area.height, side.y, step.y);
  if (columns * rows > MOST_PLACES) throw tooManyPlaces(slide.name, columns * rows, mpp, stride);
  const table = new AreaTable(map.mask.width, map.mask.height, wanted);
  const tiles: GridTile[] = [];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const left = area.left + column * step.x;
      const top = area.top + row * step.y;
      const tissue = shareOf(table, map, { left, top, width: side.x, height: side.y });
      if (tissue > 0 && tissue >= minTissue)
        tiles.push({ box: { left, top, width: side.x, height: side.y }, tissue });
    }
  return tiles;
}

/** Places whose whole side fits; sizes are products of decimals, so a hair's breadth beyond the edge counts as inside. */
function placesAlong(length: number, side: number, step: number): number {
  return side > length + 1e-6 ? 0 : 1 + Math.floor((length - side) / step + 1e-9);
}

/** Share of a window of level-0 pixels where the table holds. */
export function shareOf(table: AreaTable, { scale }: Pick<TissueMap, "scale">, box: PixelWindow): number {
  const width = box.width / scale.x;
  const height = box.height / scale.y;
  return Math.min(1, table.sum(box.left / scale.x, box.top / scale.y, width, height) / (width * height));
}

function tooManyPlaces(where: string, places: number, mpp: number, stride: number): Error {
  return fail("invalid-argument", {
    where,
    expected: `a grid of at most ${MOST_PLACES / 1e6} million places`,
    got: `${(places / 1e6).toFixed(0)} million at ${mpp} µm per pixel with a stride of ${stride}`,
    fix: "Choose a larger `--stride`.",
  });
}
