// Why a slide gives no images although it can be read: coarser than asked, or without tissue by the rules.
import { fail } from "../base/index.ts";
import { FINEST_SHARE, type Slide } from "../slide/index.ts";
import { withReason } from "./failure-reason.ts";
import type { ImageRules } from "./rules.ts";
import { knownPixelSize, type TissueMap } from "./tissue-map.ts";

/** Who asked for a resolution, and what to do where a slide cannot give it. */
export interface ResolutionWish {
  /** As the message ends: "as `--mpp` asks". */
  readonly asked: string;
  readonly fix: string;
}

/**
 * Checks that a slide is fine enough for images at some µm/px.
 *
 * @throws LowmagError `invalid-argument` with the reason "too-coarse"; `missing-metadata` for a slide of unknown µm/px.
 */
export function checkFineEnough(
  slide: Slide,
  mpps: readonly number[],
  { asked, fix }: ResolutionWish = {
    asked: "as `--mpp` asks",
    fix: "Ask for a coarser `--mpp`, or leave this slide out.",
  },
): void {
  const { x, y } = knownPixelSize(slide);
  const finest = Math.max(x, y);
  const tooFine = mpps.find((mpp) => mpp < FINEST_SHARE * finest);
  if (tooFine === undefined) return;
  throw withReason(
    fail("invalid-argument", {
      where: slide.name,
      expected: `a slide of at least ${tooFine} µm per pixel, ${asked}`,
      got: `${finest} µm per pixel at its finest`,
      fix,
    }),
    "too-coarse",
  );
}

/** A slide on which the rules found nothing to cut. */
export interface EmptySlide {
  readonly where: string;
  readonly rules: Pick<ImageRules, "grid" | "minTissue" | "minArea" | "cutBy">;
  readonly map: TissueMap;
  /** How the fix begins: where to look for oneself. */
  readonly look: string;
  /** How it ends. Default: the options of `lowmag prepare` that would find more. */
  readonly advice?: string;
}

/** The error of a slide on which the rules found nothing to cut: `missing-metadata` with the reason "no-tissue". */
export function nothingToCut({ where, rules, map, look, advice }: EmptySlide): Error {
  const { tissueShare, threshold, method } = map.mask;
  const share = Number((100 * tissueShare).toPrecision(3));
  const found = `${share} % of the slide is tissue, by ${method} above ${Number(threshold.toPrecision(4))}`;
  const { got, fix } = whyNothing(rules, tissueShare > 0);
  return withReason(
    fail("missing-metadata", {
      where,
      expected: rules.cutBy === "annotations" ? "annotated tissue to cut" : "tissue to cut",
      got: `${got} (${found})`,
      fix: `${look}; ${advice ?? fix}`,
    }),
    "no-tissue",
  );
}

function whyNothing(
  { grid, minTissue, minArea, cutBy }: EmptySlide["rules"],
  hasTissue: boolean,
): { got: string; fix: string } {
  if (!hasTissue) return { got: "none", fix: "try `--tissue-threshold` or another `--tissue-method`." };
  if (grid !== null)
    return {
      got: `no tile of ${grid} pixels with ${100 * minTissue} % tissue`,
      fix: "try a smaller `--min-tissue`, or a finer `--mpp`.",
    };
  if (cutBy === "annotations") return { got: "no region on the slide", fix: "is it the file of this slide?" };
  return { got: `only pieces below ${minArea} mm²`, fix: "try a smaller `--min-area`." };
}
