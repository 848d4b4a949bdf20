// What a route is: how it is asked, what it may answer, and who answers. The app and its OpenAPI description are made from
// the same list of routes, so neither can know one that the other does not.
import type * as z from "zod";
import type { RefusalCode } from "./refusal.ts";

/** What a route gives besides its checked parameters. */
export interface Call<P, Q> {
  readonly parameters: P;
  readonly query: Q;
  readonly request: Request;
  /** Fires when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** One kind of content that a route answers with. */
export interface Content {
  readonly type: string;
  readonly description: string;
  /** Of JSON. */
  readonly schema?: z.ZodType;
}

/** What a route file writes down. */
export interface RouteDefinition<P extends z.ZodObject, Q extends z.ZodObject> {
  readonly method: "get" | "post";
  /** As in OpenAPI: "/api/slides/{id}". */
  readonly path: string;
  readonly name: string;
  readonly summary: string;
  readonly parameters: P;
  readonly query: Q;
  /** Types of an uploaded body. */
  readonly takes?: readonly string[];
  readonly answers: Content;
  readonly refusals: readonly RefusalCode[];
  handle(call: Call<z.output<P>, z.output<Q>>): Promise<Response> | Response;
}

/** A route whose types are checked inside, so that all fit in one list. */
export interface Route extends Omit<RouteDefinition<z.ZodObject, z.ZodObject>, "handle"> {
  /** Checks what came with the address, then answers; `null` where the address cannot be one of this route's. */
  answer(
    parameters: Readonly<Record<string, string>>,
    query: Readonly<Record<string, string>>,
    request: Request,
  ): Promise<Response> | Response | null | { readonly wrong: string };
}

/** Closes a definition over its types. */
export function defineRoute<P extends z.ZodObject, Q extends z.ZodObject>(
  definition: RouteDefinition<P, Q>,
): Route {
  return {
    ...definition,
    answer(parameters, query, request) {
      const place = definition.parameters.safeParse(parameters);
      if (!place.success) return null;
      const words = definition.query.safeParse(query);
      if (!words.success) return { wrong: String(words.error.issues[0]?.path[0] ?? "") };
      return definition.handle({
        parameters: place.data,
        query: words.data,
        request,
        signal: request.signal,
      });
    },
  };
}
