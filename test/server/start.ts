// A server for a test, on a port of its own, closed when the test is over.
import { createHash } from "node:crypto";
import type { RunningServer, ServerOptions } from "../../src/server/index.ts";
import { type ServerLimits, startServer } from "../../src/server/index.ts";

/** A server and what it told whoever runs it. */
export interface TestServer extends RunningServer {
  readonly base: string;
  readonly failures: string[];
}

const running: RunningServer[] = [];

/** Starts one; rates are not limited unless told. */
export async function start(
  options: Partial<Omit<ServerOptions, "limits">> & { readonly limits?: Partial<ServerLimits> },
): Promise<TestServer> {
  const failures: string[] = [];
  const { limits, ...rest } = options;
  const server = await startServer({
    results: [],
    slides: [],
    runs: [],
    host: "127.0.0.1",
    port: 0,
    token: false,
    showNames: false,
    processes: 1,
    backend: "own",
    decoder: "wasm",
    quality: 90,
    reencode: false,
    key: createHash("sha256").update("test").digest(),
    version: "0.0.0",
    viewer: "/nowhere",
    onFailure: (sentence) => failures.push(sentence),
    limits: { rate: 1e6, ...limits },
    ...rest,
  });
  running.push(server);
  return { ...server, base: `http://127.0.0.1:${server.port}`, failures };
}

/** Closes all that were started. */
export async function stopAll(): Promise<void> {
  await Promise.all(running.splice(0).map((server) => server.close()));
}

/** JSON from a server. */
export async function getJson<T>(server: TestServer, path: string): Promise<T> {
  const response = await fetch(server.base + path);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
