// The nouns of a job over many slides, whatever is done to them.
import type { FailureReason } from "../cutting/index.ts";
import type { Split } from "../dataset/index.ts";

/** One slide as the caller lists it. */
export interface ListedSlide {
  /** Absolute path of the file or folder. */
  readonly path: string;
  readonly patient: string | null;
  readonly label: string | null;
  readonly split: Split | null;
  /** Absolute path of an annotation file. */
  readonly annotation: string | null;
  /** µm per pixel of level 0, where the list knows better than the file. */
  readonly mpp: number | null;
  /** Rules for this slide alone, as text, by column name. */
  readonly overrides: Readonly<Record<string, string>>;
  /** For errors: the path, or the list and its line. */
  readonly where: string;
}

/** A slide with its name in the job's folder. */
export interface NamedSlide {
  readonly id: string;
  /** Absolute path of the file or folder. */
  readonly path: string;
}

/** A slide that was set aside. */
export interface SlideFailure {
  /** Its name in the job's folder. */
  readonly slide: string;
  readonly path: string;
  readonly reason: FailureReason;
  /** The whole error message. */
  readonly message: string;
}

/** What a process answers for a slide. */
export type SlideOutcome<Summary> =
  | { readonly kind: "done"; readonly summary: Summary }
  | { readonly kind: "failed"; readonly reason: FailureReason; readonly message: string };

/** How far a slide is, in images. */
export interface SlideProgress {
  readonly done: number;
  readonly total: number;
}
