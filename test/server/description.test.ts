// The OpenAPI description says what the server does: every route stands in it, and real answers are as it says.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { encodePng } from "../../src/image/index.ts";
import { createApp } from "../../src/server/app.ts";
import type { Services } from "../../src/server/services.ts";
import { picture } from "../infer/fixtures.ts";
import { makeResults, makeRun, makeSlide } from "./make-results.ts";
import { getJson, start, stopAll } from "./start.ts";

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { name: string; in: string; required: boolean; schema: object }[];
  readonly responses: Record<string, { content: Record<string, { schema?: object }> }>;
}
interface Description {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, object> };
}

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-described-"));
  const path = join(folder, "a.tif");
  await makeSlide(path, 600, 500);
  makeResults(join(folder, "results"), [{ name: "a", path, width: 600, height: 500 }]);
  await makeRun(join(folder, "run"));
});
afterEach(stopAll);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const started = () => start({ results: [join(folder, "results")], runs: [join(folder, "run")] });

/** A schema of the description as something that checks values. */
function checker({ components }: Description, schema: object): z.ZodType {
  const text = JSON.stringify({ ...schema, $defs: components.schemas });
  return z.fromJSONSchema(JSON.parse(text.replaceAll("#/components/schemas/", "#/$defs/")));
}

describe("the description", () => {
  it("holds every route of the app and no other", async () => {
    const server = await started();
    const description = await getJson<Description>(server, "/api/openapi.json");
    expect(description.openapi).toBe("3.1.0");
    const described = Object.entries(description.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const nothing = {} as Services;
    const app = createApp({ services: nothing, viewer: new Map(), version: "", onFailure: () => undefined });
    const real = app.routes
      .filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
    expect(described.sort()).toEqual(real.sort());
    expect(described.length).toBeGreaterThan(10);
  });

  it("names every parameter of a path, and refers only to what it holds", async () => {
    const server = await started();
    const description = await getJson<Description>(server, "/api/openapi.json");
    for (const [path, operations] of Object.entries(description.paths))
      for (const { parameters } of Object.values(operations)) {
        const inPath = parameters.filter((one) => one.in === "path").map(({ name }) => name);
        expect(inPath.sort(), path).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort());
      }
    const known = Object.keys(description.components.schemas);
    for (const [, name] of JSON.stringify(description).matchAll(/#\/components\/schemas\/(\w+)/g))
      expect(known).toContain(name);
  });

  it("is what real answers are", async () => {
    const server = await started();
    const description = await getJson<Description>(server, "/api/openapi.json");
    const [row] = await getJson<{ id: string; answers: { model: string }[] }[]>(server, "/api/slides");
    const upload = (await getJson<{ id: string }[]>(server, "/api/predict"))[0]!.id;
    const values = {
      id: row!.id,
      model: row!.answers[0]!.model,
      level: "9",
      tile: "0_0.jpg",
      picture: "1.png",
    };
    const fill = (path: string) =>
      path.replaceAll(/\{(\w+)\}/g, (_, name) => values[name as keyof typeof values]);
    const ask = async (path: string, method: string): Promise<Response> => {
      if (method === "get") return await fetch(server.base + fill(path));
      const body = (await encodePng(picture(60, 50, 1))) as Uint8Array<ArrayBuffer>;
      const headers = { "content-type": "image/png" };
      return await fetch(`${server.base}${path}?model=${upload}&mpp=2&overlay=1`, { method, headers, body });
    };
    let checked = 0;
    for (const [path, operations] of Object.entries(description.paths))
      for (const [method, { responses }] of Object.entries(operations)) {
        const response = await ask(path, method);
        expect([response.status, path]).toEqual([200, path]);
        const [type, { schema }] = Object.entries(responses["200"]!.content)[0]!;
        expect(response.headers.get("content-type")).toBe(type);
        if (schema === undefined) continue;
        checker(description, schema).parse(await response.json());
        checked++;
        // A schema that takes anything would prove nothing.
        if (!path.endsWith("openapi.json"))
          expect(checker(description, schema).safeParse({}).success).toBe(false);
      }
    expect(checked).toBeGreaterThanOrEqual(8);
  });

  it("is what refusals are", async () => {
    const server = await started();
    const description = await getJson<Description>(server, "/api/openapi.json");
    const { responses } = description.paths["/api/slides/{id}"]!.get!;
    const refused = await fetch(`${server.base}/api/slides/${"0".repeat(20)}`);
    expect(refused.status).toBe(404);
    checker(description, responses["404"]!.content["application/json"]!.schema!).parse(await refused.json());
  });
});

describe("docs/serve.md", () => {
  it("names every route and no other", async () => {
    const server = await started();
    const description = await getJson<Description>(server, "/api/openapi.json");
    const text = readFileSync(new URL("../../docs/serve.md", import.meta.url), "utf8");
    const named = [...text.matchAll(/`(?:GET|POST) (\/api[^`?\s]*)/g)].map(([, path]) => path);
    expect([...new Set(named)].sort()).toEqual(Object.keys(description.paths).sort());
  });
});
