// Tiles that the server hands on as the slide stores them: the same bytes whoever asks, without what a scanner wrote beside
// the pixels; what is damaged is refused as it is where everything is decoded, and nothing but tissue is reachable.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { decodeImage } from "../../src/image/index.ts";
import type { RgbImage } from "../../src/pixels/index.ts";
import type { SlideRow, SlideView } from "../../src/server/schemas.ts";
import { levelSize, planDeepZoom } from "../../src/slide/index.ts";
import { openBytes } from "../support/open-bytes.ts";
import { LABEL_COLOUR, MACRO_COLOUR, writeAperio } from "../support/slide-writers/aperio.ts";
import { encodeBaselineJpeg } from "../support/slide-writers/jpeg.ts";
import { drawPattern, pyramidOf } from "../support/slide-writers/pattern.ts";
import { cutTile } from "../support/slide-writers/tiles.ts";
import { getJson, start, stopAll, type TestServer } from "./start.ts";

const WIDTH = 1203;
const HEIGHT = 640;
const SIDE = 240;
const CANARY = "CANARY-Erika-Mustermann";
/** Tiles of level 0 that are damaged, by their number in rows of six, and how. */
const LYING = 6; // 0, 1: says another size
const STOPPED = 7; // 1, 1: ends in its header
const MISSING = 8; // 2, 1: not in the file

let folder: string;
let path: string;
let bytes: Uint8Array;

function withCanaries(jpeg: Uint8Array): Uint8Array {
  const text = [...CANARY].map((letter) => letter.charCodeAt(0));
  const segment = (marker: number) => [0xff, marker, 0, text.length + 2, ...text];
  const head = [...jpeg.subarray(0, 2), ...segment(0xe1), ...segment(0xfe), ...segment(0xed)];
  return Uint8Array.from([...head, ...jpeg.subarray(2), ...text]);
}

function tilesOf(level: RgbImage): Uint8Array[] {
  const tiles: Uint8Array[] = [];
  for (let top = 0; top < level.height; top += SIDE)
    for (let left = 0; left < level.width; left += SIDE) {
      const tile = cutTile(level, left, top, SIDE, SIDE, { compression: "jpeg" });
      tiles.push(withCanaries(encodeBaselineJpeg(tile, { colour: "rgb" })));
    }
  return tiles;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-own-tiles-"));
  const image = drawPattern(WIDTH, HEIGHT);
  const downsamples = [1, 2];
  const levels = pyramidOf(image, downsamples).map(tilesOf);
  const finest = levels[0]!;
  finest[LYING] = withCanaries(encodeBaselineJpeg(drawPattern(SIDE, 96), { colour: "rgb" }));
  finest[STOPPED] = finest[STOPPED]!.subarray(0, 150);
  finest[MISSING] = new Uint8Array(0);
  const compressed = { tag: 7, tiles: levels };
  const facts = { mpp: 0.25, objective: 40, tileSize: SIDE, storage: { compression: "jpeg" } } as const;
  bytes = await writeAperio({ image, downsamples, ...facts, compressed });
  path = join(folder, "slide.svs");
  writeFileSync(path, bytes);
});
afterEach(stopAll);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function open(options: Parameters<typeof start>[0] = {}) {
  const server = await start({ slides: [path], quality: 95, ...options });
  const [row] = await getJson<SlideRow[]>(server, "/api/slides");
  const view = await getJson<SlideView>(server, `/api/slides/${row!.id}`);
  const tile = (level: number, column: number, line: number, headers: Record<string, string> = {}) =>
    fetch(`${server.base}/api/slides/${row!.id}/tiles/${level}/${column}_${line}.jpg`, { headers });
  return { server, view, tile, plan: planDeepZoom(view.width, view.height, view.tileSize) };
}

const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());
const mean = (a: Uint8Array, b: Uint8Array) =>
  a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;

describe("a slide that stores its tiles as JPEG", () => {
  it("is shown in tiles of its own size, in its own JPEGs; the edge's and other levels' are made", async () => {
    const { server, view, tile, plan } = await open();
    expect(view.tileSize).toBe(SIDE);
    const xml = await (await fetch(`${server.base}/api/slides/${view.id}/slide.dzi`)).text();
    expect(xml).toContain(`TileSize="${SIDE}"`);
    const slide = await openBytes(bytes);
    for (const [level, column, row] of [
      [0, 0, 0],
      [0, 4, 1],
      [1, 1, 0],
    ] as const) {
      const served = await bytesOf(await tile(plan.last - level, column, row));
      expect(Buffer.from(served)).toEqual(Buffer.from((await slide.readJpegTile(level, column, row))!));
      const window = { left: SIDE * column, top: SIDE * row, width: SIDE, height: SIDE };
      const { image } = await decodeImage(served);
      expect(mean(image.data, (await slide.readRegion(level, window)).data)).toBeLessThan(0.5);
    }
    const edge = await decodeImage(await bytesOf(await tile(plan.last, 5, 2)));
    expect([edge.image.width, edge.image.height]).toEqual([WIDTH - 5 * SIDE, HEIGHT - 2 * SIDE]);
    expect((await tile(plan.last, 6, 0)).status).toBe(404);
    expect((await tile(plan.last - 2, 0, 0)).status).toBe(200);
  });

  it("has tiles that hold nothing of what was written beside the pixels, and no label or macro", async () => {
    const { tile, plan } = await open();
    expect(Buffer.from(bytes).toString("latin1")).toContain(CANARY);
    let seen = 0;
    for (let level = 0; level <= plan.last; level++) {
      const { width, height } = levelSize(plan, level);
      for (let row = 0; row * SIDE < height; row++)
        for (let column = 0; column * SIDE < width; column++) {
          const response = await tile(level, column, row);
          const body = await bytesOf(response);
          expect(Buffer.from(body).toString("latin1")).not.toMatch(/CANARY|Aperio|ScanScope|Exif/);
          if (response.status !== 200) continue;
          seen++;
          const { image } = await decodeImage(body);
          for (const colour of [LABEL_COLOUR, MACRO_COLOUR]) {
            const plain = image.data.map((_, i) => colour[i % 3]!);
            expect(mean(image.data, plain)).toBeGreaterThan(8);
          }
        }
    }
    expect(seen).toBeGreaterThan(18);
  });

  it("is encoded anew where that is asked for, and browsers are told that it is another picture", async () => {
    const own = await open();
    const anew = await open({ reencode: true });
    const [first, second] = [await own.tile(own.plan.last, 1, 0), await anew.tile(own.plan.last, 1, 0)];
    expect(anew.view.tileSize).toBe(SIDE);
    const tags = [first, second].map(({ headers }) => headers.get("etag")!);
    expect(tags[0]).not.toBe(tags[1]);
    const again = await own.tile(own.plan.last, 1, 0, { "if-none-match": tags[0]! });
    expect([
      again.status,
      (await own.tile(own.plan.last, 1, 0, { "if-none-match": tags[1]! })).status,
    ]).toEqual([304, 200]);
    const [here, there] = [await bytesOf(first), await bytesOf(second)];
    expect(Buffer.compare(here, there)).not.toBe(0);
    expect(mean((await decodeImage(here)).image.data, (await decodeImage(there)).image.data)).toBeLessThan(5);
  });

  it("refuses its damaged tiles in the same words, whichever way, and goes on", async () => {
    const told = async (server: TestServer, answers: readonly Response[]) => ({
      statuses: answers.map(({ status }) => status),
      texts: await Promise.all(answers.map((answer) => answer.text())),
      failures: server.failures,
    });
    const results = [];
    for (const reencode of [false, true]) {
      const { server, tile, plan } = await open({ reencode });
      const answers = [await tile(plan.last, LYING % 6, 1), await tile(plan.last, STOPPED % 6, 1)];
      results.push(await told(server, answers));
      expect((await tile(plan.last, 0, 0)).status).toBe(200);
    }
    expect(results[0]!.statuses).toEqual([422, 422]);
    expect(results[0]!.failures.join()).toContain("a JPEG stream of 240 x 240, as the slide says");
    expect(results[0]).toEqual(results[1]);
  });

  it("is white where its file holds no tile, in tiles of each slide's own size", async () => {
    const other = join(folder, "other.svs");
    const storage = { compression: "jpeg", jpeg: { colour: "rgb" } } as const;
    const request = { image: drawPattern(600, 600), downsamples: [1], mpp: 0.25, objective: 40 };
    writeFileSync(other, await writeAperio({ ...request, tileSize: 256, storage, missing: () => true }));
    const server = await start({ slides: [path, other] });
    const [second, first] = await getJson<SlideRow[]>(server, "/api/slides"); // by their paths
    const sizes = [];
    for (const [{ id }, name] of [
      [first!, "11/2_1"],
      [second!, "10/0_0"],
      [first!, "11/2_1"],
    ] as const) {
      const response = await fetch(`${server.base}/api/slides/${id}/tiles/${name}.jpg`);
      const { image } = await decodeImage(await bytesOf(response));
      sizes.push(
        image.width,
        image.height,
        image.data.reduce((least, value) => Math.min(least, value), 255),
      );
    }
    const expected = [SIDE, SIDE, 255, 256, 256, 255, SIDE, SIDE, 255];
    expect(sizes).toEqual(expected);
  });
});
