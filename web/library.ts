// What the viewer shows, wherever it comes from: a server that holds slides and results, or the page itself, where the
// slide never leaves the machine. The viewer knows only this.
import type { SlideOverlay, SlidePrediction } from "../src/classify/index.ts";

/** A model whose answers can be shown. */
export interface ModelView {
  /** Opaque, stable while the program runs; safe in an address. */
  readonly id: string;
  readonly name: string;
  readonly classes: readonly string[];
  /** µm per pixel. */
  readonly mpp: number;
}

/** One model's answer for a slide, as the table shows it. */
export interface AnswerView {
  /** Id of a {@link ModelView}. */
  readonly model: string;
  readonly label: string;
  /** In the order of the model's classes. */
  readonly probabilities: readonly number[];
  readonly pieces: number;
  /** mm². */
  readonly tissueArea: number;
}

/** A slide as the table shows it. */
export interface SlideRow {
  /** Opaque, stable; safe in an address. */
  readonly id: string;
  /** "Slide 1", or the file's name where names may be shown. */
  readonly name: string;
  readonly truth: string | null;
  readonly answers: readonly AnswerView[];
  /**
   * Largest total variation distance between two models' probabilities of classes of the same names, 0 to 1; `null` with
   * fewer than two answers.
   */
  readonly disagreement: number | null;
  /** Why there is no answer, in a sentence; `null` where there is one. */
  readonly problem: string | null;
}

/** A slide as the viewer opens it: a pyramid in the manner of Deep Zoom, whose last level is level 0 of the slide. */
export interface SlideView {
  readonly id: string;
  readonly name: string;
  /** Of level 0, in pixels. */
  readonly width: number;
  readonly height: number;
  /** µm per pixel of level 0; `null` where it is not known: no scale bar then. */
  readonly mpp: { readonly x: number; readonly y: number } | null;
  readonly objective: number | null;
  /** Side of tiles in pixels; they do not overlap. */
  readonly tileSize: number;
  /** Facts for a person: format, size, where the µm/px came from. */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
}

/** A file of a slide's answer that a person can keep. */
export interface Download {
  /** "Pieces (CSV)". */
  readonly label: string;
  /** Name under which it is saved. */
  readonly file: string;
  load(): Promise<Blob>;
}

/** Where slides and answers come from. Every call rejects with an `Error` whose message can be shown. */
export interface SlideLibrary {
  readonly kind: "server" | "page";
  models(): Promise<readonly ModelView[]>;
  slides(): Promise<readonly SlideRow[]>;
  slide(id: string): Promise<SlideView>;
  /**
   * One tile, as a picture that a canvas can draw. Level `n` has ceil(width / 2^(last - n)) columns of pixels, where
   * last = ceil(log2(max(width, height))), as in Deep Zoom.
   */
  tile(id: string, level: number, column: number, row: number, signal: AbortSignal): Promise<ImageBitmap>;
  /** The whole slide, at most 512 pixels on a side. */
  thumbnail(id: string): Promise<ImageBitmap>;
  /** `null` where the model has no answer for the slide. */
  prediction(slide: string, model: string): Promise<SlidePrediction | null>;
  overlay(slide: string, model: string): Promise<SlideOverlay | null>;
  /** What can be kept of a model's answer for a slide; asked only where there is one. */
  downloads(slide: string, model: string): readonly Download[];
  /** Called when rows or answers changed. Returns what stops the calls. */
  subscribe(listener: () => void): () => void;
}
