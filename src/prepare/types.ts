// The nouns of the prepare room: a slide on the list, the rules by which it is cut, and what is recorded of it. All of it
// is plain data that crosses to a worker process or stands in a file.

import type { SlideFacts } from "../classify/index.ts";
import type { PixelWindow } from "../codec/index.ts";
import type { CutBasis, ImageRules, RegionLabelRules } from "../cutting/index.ts";
import type { ListedSlide, NamedSlide } from "../jobs/index.ts";
import type { StainEstimate } from "../stain/index.ts";
import type { LevelDifference } from "./level-check.ts";

/** How tissue images are stored. */
export type StoredFormat = "png" | "webp" | "jpeg";

/**
 * Everything that decides which pixels are written. Flat, with the names of the options, so that a changed rule can be
 * named and a list of slides can override one by its column.
 */
export interface PrepareRules extends ImageRules, RegionLabelRules {
  /** Resolutions to write in µm per pixel, finest first. */
  readonly mpp: readonly number[];
  readonly backend: "auto" | "own" | "openslide";
  /** Images are made from the nearest level that is finer, or all from level 0. */
  readonly readFrom: "nearest" | "finest";
  /** Where an annotation file's (0, 0) lies: at the corner of level 0, or of the slide's scanned part. */
  readonly annotationOrigin: "slide" | "bounds";
  /** Labels whose regions are cut out of all others. */
  readonly negativeLabels: readonly string[];
  readonly dropBlurred: boolean;
  readonly format: StoredFormat;
  /** Of JPEG, 1 to 100. */
  readonly quality: number;
}

/** A slide with its name in the data set and its own rules. */
export interface PlannedSlide extends Omit<ListedSlide, "overrides">, NamedSlide {
  readonly rules: PrepareRules;
}

/** All that the plan of a slide is made from. */
export type PrepareBasis = CutBasis<PrepareRules>;

/** One written tissue image or tile. */
export interface ImageRecord {
  /** µm per pixel of the image. */
  readonly mpp: number;
  /** Path below the folder of its resolution, with "/". */
  readonly file: string;
  readonly bytes: number;
  /** SHA-256 of the file. */
  readonly sha256: string;
  /** Of the image, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Number of the piece or tile on its slide, from 1. */
  readonly number: number;
  /** Where it was cut, in pixels of level 0. */
  readonly box: PixelWindow;
  readonly label: string | null;
  /** Share of the image's area that is tissue, 0 to 1. */
  readonly tissue: number;
  /** Width of the blur in µm; `null` where there are too few edges to tell. */
  readonly blur: number | null;
  /** Blurred beyond what the tissue room calls sharp at this resolution. */
  readonly blurred: boolean;
  /** Share of the image's area under pen marks. */
  readonly pen: number;
}

/** Why an image was measured but not written. */
export interface DroppedImage {
  readonly mpp: number;
  readonly number: number;
  readonly reason: "blurred";
}

/** What is known of the slide's file. Nothing here identifies a person. */
export interface SourceFacts extends SlideFacts {
  /** SHA-256 of the file, or of the sorted hashes of a folder's files; `null` when hashing was switched off. */
  readonly sha256: string | null;
  readonly bytes: number;
  /** Changes when the file is written to: a hash over sizes and times. */
  readonly state: string;
}

/** A finished slide, as `slides/<id>/slide.json` keeps it. */
export interface SlideRecord {
  readonly slide: string;
  /** Hash over rules, list entry and versions: a record with another one is not used again. */
  readonly fingerprint: string;
  readonly source: SourceFacts;
  /** How far the levels that were read are from area means of level 0. */
  readonly levels: readonly LevelDifference[];
  /** The threshold that the tissue method used. */
  readonly threshold: number | null;
  /** What stain normalisation found of the slide; `null` without it. */
  readonly stain: StainEstimate | null;
  /** Tissue found on the whole slide, in mm². */
  readonly tissueArea: number;
  readonly images: readonly ImageRecord[];
  readonly dropped: readonly DroppedImage[];
  /** Remarks for a person. */
  readonly notes: readonly string[];
}

/** Images of one resolution. */
export interface ResolutionCount {
  readonly mpp: number;
  readonly images: number;
  readonly pixels: number;
}

/** What is known of a finished or planned slide. */
export interface SlideSummary {
  readonly resolutions: readonly ResolutionCount[];
  readonly blurred: number;
  readonly dropped: number;
  /** mm². */
  readonly tissueArea: number;
  readonly notes: readonly string[];
}
