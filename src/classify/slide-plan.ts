// What is classified on a slide: its pieces of tissue or tiles, by the model's rules.
import type { Polygon } from "../annotation/index.ts";
import type { PixelWindow } from "../codec/index.ts";
import {
  type ColourChange,
  type Cut,
  type CuttingRules,
  findOnThumbnail,
  nothingToCut,
  pieceOutlines,
  planCuts,
  readThumbnail,
  type SlideColours,
  slideColours,
  type TissueMap,
} from "../cutting/index.ts";
import type { ReadOptions, Slide } from "../slide/index.ts";
import type { Stopwatch } from "./stopwatch.ts";
import type { SlideOverlay } from "./types.ts";

/** True where a box of level-0 pixels holds tissue. */
export type HoldsTissue = (box: PixelWindow) => boolean;

/** What is to be classified. */
export interface SlidePlan {
  /** `null` where an image is taken as a whole and no tissue can be told on it. */
  readonly map: TissueMap | null;
  readonly cuts: readonly Cut[];
  readonly colours: SlideColours;
  readonly outlines: SlideOverlay["outlines"];
  /** For the tissue of one cut. */
  tissueOf(cut: Cut): HoldsTissue;
  readonly notes: readonly string[];
}

/** How a plan is made. */
export interface PlanOptions extends ReadOptions {
  readonly profile: ColourChange | null;
  readonly watch: Stopwatch;
  /** Called with what was found, before anything is refused. */
  readonly onTissue?: ((map: TissueMap) => void) | undefined;
}

/**
 * Plans the pieces or tiles of a slide.
 *
 * @throws LowmagError `missing-metadata` with the reason "no-tissue"; what reading and finding tissue throw.
 */
export async function planSlide(
  slide: Slide,
  rules: CuttingRules,
  { profile, watch, onTissue, signal }: PlanOptions,
): Promise<SlidePlan> {
  const thumbnail = await watch.time("reading", () => readThumbnail(slide, rules, { signal }));
  return await watch.time("finding", () => {
    const map = findOnThumbnail(slide, rules, thumbnail);
    onTissue?.(map);
    const { cuts, notes } = planCuts({ slide, rules, map, annotations: null });
    if (cuts.length === 0) throw nothingToCut({ where: slide.name, rules, map, look: LOOK, advice: ADVICE });
    return {
      map,
      cuts,
      colours: slideColours({ rules, map }, profile),
      outlines: rules.grid === null ? outlinesOf(pieceOutlines(map)) : [],
      tissueOf: ({ number }) => {
        const { owners } = map.pieces[number - 1]!.map;
        return holdsTissue(map, (k) => owners[k] === number);
      },
      notes,
    };
  });
}

const LOOK = "Look at its thumbnail";
const ADVICE =
  "the rules that the model remembers decide what tissue is, unless told otherwise (`--tissue-threshold`, `--tissue-method`, `--min-area`, `--min-tissue`).";

/** Outlines by the numbers of their pieces. */
export function outlinesOf(polygons: readonly (readonly Polygon[])[]): SlideOverlay["outlines"] {
  return polygons.map((of, i) => ({ piece: i + 1, polygons: of }));
}

/** Parts of a mask pixel below this are rounding. */
const HAIR = 1e-6;

/** Says of boxes whether any mask pixel that they touch holds. */
export function holdsTissue({ mask, scale }: TissueMap, holds: (k: number) => boolean): HoldsTissue {
  const along = (start: number, length: number, size: number, limit: number): [number, number] => [
    Math.max(0, Math.floor(start / size + HAIR)),
    Math.min(limit, Math.ceil((start + length) / size - HAIR)),
  ];
  return ({ left, top, width, height }) => {
    const [x0, x1] = along(left, width, scale.x, mask.width);
    const [y0, y1] = along(top, height, scale.y, mask.height);
    for (let y = y0; y < y1; y++)
      for (let x = x0, k = y * mask.width + x0; x < x1; x++, k++) if (holds(k)) return true;
    return false;
  };
}
