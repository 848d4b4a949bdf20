// What a source of images (a folder, a manifest) says about each file before the file itself is opened.

import { fail } from "../base/index.ts";
import type { RememberedRules } from "../cutting/index.ts";
import type { SlideCut, Split } from "./types.ts";

/** An image as its source describes it. */
export interface FoundImage {
  readonly id: string;
  /** Absolute path. */
  readonly path: string;
  readonly label: string | null;
  readonly patient: string | null;
  readonly split: Split | null;
  /** µm/px given by a manifest. */
  readonly manifestMpp: number | null;
  /** µm/px that the name of the folder stands for (`data_10x`). */
  readonly folderMpp: number | null;
  readonly cut?: SlideCut;
}

/** Files that were not taken, all for one reason. */
export interface LeftOut {
  readonly reason: string;
  readonly count: number;
  /** A few of them. */
  readonly examples: readonly string[];
}

/** All that one source holds. */
export interface Source {
  readonly images: readonly FoundImage[];
  /** Classes that the source names, also those without an image; `null` when it names none of itself. */
  readonly classes: readonly string[] | null;
  /** Things that a person should know: files left out, columns ignored. */
  readonly notes: readonly string[];
  /** Images that are there and were not taken; absent for none. */
  readonly leftOut?: readonly LeftOut[];
  /** How the images were cut from slides, in sentences; absent where nothing says so. */
  readonly preparation?: readonly string[];
  /** The rules of that, as data; `null` or absent where nothing says so or sources differ. */
  readonly rules?: RememberedRules | null;
}

/** The number of things, in words: `plural(1, "image")` = "1 image". */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : noun.endsWith("s") ? "es" : "s"}`;
}

/** The error for a source without a single image. */
export function noImages(where: string, got = "none"): Error {
  return fail("not-found", {
    where,
    expected: "images (.png, .jpg, .jpeg, .webp, .tif, .tiff)",
    got,
    fix: "Give a folder with one folder of images per class, or a manifest (CSV with the columns image, label, patient, split, mpp).",
  });
}
