// Where the pieces of a grid lie: whole pieces only, row by row from the upper left corner.
import { fail } from "../base/index.ts";
import type { PixelWindow } from "../codec/index.ts";
import { outputSize, type Slide } from "../slide/index.ts";
import type { GridWork } from "./grid-protocol.ts";

/** A grid over a slide. */
export interface GridShape {
  readonly columns: number;
  readonly rows: number;
  /** Pixels of the plane that is cut: the level, or the slide at the µm/px. */
  readonly width: number;
  readonly height: number;
  /** Pixels of the level that is read, for each pixel of that plane. */
  readonly boxOf: (column: number, row: number) => PixelWindow;
}

/**
 * The shape of a grid.
 *
 * @throws LowmagError `invalid-argument` for a level that is not there, sizes that are no whole numbers, or neither or
 *   both of level and mpp; as `outputSize` for the µm/px.
 */
export function gridShape(
  slide: Slide,
  work: Pick<GridWork, "level" | "mpp" | "size" | "stride">,
): GridShape {
  const { size, stride } = work;
  checkWhole("size", size);
  checkWhole("stride", stride);
  const { width, height, scaleX, scaleY } = plane(slide, work);
  const along = (side: number) => (side < size ? 0 : 1 + Math.floor((side - size) / stride));
  return {
    columns: along(width),
    rows: along(height),
    width,
    height,
    boxOf: (column, row) => ({
      left: column * stride * scaleX,
      top: row * stride * scaleY,
      width: size * scaleX,
      height: size * scaleY,
    }),
  };
}

/** The plane that is cut, and level-0 pixels per pixel of it. */
function plane(slide: Slide, { level, mpp }: Pick<GridWork, "level" | "mpp">) {
  if ((level === undefined) === (mpp === undefined))
    throw fail("invalid-argument", {
      where: "readGrid",
      expected: "either a level or a µm/px",
      got: level === undefined ? "neither" : "both",
    });
  if (mpp !== undefined) {
    const { width, height } = outputSize(slide, mpp);
    return { width, height, scaleX: mpp / slide.mpp!.x, scaleY: mpp / slide.mpp!.y };
  }
  const chosen = slide.levels[level!];
  if (chosen === undefined)
    throw fail("invalid-argument", {
      where: slide.name,
      expected: `a level from 0 to ${slide.levels.length - 1}`,
      got: `${level}`,
    });
  const { width, height, downsampleX, downsampleY } = chosen;
  return { width, height, scaleX: downsampleX, scaleY: downsampleY };
}

function checkWhole(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= 16_384) return;
  throw fail("invalid-argument", {
    where: `readGrid ${name}`,
    expected: "a whole number of pixels from 1 to 16384",
    got: `${value}`,
  });
}
