// More than a thousand requests that mean harm, over real sockets: nothing outside of what is served is ever read, and the
// server answers after every batch of them.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SlideRow } from "../../src/server/schemas.ts";
import { makeResults, makeRun, makeSlide } from "./make-results.ts";
import {
  absolutes,
  badIds,
  badTiles,
  malformed,
  type RawAnswer,
  request,
  sendRaw,
  traversals,
} from "./raw-requests.ts";
import { getJson, start, stopAll, type TestServer } from "./start.ts";

/** What stands in files that nobody may read, and in those of the results that are never passed on. */
const CANARY = "CANARY-7f3a";
const TELLING = [CANARY, "root:x:0", "devDependencies", "lowmag-hostile-", "secret-slide", "PATH="];

let folder: string;
let server: TestServer;
let slide: string;
let model: string;
let uploadModel: string;
let sent = 0;
const touched = new Set<string>();
const originals = { open: fs.open, readFile: fs.readFile, readdir: fs.readdir, stat: fs.stat };

/** Writes down every path that this process opens, reads or lists. */
function watchFiles(): void {
  for (const name of ["open", "readFile", "readdir", "stat"] as const) {
    const original = originals[name] as (...args: unknown[]) => unknown;
    Object.assign(fs, {
      [name]: (path: unknown, ...rest: unknown[]) => {
        touched.add(String(path));
        return original.call(fs, path, ...rest);
      },
    });
  }
  syncBuiltinESMExports();
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-hostile-"));
  writeFileSync(join(folder, "canary.txt"), CANARY);
  const path = join(folder, "secret-slide.tif");
  await makeSlide(path, 700, 500);
  const results = join(folder, "results");
  makeResults(results, [{ name: "one", path, width: 700, height: 500 }]);
  writeFileSync(join(results, "canary.txt"), CANARY);
  writeFileSync(join(results, "predict.json"), JSON.stringify({ format: "lowmag-predict-1", note: CANARY }));
  writeFileSync(join(results, "slides", "one", "canary.txt"), CANARY);
  symlinkSync(folder, join(results, "slides", "up"));
  symlinkSync(join(folder, "canary.txt"), join(results, "slides", "one", "objects.geojson"));
  const viewer = join(folder, "viewer");
  mkdirSync(join(viewer, "assets"), { recursive: true });
  writeFileSync(join(viewer, "index.html"), "<!doctype html><title>viewer</title>");
  writeFileSync(join(viewer, "assets", "app.js"), "export {};");
  symlinkSync(join(folder, "canary.txt"), join(viewer, "assets", "link.js"));
  await makeRun(join(folder, "run"));
  server = await start({
    results: [results],
    runs: [join(folder, "run")],
    viewer,
    limits: {
      headersMs: 700,
      requestMs: 1400,
      checkMs: 100,
      uploadBytes: 20_000,
      uploads: 2,
      connections: 128,
    },
  });
  const [row] = await getJson<SlideRow[]>(server, "/api/slides");
  slide = row!.id;
  model = row!.answers[0]!.model;
  uploadModel = (await getJson<{ id: string }[]>(server, "/api/predict"))[0]!.id;
  watchFiles();
});
afterAll(async () => {
  Object.assign(fs, originals);
  syncBuiltinESMExports();
  await stopAll();
  rmSync(folder, { recursive: true, force: true });
});

/** Sends all, some at a time, and checks what came back. */
async function sendAll(requests: readonly (string | Uint8Array)[], allowed: (answer: RawAnswer) => boolean) {
  const waiting = [...requests.entries()];
  const wrong: string[] = [];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [, bytes] = next;
      const answer = await sendRaw(server.port, bytes);
      sent++;
      const told = TELLING.find((word) => answer.text.includes(word));
      if (told !== undefined || !allowed(answer))
        wrong.push(
          `${Buffer.from(bytes).toString("latin1").slice(0, 120)} -> ${told ?? answer.text.slice(0, 60)}`,
        );
    }
  };
  await Promise.all(Array.from({ length: 24 }, lane));
  expect(wrong).toEqual([]);
  await stillAnswers();
}

async function stillAnswers(): Promise<void> {
  expect(await getJson<SlideRow[]>(server, "/api/slides")).toHaveLength(1);
  expect((await fetch(`${server.base}/api/slides/${slide}/tiles/10/0_0.jpg`)).status).toBe(200);
}

const refused = ({ status }: RawAnswer) => status >= 400 && status < 500;
/** An address of dots that leads back to the first page, or to a route, is answered as those are. */
const harmless = (answer: RawAnswer) =>
  refused(answer) ||
  (answer.status === 200 && /<title>viewer|application\/json|export \{\}/.test(answer.text));

describe("a server that is meant harm", () => {
  it("gives nothing away for paths that lead elsewhere, in any encoding", async () => {
    await sendAll(
      traversals(slide, model).map((target) => request(target)),
      harmless,
    );
  });

  it("gives nothing away for absolute paths and other schemes", async () => {
    await sendAll(
      absolutes().map((target) => request(target)),
      harmless,
    );
  });

  it("knows no ids but its own", async () => {
    const targets = badIds(slide).flatMap((id) => [
      `/api/slides/${id}/thumbnail.jpg`,
      `/api/slides/${id}/tiles/3/0_0.jpg`,
      `/api/slides/${id}/predictions/${model}`,
      `/api/slides/${slide}/predictions/${id}/overlay`,
    ]);
    await sendAll(
      [...targets, `/api/slides/${model}`].map((target) => request(target)),
      harmless,
    );
  });

  it("knows no tiles, classes and pictures but those that there are", async () => {
    const tiles = badTiles().map((tile) => `/api/slides/${slide}/tiles/${tile}`);
    const others = [
      "label.jpg",
      "macro.jpg",
      "associated/label",
      "source.json",
      "prediction.json",
      "3.png",
    ].flatMap((name) => [
      `/api/slides/${slide}/${name}`,
      `/api/slides/${slide}/predictions/${model}/${name}`,
      `/api/slides/${slide}/predictions/${model}/heatmap/${name}`,
    ]);
    await sendAll(
      [...tiles, ...others].map((target) => request(target)),
      refused,
    );
  });

  it("answers no other methods, and is not troubled by ranges", async () => {
    const targets = [
      "/",
      "/api/slides",
      `/api/slides/${slide}`,
      `/api/slides/${slide}/tiles/3/0_0.jpg`,
      "/assets/app.js",
    ];
    const methods = [
      "PUT",
      "DELETE",
      "PATCH",
      "OPTIONS",
      "TRACE",
      "PROPFIND",
      "MOVE",
      "LINK",
      "get",
      "FOO",
      "CONNECT",
    ];
    const odd = methods.flatMap((method) => targets.map((target) => request(target, method)));
    await sendAll(odd, ({ status }) => status === 0 || (status >= 400 && status <= 405));
    const ranges = [
      "bytes=0-99999999999",
      "bytes=-1",
      "bytes=5-1",
      "bytes=0-0,0-0,0-0",
      `bytes=${"0-,".repeat(900)}`,
      "x",
    ];
    const ranged = ranges.flatMap((range) =>
      targets.map((target) => request(target, "GET", [`Range: ${range}`])),
    );
    await sendAll(ranged, ({ status, text }) => status === 200 && !text.includes("206"));
  });

  it("refuses what is no proper request, and requests for another host or from another site", async () => {
    const all = malformed(slide);
    await sendAll(
      all,
      ({ status, text }) =>
        status === 0 ||
        status === 100 ||
        refused({ status, text }) ||
        (status === 200 && /application\/json|image\/jpeg/.test(text)),
    );
    const foreign = all.filter((bytes) => /evil|nip\.io|0x7f|-site|Origin/.test(bytes.toString("latin1")));
    expect(foreign.length).toBe(10);
    await sendAll(foreign, refused);
  });

  it("ends connections that never say what they want, and goes on meanwhile", async () => {
    const begun = performance.now();
    const sockets: Socket[] = [];
    const closed = Array.from({ length: 60 }, (_, i) => {
      const socket = connect(server.port, "127.0.0.1");
      sockets.push(socket);
      socket.write(i % 2 === 0 ? "GET /api/slides HTTP/1.1\r\nHost: localhost\r\n" : "");
      const drip = setInterval(() => socket.write("X"), 150);
      socket.on("error", () => undefined);
      return new Promise<void>((resolve) =>
        socket
          .on("close", () => {
            clearInterval(drip);
            resolve();
          })
          .resume(),
      );
    });
    await stillAnswers();
    await Promise.all(closed);
    sent += sockets.length;
    expect(performance.now() - begun).toBeLessThan(6000);
    await stillAnswers();
  });

  it("takes no body that is too large, slow, cut off or no image", async () => {
    const head = (length: number | string, type = "image/png") =>
      request(`/api/predict?model=${uploadModel}&mpp=2`, "POST", [
        `Content-Type: ${type}`,
        `Content-Length: ${length}`,
      ]);
    const chunked = request(`/api/predict?model=${uploadModel}&mpp=2`, "POST", [
      "Content-Type: image/png",
      "Transfer-Encoding: chunked",
    ]);
    const chunk = Buffer.from(`2710\r\n${"x".repeat(10_000)}\r\n`);
    const bodies = [
      head(1_000_000_000),
      Buffer.concat([head(30_000), Buffer.alloc(30_000)]),
      Buffer.concat([chunked, chunk, chunk, chunk, chunk]),
      Buffer.concat([head(5), Buffer.from("hello")]),
      Buffer.concat([head(0)]),
      Buffer.concat([head(5, "text/html"), Buffer.from("hello")]),
      Buffer.concat([head(5, "../../etc/passwd"), Buffer.from("hello")]),
      Buffer.concat([head(20), Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xff\xff\xff", "latin1")]),
      head(5000), // and then nothing
      Buffer.concat([head(5000), Buffer.alloc(10)]),
    ];
    for (const bytes of bodies)
      await sendAll([bytes], ({ status }) => status === 0 || (status >= 400 && status < 500));
    const queries = [
      "mpp=0",
      "mpp=-1",
      "mpp=x",
      "mpp=1e9",
      "how=x",
      "overlay=2",
      "model=../../run",
      "model[]=1",
      "mpp=NaN",
    ];
    const wrong = queries.map((query) =>
      Buffer.concat([request(`/api/predict?model=${uploadModel}&${query}`, "POST", ["Content-Length: 0"])]),
    );
    await sendAll(wrong, refused);
  });

  it("has then been sent more than a thousand requests, and has touched nothing but its own files", () => {
    expect(sent).toBeGreaterThanOrEqual(1000);
    const strange = [...touched].filter(
      (path) => !path.startsWith(join(folder, "results")) && path !== join(folder, "secret-slide.tif"),
    );
    expect(touched).toContain(join(folder, "results", "slides", "one", "prediction.json"));
    expect(strange).toEqual([]);
    expect([...touched].filter((path) => /canary|\.\./.test(path))).toEqual([]);
  });
});
