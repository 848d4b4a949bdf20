// The heat map of one class as a picture over any part of a slide: smooth between the centres of cells, clear where there is
// no tissue.
import type { Polygon } from "../annotation/index.ts";
import { fail } from "../base/index.ts";
import type { PixelWindow } from "../codec/index.ts";
import { heatColour } from "./heat-colours.ts";
import { type Places, placesOf } from "./heat-places.ts";
import { tissueShape } from "./tissue-shape.ts";
import type { ActivationMap, SlideOverlay } from "./types.ts";

/** A picture with transparency. */
export interface HeatPicture {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, opacity per pixel, row-major; opacity is 0 or 255. */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** How a heat map is drawn. */
export interface HeatOptions {
  /**
   * `tissue` (default): inside the outlines of pieces alone. `cells`: whole cells, which reach over the edge of the tissue.
   * Where there are no outlines (tiles), whole cells in either case.
   */
  readonly within?: "tissue" | "cells";
}

/** Pixels that one picture may have: half a gigabyte. */
const MOST_PIXELS = 2 ** 27;

/**
 * Draws a class's activation.
 *
 * A pixel is drawn where its centre lies in a covered cell and inside the outline of the cell's piece. Its value is
 * interpolated linearly between the centres of the four cells around it, those that are not covered left out. The last cells
 * of a piece end up to half a cell before its image does, since cells are centred on every 32nd pixel from the first on:
 * they go on to the end of the tissue. Where cells of two pieces overlap, the later is on top.
 *
 * @param box what the picture shows, in pixels of level 0; may reach outside the slide.
 * @throws LowmagError `invalid-argument` for a class that is none, or a picture that cannot be.
 */
export function heatPicture(
  overlay: SlideOverlay,
  classIndex: number,
  box: PixelWindow,
  { width, height }: { readonly width: number; readonly height: number },
  { within = "tissue" }: HeatOptions = {},
): HeatPicture {
  check(overlay, classIndex, box, width, height);
  const data = new Uint8ClampedArray(4 * width * height);
  const pixels = new Uint32Array(data.buffer);
  const colours = colourTable();
  const outlines = new Map(overlay.outlines.map(({ piece, polygons }) => [piece, polygons]));
  for (const map of overlay.maps) {
    const polygons = within === "tissue" && map.piece !== null ? outlines.get(map.piece) : undefined;
    const part = partOf(map, polygons, box, width, height);
    if (part !== null) drawMap(map, classIndex, part, pixels, width, colours);
  }
  return { width, height, data };
}

/** Which pixels a map is drawn on. */
interface DrawnPart {
  readonly across: Places;
  readonly down: Places;
  /** Of these pixels, 1 where tissue is; `null` for all. */
  readonly shape: Uint8Array | null;
}

/** The part of a picture that shows a map; `null` where none does. */
function partOf(
  map: ActivationMap,
  polygons: readonly Polygon[] | undefined,
  box: PixelWindow,
  width: number,
  height: number,
): DrawnPart | null {
  const step = { x: box.width / width, y: box.height / height };
  const reach = polygons === undefined ? 0 : 0.5;
  const across = placesOf(
    { count: width, start: box.left, step: step.x },
    { count: map.columns, start: map.left, step: map.cellWidth },
    reach * map.cellWidth,
  );
  const down = placesOf(
    { count: height, start: box.top, step: step.y },
    { count: map.rows, start: map.top, step: map.cellHeight },
    reach * map.cellHeight,
  );
  if (across.count === 0 || down.count === 0) return null;
  const window = {
    left: box.left + across.from * step.x,
    top: box.top + down.from * step.y,
    width: across.count * step.x,
    height: down.count * step.y,
  };
  const grid = { window, width: across.count, height: down.count };
  return { across, down, shape: polygons === undefined ? null : tissueShape(polygons, grid) };
}

function drawMap(
  map: ActivationMap,
  classIndex: number,
  { across, down, shape }: DrawnPart,
  pixels: Uint32Array,
  width: number,
  colours: Uint32Array,
): void {
  const { columns, rows, covered } = map;
  const values = map.values.subarray(classIndex * columns * rows, (classIndex + 1) * columns * rows);
  const sums = new Float64Array(columns);
  const weights = new Float64Array(columns);
  for (let i = 0; i < down.count; i++) {
    blendRows(values, covered, columns, down.before[i]!, down.after[i]!, down.share[i]!, sums, weights);
    const own = down.cell[i]! * columns;
    const to = (down.from + i) * width + across.from;
    for (let j = 0; j < across.count; j++) {
      if (covered[own + across.cell[j]!] === 0) continue;
      if (shape !== null && shape[i * across.count + j] === 0) continue;
      const [before, after, share] = [across.before[j]!, across.after[j]!, across.share[j]!];
      const sum = sums[before]! + (sums[after]! - sums[before]!) * share;
      const weight = weights[before]! + (weights[after]! - weights[before]!) * share;
      pixels[to + j] = colours[(sum / weight + 0.5) | 0]!;
    }
  }
}

/** Two rows of cells as one: values times weights, and weights, which are 0 where a cell is not covered. */
function blendRows(
  values: Uint8Array,
  covered: Uint8Array,
  columns: number,
  before: number,
  after: number,
  share: number,
  sums: Float64Array,
  weights: Float64Array,
): void {
  for (let c = 0, upper = before * columns, lower = after * columns; c < columns; c++, upper++, lower++) {
    const above = covered[upper]! * (1 - share);
    const below = covered[lower]! * share;
    sums[c] = above * values[upper]! + below * values[lower]!;
    weights[c] = above + below;
  }
}

/** The scale in 256 steps, each as the four bytes of an opaque pixel. */
function colourTable(): Uint32Array {
  const bytes = new Uint8Array(4 * 256);
  for (let i = 0; i < 256; i++) bytes.set([...heatColour(i / 255), 255], 4 * i);
  return new Uint32Array(bytes.buffer);
}

function check(
  { classes }: SlideOverlay,
  classIndex: number,
  box: PixelWindow,
  width: number,
  height: number,
): void {
  const refuse = (expected: string, got: string) =>
    fail("invalid-argument", { where: "heatPicture", expected, got });
  if (classes[classIndex] === undefined)
    throw refuse(`a class from 0 to ${classes.length - 1}`, `${classIndex}`);
  const isSize = (n: number) => Number.isInteger(n) && n >= 1;
  if (!isSize(width) || !isSize(height) || width * height > MOST_PIXELS)
    throw refuse(`a picture of 1 to ${MOST_PIXELS} pixels`, `${width} x ${height}`);
  if (!(box.width > 0 && box.height > 0 && Number.isFinite(box.left + box.top + box.width + box.height)))
    throw refuse("a box with an area", `${box.width} x ${box.height}`);
}
