// An image that is one tissue image already, as those that a model learns from, as a plan of one piece.
import { isLowmagError } from "../base/index.ts";
import {
  type Cut,
  type CuttingRules,
  findOnThumbnail,
  knownPixelSize,
  pieceOutlines,
  readThumbnail,
  rectangle,
  type TissueMap,
} from "../cutting/index.ts";
import { studentSize } from "../pixels/index.ts";
import { outputSize, type Slide } from "../slide/index.ts";
import { holdsTissue, outlinesOf, type PlanOptions, type SlidePlan } from "./slide-plan.ts";

/** Plans an image as a whole: nothing of it is cut off or changed, and it is never refused for want of tissue. */
export async function planWhole(
  slide: Slide,
  rules: CuttingRules,
  { watch, onTissue, signal }: PlanOptions,
): Promise<SlidePlan> {
  const thumbnail = await watch.time("reading", () => readThumbnail(slide, rules, { signal }));
  return await watch.time("finding", () => {
    const { map, note } = findInImage(slide, rules, thumbnail);
    if (map !== null) onTissue?.(map);
    const isTissue =
      map === null || map.mask.tissueShare === 0 ? null : (k: number) => map.mask.data[k] === 1;
    const cut = wholeCut(slide, rules.mpp[0]!, isTissue === null ? null : map);
    const outlined = map === null ? [] : pieceOutlines(map).flat();
    return {
      map,
      cuts: [cut],
      colours: { change: (image) => image, stain: null },
      outlines: outlinesOf([outlined.length > 0 ? outlined : [rectangle(cut.box)]]),
      tissueOf: () => (isTissue === null ? () => true : holdsTissue(map!, isTissue)),
      notes: note === null ? [] : [note],
    };
  });
}

/** @param map `null` where all of the image counts as tissue. */
function wholeCut(slide: Slide, mpp: number, map: TissueMap | null): Cut {
  const { width, height } = slide.levels[0]!;
  return {
    number: 1,
    mpp,
    box: { left: 0, top: 0, width, height },
    ...wholeSize(slide, mpp),
    tissue: map === null ? 1 : map.mask.tissueShare,
    pen: map === null ? 0 : shareOfOnes(map.pen.data),
    label: null,
    kept: () => null,
  };
}

/**
 * A plain image as training brings it to the model's resolution: every view of an image covers all of it. A slide's levels
 * are read as slides are: the whole of level 0 is too much.
 */
function wholeSize(slide: Slide, mpp: number): Pick<Cut, "width" | "height" | "edgeToEdge"> {
  const level = slide.levels[0]!;
  const { x, y } = knownPixelSize(slide);
  const [width, height] = studentSize(level.width, level.height, (x + y) / 2, mpp);
  const shrinks = width <= level.width && height <= level.height;
  return slide.format === "image" && shrinks ? { width, height, edgeToEdge: true } : outputSize(slide, mpp);
}

/** The tissue of a tissue image, which is for its map and its area alone. */
function findInImage(
  slide: Slide,
  rules: CuttingRules,
  thumbnail: Parameters<typeof findOnThumbnail>[2],
): { map: TissueMap | null; note: string | null } {
  const all = "all of the image counts as tissue";
  try {
    const map = findOnThumbnail(slide, rules, thumbnail);
    return { map, note: map.mask.tissueShare > 0 ? null : `no tissue was told from background: ${all}` };
  } catch (error) {
    if (!isLowmagError(error, "unsupported-format")) throw error;
    return { map: null, note: `${error.got}: ${all}` };
  }
}

function shareOfOnes(data: Uint8Array): number {
  let count = 0;
  for (const value of data) count += value;
  return count / data.length;
}
