// Pixels of an open slide as Deep Zoom wants them. A level of the slide that is the wanted level is read as it is; any
// other is averaged exactly from the nearest finer one. The coarsest levels come from one overview, read once: a slide
// without a pyramid would otherwise be read from end to end for each of them.

import { cropImage, type RgbImage, resampleArea } from "../pixels/index.ts";
import {
  type DeepZoomPlan,
  levelSize,
  overviewLevel,
  type PlannedTile,
  planDeepZoom,
} from "./deep-zoom-plan.ts";
import { levelForMpp, readAtMpp } from "./read-at-mpp.ts";
import type { Slide } from "./types.ts";

/** Longer side of the overview at most, in pixels. */
export const OVERVIEW_SIDE = 1024;

/** A slide with what is needed to answer for its tiles. */
export class SlidePixels {
  readonly slide: Slide;
  readonly plan: DeepZoomPlan;
  /** The slide with pixels of one unit, so that µm/px are pixels of level 0 per pixel. */
  readonly #inPixels: Slide;
  readonly #overviewLevel: number;
  #overview: Promise<RgbImage> | null = null;

  constructor(slide: Slide, tileSize: number) {
    const { width, height } = slide.levels[0]!;
    this.slide = slide;
    this.#inPixels = { ...slide, mpp: { x: 1, y: 1 } };
    this.plan = planDeepZoom(width, height, tileSize);
    this.#overviewLevel = overviewLevel(this.plan, OVERVIEW_SIDE);
  }

  /**
   * A tile as the slide stores it, a complete JPEG, where the slide has this very tile; else `null`, and {@link tile}
   * makes it. Errors as `Slide.readJpegTile`.
   */
  async storedTile(
    level: number,
    { left, top, width, height, scale }: PlannedTile,
  ): Promise<Uint8Array | null> {
    const { tileSize } = this.plan;
    if (level < this.#overviewLevel || width < tileSize || height < tileSize) return null;
    const { index, same } = this.#levelAt(scale);
    const { tileWidth, tileHeight } = this.slide.levels[index]!;
    if (!same || tileWidth !== tileSize || tileHeight !== tileSize) return null;
    return await this.slide.readJpegTile(index, left / tileSize, top / tileSize);
  }

  /** Pixels of a tile. @throws LowmagError as every reading of a slide. */
  async tile(level: number, tile: PlannedTile, signal?: AbortSignal): Promise<RgbImage> {
    if (level > this.#overviewLevel) return await this.#read(tile, signal);
    const whole = await this.#levelFromOverview(level);
    return cropImage(whole, tile);
  }

  /** The whole slide, its longer side at most `side` (up to {@link OVERVIEW_SIDE}). */
  async thumbnail(side: number): Promise<RgbImage> {
    const overview = await this.#readOverview();
    const factor = Math.min(1, side / Math.max(overview.width, overview.height));
    const scaled = (length: number) => Math.max(1, Math.round(length * factor));
    return resampleArea(overview, scaled(overview.width), scaled(overview.height));
  }

  async #levelFromOverview(level: number): Promise<RgbImage> {
    const overview = await this.#readOverview();
    if (level === this.#overviewLevel) return overview;
    const { width, height } = levelSize(this.plan, level);
    return resampleArea(overview, width, height);
  }

  /** Read once, by whoever asks first; a failure is not kept. Nobody's leaving stops it, for others will want it. */
  #readOverview(): Promise<RgbImage> {
    if (this.#overview !== null) return this.#overview;
    const { width, height, scale } = levelSize(this.plan, this.#overviewLevel);
    const reading = this.#read({ left: 0, top: 0, width, height, scale });
    this.#overview = reading;
    reading.catch(() => {
      this.#overview = null;
    });
    return reading;
  }

  async #read(tile: PlannedTile, signal?: AbortSignal): Promise<RgbImage> {
    const { left, top, width, height, scale } = tile;
    const { index, same } = this.#levelAt(scale);
    if (same) return await this.slide.readRegion(index, { left, top, width, height }, { signal });
    const window = { left: left * scale, top: top * scale, width: width * scale, height: height * scale };
    return await readAtMpp(this.#inPixels, scale, window, { signal });
  }

  /** The level of the slide to read from, and whether it is the wanted one. */
  #levelAt(scale: number): { readonly index: number; readonly same: boolean } {
    const index = levelForMpp(this.#inPixels, scale);
    const level = this.slide.levels[index]!;
    // Scanners drop what does not fill a pixel: a level within one pixel of the wanted size is the wanted level.
    const same =
      Math.abs(level.width - this.plan.width / scale) < 1 &&
      Math.abs(level.height - this.plan.height / scale) < 1;
    return { index, same };
  }
}
