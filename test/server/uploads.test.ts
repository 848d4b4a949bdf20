// Uploaded images: the answer is the model's own, and what cannot be answered is said in words.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeJpeg, encodePng } from "../../src/image/index.ts";
import { modelFacts, openNetwork } from "../../src/infer/index.ts";
import type { ModelView, SlideRow, UploadAnswer } from "../../src/server/schemas.ts";
import { finishedRun, picture } from "../infer/fixtures.ts";
import { makeResults, makeRun, makeSlide } from "./make-results.ts";
import { getJson, start, stopAll, type TestServer } from "./start.ts";

let folder: string;
let server: TestServer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-uploads-"));
  await makeRun(join(folder, "student-2"));
  const limits = { uploadPixels: 100_000, uploadBytes: 600_000, uploads: 1 };
  server = await start({ runs: [join(folder, "student-2")], limits });
});
afterAll(async () => {
  await stopAll();
  rmSync(folder, { recursive: true, force: true });
});

async function post(query: string, image: Uint8Array, type = "image/png"): Promise<Response> {
  const [model] = await getJson<ModelView[]>(server, "/api/predict");
  const body = image as Uint8Array<ArrayBuffer>;
  return fetch(`${server.base}/api/predict?model=${model!.id}&${query}`, {
    method: "POST",
    headers: { "content-type": type },
    body,
  });
}

describe("an uploaded image", () => {
  it("gets the probabilities that the model has for its pixels", async () => {
    const image = picture(97, 64, 3);
    const run = finishedRun();
    const network = await openNetwork({ model: run.model, facts: modelFacts(run) });
    const [expected] = await network.run([image]);
    await network.close();
    const response = await post("mpp=2", await encodePng(image));
    const answer = (await response.json()) as UploadAnswer;
    expect(answer.probabilities).toHaveLength(3);
    for (const [k, probability] of answer.probabilities.entries())
      expect(probability).toBeCloseTo(expected!.probabilities[k]!, 6);
    expect(answer.label).toBe(
      answer.classes[answer.probabilities.indexOf(Math.max(...answer.probabilities))],
    );
    expect(answer).toMatchObject({ width: 97, height: 64, mpp: 2, overlay: null });
  });

  it("is brought to the model's µm per pixel, which the file may state", async () => {
    const stated = (await (await post("", await encodePng(picture(128, 96, 5), 1))).json()) as UploadAnswer;
    expect(stated.mpp).toBeCloseTo(1, 6);
    expect(stated.pieces[0]).toMatchObject({ width: 64, height: 48 });
    const told = (await (
      await post("mpp=2", await encodePng(picture(128, 96, 5), 1))
    ).json()) as UploadAnswer;
    expect(told.pieces[0]).toMatchObject({ width: 128, height: 96 });
  });

  it("may be a JPEG, and has its class activation where that is asked for", async () => {
    const response = await post("mpp=2&overlay=1", await encodeJpeg(picture(97, 64, 3)), "image/jpeg");
    const { overlay } = (await response.json()) as UploadAnswer;
    expect(overlay?.maps[0]).toMatchObject({ columns: 4, rows: 2 });
  });

  it.each([
    [
      "that does not say how large its pixels are",
      "",
      () => encodePng(picture(40, 40, 1)),
      422,
      /µm per pixel.*\?mpp=1/,
    ],
    [
      "coarser than the model's",
      "mpp=4",
      () => encodePng(picture(40, 40, 1)),
      422,
      /at least 2 µm per pixel/,
    ],
    [
      "that is cut off",
      "mpp=2",
      async () => (await encodePng(picture(40, 40, 1))).slice(0, 200),
      422,
      /the image/,
    ],
    ["of too many pixels", "mpp=2", () => encodePng(picture(400, 300, 1)), 422, /at most/],
    ["of too many bytes", "mpp=2", async () => new Uint8Array(700_000), 413, /at most 600000 bytes/],
    ["of no bytes", "mpp=2", async () => new Uint8Array(0), 400, /no body/],
  ] as const)("%s is refused with words that name no file", async (_, query, image, status, words) => {
    const response = await post(query, await image());
    const text = await response.text();
    expect(text).toMatch(words);
    expect(response.status).toBe(status);
    expect(text).not.toContain(folder);
    expect(text).not.toContain("/src/");
  });

  it("waits for nobody where too many are in hand", async () => {
    const image = await encodePng(picture(97, 64, 3));
    const answers = await Promise.all(Array.from({ length: 4 }, () => post("mpp=2", image)));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses[0]).toBe(200);
    expect(statuses.at(-1)).toBe(503);
    expect((await post("mpp=2", image)).status).toBe(200);
  });

  it("can be asked of a model of the results by its id there, if its run was given", async () => {
    const path = join(folder, "a.tif");
    await makeSlide(path, 300, 200);
    makeResults(join(folder, "results"), [{ name: "a", path }]);
    const both = await start({ results: [join(folder, "results")], runs: [join(folder, "student-2")] });
    const [row] = await getJson<SlideRow[]>(both, "/api/slides");
    const response = await fetch(`${both.base}/api/predict?model=${row!.answers[0]!.model}&mpp=2`, {
      method: "POST",
      headers: { "content-type": "image/png" },
      body: "x",
    });
    // The results are another model's, of which no run was given.
    expect(response.status).toBe(404);
  });
});
