// The nouns of the search for leaks: pairs of images that must not stand in two splits, and what was compared to find them.
import type { Split, TissueImage } from "./types.ts";

/** Why two images must not be in two splits. */
export type LeakKind = "patient" | "identical file" | "near-duplicate" | "slide cut twice";

/** An image of a pair. */
export interface LeakImage {
  readonly id: string;
  readonly path: string;
  readonly label: string | null;
  readonly patient: string | null;
  /** The split that its use puts it in: unlabelled tissue without a split is trained on. `null` = in none. */
  readonly split: Split | null;
}

/**
 * Takes (x, y) of the first image to (m0 x + m1 y + m2, m3 x + m4 y + m5) of the second, in pixels as stored with their centres
 * at whole numbers.
 */
export type PixelMap = readonly [number, number, number, number, number, number];

/** Two images that belong together. */
export interface LeakPair {
  readonly kind: LeakKind;
  readonly first: LeakImage;
  readonly second: LeakImage;
  /**
   * Of near-duplicates the likeness of the aligned pictures (see `compareAligned`); of boxes of one slide the share of the
   * smaller that the other covers; else 1.
   */
  readonly score: number;
  /** What is known of the pair, in words: "turned by 17°, enlarged 1.2 times", "patient P-07". */
  readonly how: string;
  /** Where the second shows what the first shows; `null` where no pixels were compared. */
  readonly map: PixelMap | null;
  /** A leak stops the run; an allowed pair stands on the list; a pair within one split (or of images in none) harms nothing. */
  readonly state: "leak" | "allowed" | "within";
}

/** One check, as a study's record keeps it. */
export interface LeakCheck {
  /** "patients", "identical files", "near-duplicates", "slides cut twice". */
  readonly name: string;
  /** What was compared, in words: "4,321 images, 1.2 million pairs". */
  readonly compared: string;
  /** Pairs found that were let pass by name. */
  readonly allowed: number;
  /** Wall seconds. */
  readonly seconds: number;
}

/** All that was found. */
export interface LeakReport {
  readonly checks: readonly LeakCheck[];
  /** Leaks first, then allowed pairs, then those within a split; of equal state the likest first. */
  readonly pairs: readonly LeakPair[];
  /** Remarks in whole sentences: pairs within a split, images that could not be compared. */
  readonly notes: readonly string[];
}

/** What one check adds to the report. */
export interface LeakFindings {
  readonly compared: string;
  readonly pairs: readonly FoundPair[];
  readonly notes: readonly string[];
}

/** A pair as a check finds it; whether it is a leak is decided afterwards. */
export interface FoundPair {
  readonly first: TissueImage;
  readonly second: TissueImage;
  readonly score: number;
  readonly how: string;
  readonly map?: PixelMap;
}

/** The split that an image's use puts it in; `null` for a labelled image that is set aside. */
export function splitInUse({ label, split }: TissueImage): Split | null {
  return split ?? (label === null ? "train" : null);
}
