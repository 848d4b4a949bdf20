// OpenSeadragon's view of a slide: a pyramid by halves whose tiles come from a `SlideLibrary` as pictures, not from addresses.
import OpenSeadragon from "openseadragon";
import type { SlideLibrary, SlideView } from "../library.ts";

/** A slide's tiles for OpenSeadragon. Requests that are no longer wanted are given up through their signal. */
export class SlideTiles extends OpenSeadragon.TileSource {
  readonly #library: SlideLibrary;
  readonly #slide: SlideView;

  constructor(library: SlideLibrary, slide: SlideView) {
    const last = Math.ceil(Math.log2(Math.max(slide.width, slide.height, 1)));
    super({
      width: slide.width,
      height: slide.height,
      tileSize: slide.tileSize,
      tileOverlap: 0,
      // Smaller levels than one tile are of no use.
      minLevel: Math.max(0, Math.min(last, Math.floor(Math.log2(slide.tileSize)))),
      maxLevel: last,
      ready: true,
    });
    this.#library = library;
    this.#slide = slide;
  }

  /** Names a tile in the cache; nothing is ever fetched from it. */
  override getTileUrl(level: number, column: number, row: number): string {
    return `slide:${this.#slide.id}/${level}/${column}_${row}`;
  }

  override hasTransparency(): boolean {
    return false;
  }

  override downloadTileStart(job: OpenSeadragon.ImageJob): void {
    const { level, x, y } = job.tile;
    const control = new AbortController();
    job.userData = control;
    this.#library.tile(this.#slide.id, level, x, y, control.signal).then(
      (picture) => job.finish(picture, null, "imageBitmap"),
      (error: unknown) => {
        if (!control.signal.aborted) job.fail(error instanceof Error ? error.message : String(error), null);
      },
    );
  }

  override downloadTileAbort(job: OpenSeadragon.ImageJob): void {
    if (job.userData instanceof AbortController) job.userData.abort();
  }
}
