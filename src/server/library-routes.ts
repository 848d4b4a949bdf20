// The models, the table of slides, and one slide as the viewer opens it.
import * as z from "zod";
import type { KnownModel, KnownSlide } from "./known-slide.ts";
import type { OpenFacts } from "./picture-protocol.ts";
import { busy } from "./refusal.ts";
import { defineRoute, type Route } from "./route.ts";
import {
  idParameter,
  type ModelView,
  modelViewSchema,
  type SlideView,
  slideRowSchema,
  slideViewSchema,
} from "./schemas.ts";
import type { Services } from "./services.ts";
import { slideTable } from "./slide-table.ts";
import type { UploadModel } from "./upload-service.ts";

const none = z.object({});

/** Answers with JSON that nobody keeps. */
export function json(value: unknown): Response {
  return new Response(JSON.stringify(value), {
    headers: { "content-type": "application/json", "cache-control": "no-store" },
  });
}

/** The routes. */
export function libraryRoutes(services: Services): Route[] {
  const { collection } = services;
  return [
    defineRoute({
      method: "get",
      path: "/api/models",
      name: "listModels",
      summary: "The models whose answers can be shown.",
      parameters: none,
      query: none,
      answers: { type: "application/json", description: "Models.", schema: z.array(modelViewSchema) },
      refusals: [],
      handle: async () => {
        await collection.refresh();
        return json(collection.models.map(modelView));
      },
    }),
    defineRoute({
      method: "get",
      path: "/api/predict",
      name: "listUploadModels",
      summary: "The models that classify uploaded images.",
      parameters: none,
      query: none,
      answers: { type: "application/json", description: "Models.", schema: z.array(modelViewSchema) },
      refusals: [],
      handle: () => json(services.uploads.map(modelView)),
    }),
    defineRoute({
      method: "get",
      path: "/api/slides",
      name: "listSlides",
      summary: "The table of slides with the answers of all models.",
      parameters: none,
      query: none,
      answers: { type: "application/json", description: "Slides.", schema: z.array(slideRowSchema) },
      refusals: [],
      handle: async () => json(await slideTable(collection)),
    }),
    defineRoute({
      method: "get",
      path: "/api/slides/{id}",
      name: "getSlide",
      summary: "One slide: its size, µm per pixel, and how its tiles are asked for.",
      parameters: z.object({ id: idParameter }),
      query: none,
      answers: { type: "application/json", description: "The slide.", schema: slideViewSchema },
      refusals: ["not-found", "unprocessable", "busy"],
      handle: async ({ parameters, signal }) => {
        const found = await services.find(parameters.id);
        if (found.kind === "refused") return found.answer;
        const facts = await services.pictures.facts(found.source, signal);
        return facts.busy ? busy() : json(slideView(found.slide, facts.value));
      },
    }),
  ];
}

function modelView({ id, name, classes, mpp }: KnownModel | UploadModel): ModelView {
  return { id, name, classes: [...classes], mpp };
}

function slideView({ id, name }: KnownSlide, facts: OpenFacts): SlideView {
  const { width, height, mpp, objective, tileSize } = facts;
  return { id, name, width, height, mpp, objective, tileSize, facts: factsForPeople(facts) };
}

function factsForPeople(facts: OpenFacts): SlideView["facts"] {
  const { format, vendor, width, height, levels, mpp, mppSource, objective, decoder } = facts;
  const number = (value: number) => String(Number(value.toPrecision(4)));
  const size =
    mpp === null
      ? "not stated"
      : `${mpp.x === mpp.y ? number(mpp.x) : `${number(mpp.x)} x ${number(mpp.y)}`} (${mppSource ?? "unknown"})`;
  const rows: [string, string][] = [
    ["Format", vendor === "" ? format : `${format}, ${vendor}`],
    ["Size", `${width} x ${height} px`],
    ["Levels", `${levels}`],
    ["µm per pixel", size],
    ["Objective", objective === null ? "not stated" : `${number(objective)}x`],
    ["Decoder", decoder],
  ];
  return rows.filter(([, value]) => value !== "").map(([name, value]) => ({ name, value }));
}
