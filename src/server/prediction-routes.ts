// What a model said of a slide: the record, what is drawn over the slide, and both for other programs. Everything is made
// anew from the checked record under the name that is shown; no file of a results folder is passed on as it is.
import * as z from "zod";
import { overlayJson, predictionJson, type SlidePrediction } from "../classify/index.ts";
import type { KnownSlide } from "./collection.ts";
import { withoutNames } from "./public-words.ts";
import { refusal } from "./refusal.ts";
import { defineRoute, type Route } from "./route.ts";
import { idParameter, overlaySchema, predictionSchema } from "./schemas.ts";
import type { Services } from "./services.ts";

const none = z.object({});
const places = z.object({ id: idParameter, model: idParameter });

/** The routes. */
export function predictionRoutes(services: Services): Route[] {
  return [predictionRoute(services), overlayRoute(services)];
}

function predictionRoute(services: Services): Route {
  return defineRoute({
    method: "get",
    path: "/api/slides/{id}/predictions/{model}",
    name: "getPrediction",
    summary: "A model's record of a slide: the answer, its pieces, and how it was come by.",
    parameters: places,
    query: none,
    answers: { type: "application/json", description: "The record.", schema: predictionSchema },
    refusals: ["not-found", "unprocessable"],
    handle: async ({ parameters: { id, model } }) => {
      const slide = await services.known(id);
      const record = slide === undefined ? null : await services.collection.prediction(slide, model);
      if (slide === undefined || record === null) return noAnswer();
      return text(predictionJson(shownRecord(record, slide, services)), "application/json");
    },
  });
}

function overlayRoute(services: Services): Route {
  return defineRoute({
    method: "get",
    path: "/api/slides/{id}/predictions/{model}/overlay",
    name: "getOverlay",
    summary: "Class activation and outlines of the tissue, in pixels of level 0.",
    parameters: places,
    query: none,
    answers: { type: "application/json", description: "The overlay.", schema: overlaySchema },
    refusals: ["not-found", "unprocessable"],
    handle: async ({ parameters: { id, model } }) => {
      const slide = await services.known(id);
      const overlay = slide === undefined ? null : await services.collection.overlay(slide, model);
      return overlay === null ? noAnswer() : text(overlayJson(overlay), "application/json");
    },
  });
}

/** The record under the shown name, with nothing in its notes that tells the file's. */
export function shownRecord(
  record: SlidePrediction,
  slide: KnownSlide,
  { collection }: Services,
): SlidePrediction {
  const notes = record.notes.map((note) => withoutNames(note, slide.path, slide.name, collection.showNames));
  return { ...record, slide: slide.name, notes };
}

/** Text that nobody keeps. */
export function text(
  content: string,
  type: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(content, {
    headers: { "content-type": type, "cache-control": "no-store", ...headers },
  });
}

export function noAnswer(): Response {
  return refusal("not-found", "There is no answer of this model for this slide.");
}
