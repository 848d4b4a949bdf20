// Where the pieces of a slide lie: in rows, far enough apart that nobody takes two for one, with glass all around and, on
// some slides, a strip at the left for the mark of a pen.
import type { Generator } from "../random/index.ts";

/** Least and greatest glass between two pieces and around them all, µm. */
const GAP = [280, 420] as const;
/** Width of the strip for a pen mark, µm. */
export const PEN_STRIP = 360;

/** A box in px. */
export interface Placed {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A slide's size and where its pieces lie, in px; pieces in the order given, from top to bottom. */
export interface SlideLayout {
  readonly width: number;
  readonly height: number;
  readonly pieces: readonly Placed[];
}

/**
 * Lays boxes in rows as even as can be.
 *
 * @param strip px kept free at the left.
 */
export function layOutSlide(
  boxes: readonly { readonly width: number; readonly height: number }[],
  mpp: number,
  strip: number,
  generator: Generator,
): SlideLayout {
  const gap = () => Math.round(generator.uniform(...GAP) / mpp);
  const columns = Math.ceil(Math.sqrt(boxes.length));
  const pieces: Placed[] = [];
  let [right, top] = [0, gap()];
  for (let first = 0; first < boxes.length; first += columns) {
    const row = boxes.slice(first, first + columns);
    let left = strip + gap();
    let bottom = top;
    for (const { width, height } of row) {
      const lowered = generator.integer(Math.max(1, Math.round(GAP[0] / mpp / 2)));
      pieces.push({ left, top: top + lowered, width, height });
      bottom = Math.max(bottom, top + lowered + height);
      left += width + gap();
    }
    right = Math.max(right, left);
    top = bottom + gap();
  }
  return { width: right, height: top, pieces };
}
