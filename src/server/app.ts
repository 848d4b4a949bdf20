// The routes put together as one Hono app, with the viewer's files beside them and the same shape for every refusal.
import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import * as z from "zod";
import { isLowmagError } from "../base/index.ts";
import { json, libraryRoutes } from "./library-routes.ts";
import { describeRoutes } from "./openapi.ts";
import { pictureRoutes } from "./picture-routes.ts";
import { predictionRoutes } from "./prediction-routes.ts";
import { readingSentence } from "./public-words.ts";
import { busy, refusal } from "./refusal.ts";
import { defineRoute, type Route } from "./route.ts";
import type { Services } from "./services.ts";
import { uploadRoute } from "./upload-route.ts";
import { missingViewer, sendViewerFile, type ViewerFile } from "./viewer-files.ts";

/** What Hono is given besides the request. */
export interface Bindings {
  Bindings: HttpBindings;
}

/** What an app is made from. */
export interface AppOptions {
  readonly services: Services;
  readonly viewer: ReadonlyMap<string, ViewerFile>;
  /** Of lowmag. */
  readonly version: string;
  /** Receives what went wrong, in words for whoever runs the server: these may name files. */
  readonly onFailure: (sentence: string) => void;
}

/** All routes of the API, the description of itself among them. */
export function allRoutes(services: Services, version: string): readonly Route[] {
  const routes = [
    ...libraryRoutes(services),
    ...pictureRoutes(services),
    ...predictionRoutes(services),
    uploadRoute(services),
  ];
  const description: Route = defineRoute({
    method: "get",
    path: "/api/openapi.json",
    name: "describe",
    summary: "This description.",
    parameters: z.object({}),
    query: z.object({}),
    answers: {
      type: "application/json",
      description: "OpenAPI 3.1.",
      schema: z.record(z.string(), z.unknown()),
    },
    refusals: [],
    handle: (): Response => json(describeRoutes([...routes, description], version)),
  });
  return [...routes, description];
}

/** The app. */
export function createApp({ services, viewer, version, onFailure }: AppOptions): Hono<Bindings> {
  const app = new Hono<Bindings>();
  const routes = allRoutes(services, version);
  for (const route of routes)
    app.on(route.method.toUpperCase(), honoPath(route.path), (context) => answer(route, context));
  for (const path of new Set(routes.map((route) => route.path))) {
    const methods = routes.filter((route) => route.path === path).map(({ method }) => method.toUpperCase());
    const allow = [...methods, ...(methods.includes("GET") ? ["HEAD"] : [])].join(", ");
    app.all(honoPath(path), () => notAllowed(allow));
  }
  const files = viewer.size > 0 ? viewer : new Map([["/", missingViewer()]]);
  app.notFound((context) => {
    const file = files.get(context.req.path);
    if (file === undefined) return refusal("not-found", "There is nothing at this address.");
    const reads = context.req.method === "GET" || context.req.method === "HEAD";
    return reads ? sendViewerFile(file, context.req.raw) : notAllowed("GET, HEAD");
  });
  app.onError((error) => failure(error, onFailure));
  return app;
}

/** "/api/slides/{id}" in Hono's words. */
function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

async function answer(route: Route, context: Context<Bindings>): Promise<Response> {
  const { req } = context;
  const result = await route.answer(req.param(), req.query(), req.raw);
  if (result === null) return refusal("not-found", "There is nothing at this address.");
  if (result instanceof Response) return result;
  return refusal("bad-request", `The address has no usable \`${result.wrong}\`: see /api/openapi.json.`);
}

function notAllowed(allow: string): Response {
  return refusal("method-not-allowed", `This address takes ${allow}.`, { allow });
}

/** What was thrown, in words that name no file; in full only for whoever runs the server. */
function failure(error: unknown, onFailure: (sentence: string) => void): Response {
  // Nobody waits any more, or the server is closing.
  if (isLowmagError(error, "cancelled")) return busy();
  onFailure(error instanceof Error ? error.message : String(error));
  const foreseen =
    isLowmagError(error) &&
    ["not-found", "unsupported-format", "corrupt-data", "out-of-memory"].includes(error.code);
  return foreseen
    ? refusal("unprocessable", readingSentence(error))
    : refusal("internal", "Something went wrong here. Whoever runs the server sees what.");
}
