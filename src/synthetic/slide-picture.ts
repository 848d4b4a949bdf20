// A slide as a picture that is drawn band by band: glass, dust, a pen mark, and pieces of tissue, each painted when the
// first of its rows is asked for and forgotten after the last, so that memory holds one row of pieces.
import type { RgbImage } from "../pixels/index.ts";
import type { Generator } from "../random/index.ts";
import type { Glass } from "./slide-glass.ts";
import type { Placed, SlideLayout } from "./slide-layout.ts";

/** Paints a piece by its number in the layout. */
export type PaintPiece = (number: number) => RgbImage;

/** Rows of a slide, asked for from top to bottom. */
export class SlidePicture {
  readonly #layout: SlideLayout;
  readonly #glass: Glass;
  readonly #paint: PaintPiece;
  readonly #painted = new Map<number, RgbImage>();

  constructor(layout: SlideLayout, glass: Glass, paint: PaintPiece) {
    this.#layout = layout;
    this.#glass = glass;
    this.#paint = paint;
  }

  /** The next rows, whole. */
  read(top: number, rows: number): RgbImage {
    const { width, pieces } = this.#layout;
    const band = { width, height: rows, data: new Uint8Array(3 * width * rows) };
    this.#glass.paint(band, top);
    pieces.forEach((place, number) => {
      if (place.top >= top + rows || place.top + place.height <= top) return;
      const image = this.#painted.get(number) ?? this.#paint(number);
      overlay(band, top, image, place);
      if (place.top + place.height > top + rows) this.#painted.set(number, image);
      else this.#painted.delete(number);
    });
    return band;
  }
}

function overlay(band: RgbImage, top: number, image: RgbImage, place: Placed): void {
  const first = Math.max(top, place.top);
  const last = Math.min(top + band.height, place.top + place.height);
  for (let y = first; y < last; y++) {
    const from = 3 * (y - place.top) * image.width;
    band.data.set(
      image.data.subarray(from, from + 3 * image.width),
      3 * ((y - top) * band.width + place.left),
    );
  }
}

/** The number of pieces that are out of focus: now and then one. */
export function drawBlurred(pieces: number, artefacts: number, generator: Generator): boolean[] {
  return Array.from({ length: pieces }, () => generator.bernoulli(0.06 * artefacts));
}
