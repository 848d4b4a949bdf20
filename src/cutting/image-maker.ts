// Makes one tissue image: read at its µm/px, colours, stain, white outside the piece, and how sharp it is.
import type { PixelWindow } from "../codec/index.ts";
import { cropImage, type RgbImage, resampleArea } from "../pixels/index.ts";
import { type ReadOptions, readAtMpp, type Slide } from "../slide/index.ts";
import { blurLimit, blurScore } from "../tissue/index.ts";
import type { SlideColours } from "./colours.ts";
import type { Cut } from "./cuts.ts";
import { knownPixelSize, type TissueMap } from "./tissue-map.ts";
import { fillWhite } from "./white-fill.ts";

/** An image and how blurred it is. */
export interface MadeImage {
  readonly image: RgbImage;
  /** µm, or `null` where there are too few edges to tell. */
  readonly blur: number | null;
  readonly blurred: boolean;
}

/** Makes the images of one slide. */
export class ImageMaker {
  constructor(
    readonly slide: Slide,
    readonly map: Pick<TissueMap, "scale">,
    readonly colours: SlideColours,
  ) {}

  async make(cut: Cut, options: ReadOptions): Promise<MadeImage> {
    return this.finish(cut, await this.read(cut, options));
  }

  /** The pixels as they stand on the slide. */
  async read(cut: Cut, options: ReadOptions): Promise<RgbImage> {
    if (cut.edgeToEdge !== true) return await readAtMpp(this.slide, cut.mpp, cut.box, options);
    return resampleArea(await this.slide.readRegion(0, cut.box, options), cut.width, cut.height);
  }

  /** The image of pixels that {@link read} gave; they may be changed. */
  finish(cut: Cut, pixels: RgbImage): MadeImage {
    const image = this.colours.change(pixels);
    const kept = cut.kept();
    if (kept !== null) {
      const { x, y } = knownPixelSize(this.slide);
      fillWhite(image, kept, cut.box, { x: cut.mpp / x, y: cut.mpp / y }, this.map.scale);
    }
    const blur = blurOf(image, cut.mpp);
    return { image, blur, blurred: blur !== null && blur > blurLimit(cut.mpp) };
  }
}

/** Side of the blocks in which blur is measured: memory for one block at a time. */
const BLOCK = 2048;

/** Blur of an image: that of its block, or the median of its blocks' where it is larger than one. */
export function blurOf(image: RgbImage, mpp: number): number | null {
  const scores: number[] = [];
  for (const block of blocksOf(image)) {
    const score = blurScore(cropImage(image, block), mpp);
    if (score !== null) scores.push(score);
  }
  scores.sort((a, b) => a - b);
  return scores[Math.floor((scores.length - 1) / 2)] ?? null;
}

/** Equal blocks of at most {@link BLOCK} pixels on a side. */
function* blocksOf({ width, height }: RgbImage): Generator<PixelWindow> {
  const columns = Math.ceil(width / BLOCK);
  const rows = Math.ceil(height / BLOCK);
  const edge = (i: number, count: number, size: number) => Math.floor((i * size) / count);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const left = edge(column, columns, width);
      const top = edge(row, rows, height);
      yield {
        left,
        top,
        width: edge(column + 1, columns, width) - left,
        height: edge(row + 1, rows, height) - top,
      };
    }
}
