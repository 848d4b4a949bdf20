// What a model said of a slide: the record, what is drawn over the slide, and both for other programs. Everything is made
// anew from the checked record under the name that is shown; no file of a results folder is passed on as it is.
import * as z from "zod";
import {
  heatPicture,
  overlayJson,
  predictionGeoJson,
  predictionJson,
  type SlidePrediction,
} from "../classify/index.ts";
import { encodeRgbaPng } from "../image/index.ts";
import type { KnownSlide } from "./known-slide.ts";
import { withoutNames } from "./public-words.ts";
import { refusal } from "./refusal.ts";
import { defineRoute, type Route } from "./route.ts";
import { idParameter, overlaySchema, predictionSchema } from "./schemas.ts";
import type { Services } from "./services.ts";
import { body } from "./viewer-files.ts";

const none = z.object({});
const places = z.object({ id: idParameter, model: idParameter });

/** The routes. */
export function predictionRoutes(services: Services): Route[] {
  return [predictionRoute(services), overlayRoute(services), objectsRoute(services), heatRoute(services)];
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

function objectsRoute(services: Services): Route {
  return defineRoute({
    method: "get",
    path: "/api/slides/{id}/predictions/{model}/objects.geojson",
    name: "getObjects",
    summary: "Pieces, and cells where asked for, as objects that QuPath opens.",
    parameters: places,
    query: z.object({
      origin: z
        .enum(["slide", "bounds"])
        .default("slide")
        .meta({ description: "Where (0, 0) lies: the corner of level 0, or of the scanned part." }),
      objects: z
        .enum(["pieces", "cells", "both"])
        .default("pieces")
        .meta({ description: "What is written." }),
    }),
    answers: { type: "application/geo+json", description: "GeoJSON." },
    refusals: ["not-found", "unprocessable"],
    handle: async ({ parameters: { id, model }, query }) => {
      const found = await answerOf(services, id, model);
      if (found === null) return noAnswer();
      const record = shownRecord(found.record, found.slide, services);
      return text(predictionGeoJson(record, found.overlay, query), "application/geo+json", {
        "content-disposition": 'attachment; filename="objects.geojson"',
      });
    },
  });
}

/** Longer side of a heat map's picture in pixels. */
const HEAT_SIDE = 1024;

function heatRoute(services: Services): Route {
  return defineRoute({
    method: "get",
    path: "/api/slides/{id}/predictions/{model}/heatmap/{picture}",
    name: "getHeatMap",
    summary: `One class's activation over the whole slide, ${HEAT_SIDE} pixels at its longer side.`,
    parameters: places.extend({
      picture: z
        .string()
        .regex(/^\d{1,4}\.png$/)
        .meta({ description: "{class}.png: the class by its place among the model's, from 0." }),
    }),
    query: none,
    answers: { type: "image/png", description: "A picture with transparency." },
    refusals: ["not-found", "unprocessable"],
    handle: async ({ parameters: { id, model, picture } }) => {
      const found = await answerOf(services, id, model);
      const index = Number.parseInt(picture, 10);
      if (found === null || index >= found.overlay.classes.length) return noAnswer();
      const { width, height } = found.record.facts;
      const factor = HEAT_SIDE / Math.max(width, height);
      const size = { width: side(width * factor), height: side(height * factor) };
      const heat = heatPicture(found.overlay, index, { left: 0, top: 0, width, height }, size);
      const headers = { "content-type": "image/png", "cache-control": "no-store" };
      return new Response(body(await encodeRgbaPng(heat)), { headers });
    },
  });
}

function side(length: number): number {
  return Math.max(1, Math.round(length));
}

/** Record and overlay; `null` where one is missing. */
async function answerOf(services: Services, id: string, model: string) {
  const slide = await services.known(id);
  if (slide === undefined) return null;
  const record = await services.collection.prediction(slide, model);
  const overlay = await services.collection.overlay(slide, model);
  return record === null || overlay === null ? null : { slide, record, overlay };
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
