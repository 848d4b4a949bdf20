// What is being done with each dropped slide, as plain data for the page to show.
import type { SlideOverlay, SlidePrediction } from "../../src/classify/index.ts";
import type { SlideCard } from "./shelf.ts";

/** How far a slide is. */
export type JobState =
  | { readonly kind: "opening" }
  /** The file does not say how large its pixels are. */
  | { readonly kind: "asking" }
  | { readonly kind: "waiting" }
  | { readonly kind: "running"; readonly since: number; readonly done: number; readonly total: number }
  | { readonly kind: "done"; readonly prediction: SlidePrediction; readonly overlay: SlideOverlay }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "cancelled" };

/** One dropped slide. */
export interface Job {
  /** Counted from 1; also the name of the slide in addresses. */
  readonly id: string;
  readonly name: string;
  /** `null` while it is being opened, and when it could not be. */
  readonly card: SlideCard | null;
  readonly state: JobState;
}

/** True for a job that is not over. */
export function isUnderWay({ state }: Job): boolean {
  return ["opening", "asking", "waiting", "running"].includes(state.kind);
}

/** "opening", "waiting", "piece 2 of 5". */
export function stateText(state: JobState): string {
  if (state.kind === "opening") return "Opening";
  if (state.kind === "asking") return "How large are its pixels?";
  if (state.kind === "waiting") return "Waiting";
  if (state.kind === "cancelled") return "Cancelled";
  if (state.kind === "failed") return state.message;
  if (state.kind === "done") return `${secondsText(state.prediction.seconds.total)}`;
  if (state.total === 0) return "Finding tissue";
  return `Classifying ${Math.min(state.done + 1, state.total)} of ${state.total}`;
}

/** "0.42 s", "12.3 s", "3 min 20 s". */
export function secondsText(seconds: number): string {
  if (seconds < 1) return `${seconds.toFixed(2)} s`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
