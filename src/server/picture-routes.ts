// Tiles, thumbnails and the Deep Zoom description of a slide. There is no route to its label or macro.
import * as z from "zod";
import { deepZoomXml, planDeepZoom } from "../slide/index.ts";
import type { PictureWork, SlideSource } from "./picture-protocol.ts";
import { busy, refusal } from "./refusal.ts";
import { defineRoute, type Route } from "./route.ts";
import { idParameter } from "./schemas.ts";
import type { Services } from "./services.ts";
import { body, isKnown } from "./viewer-files.ts";

const none = z.object({});
const THUMBNAIL_SIDE = 512;
const JPEG = "image/jpeg";

/** The routes. */
export function pictureRoutes(services: Services): Route[] {
  return [tileRoute(services), descriptionRoute(services), thumbnailRoute(services)];
}

function tileRoute(services: Services): Route {
  return defineRoute({
    method: "get",
    path: "/api/slides/{id}/tiles/{level}/{tile}",
    name: "getTile",
    summary:
      "One tile of a slide, as in Deep Zoom with no overlap, of the size that the slide's view states; level 0 is one pixel.",
    parameters: z.object({
      id: idParameter,
      level: z
        .string()
        .regex(/^\d{1,2}$/)
        .meta({ description: "Level, from 0." }),
      tile: z
        .string()
        .regex(/^\d{1,7}_\d{1,7}\.jpg$/)
        .meta({ description: "{column}_{row}.jpg" }),
    }),
    query: none,
    answers: { type: JPEG, description: "The tile." },
    refusals: ["not-found", "unprocessable", "busy"],
    handle: async ({ parameters: { id, level, tile }, request, signal }) => {
      const found = await services.find(id);
      if (found.kind === "refused") return found.answer;
      const [column, row] = tile.slice(0, -".jpg".length).split("_").map(Number) as [number, number];
      const work = { kind: "tile", level: Number(level), column, row } as const;
      return await sendPicture(services, found.source, work, request, signal);
    },
  });
}

function descriptionRoute(services: Services): Route {
  return defineRoute({
    method: "get",
    path: "/api/slides/{id}/slide.dzi",
    name: "getDeepZoom",
    summary: "The slide's Deep Zoom description, for other viewers.",
    parameters: z.object({ id: idParameter }),
    query: none,
    answers: { type: "application/xml", description: "The description." },
    refusals: ["not-found", "unprocessable", "busy"],
    handle: async ({ parameters, signal }) => {
      const found = await services.find(parameters.id);
      if (found.kind === "refused") return found.answer;
      const facts = await services.pictures.facts(found.source, signal);
      if (facts.busy) return busy();
      const plan = planDeepZoom(facts.value.width, facts.value.height, facts.value.tileSize);
      return new Response(deepZoomXml(plan), {
        headers: { "content-type": "application/xml", "cache-control": "no-store" },
      });
    },
  });
}

function thumbnailRoute(services: Services): Route {
  return defineRoute({
    method: "get",
    path: "/api/slides/{id}/thumbnail.jpg",
    name: "getThumbnail",
    summary: `The whole slide, at most ${THUMBNAIL_SIDE} pixels on a side.`,
    parameters: z.object({ id: idParameter }),
    query: none,
    answers: { type: JPEG, description: "The thumbnail." },
    refusals: ["not-found", "unprocessable", "busy"],
    handle: async ({ parameters, request, signal }) => {
      const found = await services.find(parameters.id);
      if (found.kind === "refused") return found.answer;
      const work = { kind: "thumbnail", side: THUMBNAIL_SIDE } as const;
      return await sendPicture(services, found.source, work, request, signal);
    },
  });
}

/** A picture is good for ten minutes; then the browser asks whether its slide has changed, which costs no decoding. */
async function sendPicture(
  services: Services,
  source: SlideSource,
  work: Exclude<PictureWork, { kind: "facts" }>,
  request: Request,
  signal: AbortSignal,
): Promise<Response> {
  const etag = `"${services.stateId(source)}-${services.encoding}"`;
  const headers = { "content-type": JPEG, "cache-control": "private, max-age=600", etag };
  if (isKnown(request, etag)) return new Response(null, { status: 304, headers });
  const made = await services.pictures.picture(source, work, signal);
  if (made.busy) return busy();
  if (made.value === null) return refusal("not-found", "There is no such tile.");
  return new Response(body(made.value), { headers });
}
