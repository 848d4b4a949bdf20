// The OpenAPI 3.1 description of the routes, made from the very schemas that their answers are tested against.
import * as z from "zod";
import { type RefusalCode, statusOf } from "./refusal.ts";
import type { Content, Route } from "./route.ts";
import { errorSchema } from "./schemas.ts";

/** What any request can meet before its route. */
const ALWAYS: readonly RefusalCode[] = ["bad-request", "forbidden", "token-required", "too-many-requests"];

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Describes routes. */
export function describeRoutes(routes: readonly Route[], version: string): Json {
  const components: Record<string, Json> = {};
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    paths[route.path] ??= {};
    paths[route.path]![route.method] = operationOf(route, components);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "lowmag serve",
      version,
      description: "Slides and what models said of them. For research use only.",
    },
    paths,
    components: {
      schemas: components,
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
    },
    security: [{}, { token: [] }],
  };
}

function operationOf(route: Route, components: Record<string, Json>): Json {
  const refusals = [...new Set([...ALWAYS, ...route.refusals])];
  const byStatus = groupByStatus(refusals);
  const error = { "application/json": { schema: schemaOf(errorSchema, components) } };
  return {
    operationId: route.name,
    summary: route.summary,
    parameters: [...parametersOf(route.parameters, "path"), ...parametersOf(route.query, "query")],
    ...(route.takes === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: Object.fromEntries(route.takes.map((type) => [type, {}])),
          },
        }),
    responses: {
      "200": answerOf(route.answers, components),
      ...Object.fromEntries(
        [...byStatus].map(([status, codes]) => [
          String(status),
          { description: `Refused: ${codes.join(", ")}.`, content: error },
        ]),
      ),
    },
  };
}

function groupByStatus(codes: readonly RefusalCode[]): Map<number, RefusalCode[]> {
  const groups = new Map<number, RefusalCode[]>();
  for (const code of [...codes].sort((a, b) => statusOf(a) - statusOf(b)))
    groups.set(statusOf(code), [...(groups.get(statusOf(code)) ?? []), code]);
  return groups;
}

function answerOf({ type, description, schema }: Content, components: Record<string, Json>): Json {
  const content = schema === undefined ? {} : { schema: schemaOf(schema, components) };
  return { description, content: { [type]: content } };
}

function parametersOf(parameters: z.ZodObject, place: "path" | "query"): Json[] {
  const { properties = {}, required = [] } = z.toJSONSchema(parameters, { io: "input" });
  return Object.entries(properties as Record<string, Record<string, Json>>).map(([name, property]) => {
    const { description = "", ...schema } = property;
    return { name, in: place, required: required.includes(name), description, schema };
  });
}

/** A schema; those with a name stand once among the components. */
function schemaOf(schema: z.ZodType, components: Record<string, Json>): Json {
  const { $schema: _, $defs = {}, ...own } = z.toJSONSchema(schema, { io: "output" }) as Record<string, Json>;
  for (const [name, definition] of Object.entries($defs as Record<string, Json>))
    components[name] = pointed(definition);
  return pointed(own);
}

/** References lead to the components. */
function pointed(value: Json): Json {
  if (Array.isArray(value)) return value.map(pointed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as Record<string, Json>).map(([key, inner]) =>
      key === "$ref" && typeof inner === "string"
        ? [key, inner.replace("#/$defs/", "#/components/schemas/")]
        : [key, pointed(inner)],
    ),
  );
}
