// A model's answer for a slide with what is drawn of it, and how the shown class is chosen.
import { useMemo } from "preact/hooks";
import type { SlideOverlay, SlidePrediction } from "../../src/classify/index.ts";
import type { ModelView, SlideLibrary, SlideRow } from "../library.ts";
import { Drawing } from "./drawing.ts";
import { type Loaded, useLoaded } from "./use-loaded.ts";

/** What a model says of a slide. */
export interface Answer {
  readonly model: ModelView;
  readonly prediction: SlidePrediction;
  readonly overlay: SlideOverlay | null;
  readonly drawing: Drawing | null;
  /** Its pieces are the tiles of a grid. */
  readonly isTiled: boolean;
}

/** Loads a model's answer for a slide; ready with `null` where there is none, or no model. */
export function useAnswer(
  library: SlideLibrary,
  row: SlideRow | null,
  slide: string,
  model: ModelView | null,
): Loaded<Answer | null> {
  const known = row?.answers.find((answer) => answer.model === model?.id) ?? null;
  const loaded = useLoaded(
    () => (model === null ? Promise.resolve(null) : loadAnswer(library, slide, model)),
    // Asked for anew when the row says that the answer is another.
    [slide, model?.id ?? null, known],
  );
  return useMemo(() => loaded, [loaded]);
}

async function loadAnswer(library: SlideLibrary, slide: string, model: ModelView): Promise<Answer | null> {
  const [prediction, overlay] = await Promise.all([
    library.prediction(slide, model.id),
    library.overlay(slide, model.id),
  ]);
  if (prediction === null) return null;
  const drawing = overlay === null ? null : new Drawing(prediction, overlay);
  const isTiled = overlay?.maps.some(({ piece }) => piece === null) === true;
  return { model, prediction, overlay, drawing, isTiled };
}

/** The answer where it is there. */
export function readyAnswer(loaded: Loaded<Answer | null>): Answer | null {
  return loaded.state === "ready" ? loaded.value : null;
}

/** The class to show: the one asked for where the model has it, else the one it answered. */
export function shownClass(answer: Answer | null, asked: string | null): string | null {
  if (answer === null) return asked;
  return asked !== null && answer.prediction.model.classes.includes(asked)
    ? asked
    : answer.prediction.answer.label;
}
