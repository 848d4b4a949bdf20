// What the server shows: slides and results side by side, by ids that tell nothing, tiles that are the slide's pixels.
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { parseOverlay, parsePrediction } from "../../src/classify/index.ts";
import { decodeImage } from "../../src/image/index.ts";
import type { SlideRow, SlideView } from "../../src/server/schemas.ts";
import { colourAt, makeResults, makeSlide } from "./make-results.ts";
import { getJson, start, stopAll } from "./start.ts";

const WIDTH = 2000;
const HEIGHT = 1500;
let folder: string;
let slide: string;
let other: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-serve-"));
  mkdirSync(join(folder, "slides"));
  slide = join(folder, "slides", "Erika-Mustermann-1964.tif");
  other = join(folder, "slides", "patient-77.tif");
  await makeSlide(slide, WIDTH, HEIGHT);
  await makeSlide(other, 900, 700, 4);
  makeResults(join(folder, "results", "student"), [
    {
      name: "Erika-Mustermann-1964",
      path: slide,
      truth: "Sprue",
      notes: [`${slide}: Erika-Mustermann-1964.tif is odd`],
    },
    { name: "patient-77", path: other },
  ]);
  makeResults(join(folder, "results", "teacher"), [
    { name: "Erika-Mustermann-1964", path: slide, model: "teacher-1", probabilities: [0.1, 0.3, 0.6] },
  ]);
});
afterEach(stopAll);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const results = () => [join(folder, "results", "student"), join(folder, "results", "teacher")];

describe("the table of slides", () => {
  it("shows each slide once with the answers of all models and how far they disagree", async () => {
    const server = await start({ results: results(), slides: [slide] });
    const models = await getJson<{ id: string; name: string }[]>(server, "/api/models");
    expect(models.map(({ name }) => name)).toEqual(["student-8", "teacher-1"]);
    const rows = await getJson<SlideRow[]>(server, "/api/slides");
    expect(rows.map(({ name }) => name)).toEqual(["Slide 1", "Slide 2"]);
    const [first, second] = rows as [SlideRow, SlideRow];
    expect(first.answers.map(({ model, label }) => [model, label])).toEqual([
      [models[0]!.id, "Abnormal"],
      [models[1]!.id, "Sprue"],
    ]);
    expect(first.disagreement).toBeCloseTo(0.6, 12);
    expect(first.truth).toBe("Sprue");
    expect(second.disagreement).toBeNull();
    expect(rows.every(({ problem }) => problem === null)).toBe(true);
  });

  it("keeps its ids over a restart with the same key, and changes them with another", async () => {
    const ids = async (key?: Uint8Array) => {
      const server = await start({ results: results(), ...(key === undefined ? {} : { key }) });
      return (await getJson<SlideRow[]>(server, "/api/slides")).map(({ id }) => id);
    };
    const once = await ids();
    expect(await ids()).toEqual(once);
    expect(await ids(new Uint8Array(32))).not.toEqual(once);
    for (const id of once) expect(id).toMatch(/^[0-9a-f]{20}$/);
  });

  it("shows results that come while it runs", async () => {
    const growing = join(folder, "growing");
    makeResults(growing, [{ name: "a", path: slide }]);
    const server = await start({ results: [growing], limits: { freshMs: 0 } });
    expect(await getJson<SlideRow[]>(server, "/api/slides")).toHaveLength(1);
    makeResults(growing, [{ name: "b", path: other }]);
    await expect.poll(() => getJson<SlideRow[]>(server, "/api/slides"), { timeout: 8000 }).toHaveLength(2);
  });

  it("says what is wrong with a slide whose file has moved, has changed, or was set aside", async () => {
    const gone = join(folder, "gone.tif");
    const changed = join(folder, "changed.tif");
    await makeSlide(gone, 300, 300);
    await makeSlide(changed, 300, 300);
    const broken = join(folder, "broken");
    makeResults(broken, [
      { name: "1-gone", path: gone },
      { name: "2-changed", path: changed },
      { name: "3-damaged", path: slide },
      { name: "4-pending", path: other },
    ]);
    renameSync(gone, join(folder, "elsewhere.tif"));
    writeFileSync(changed, "something else");
    writeFileSync(join(broken, "slides", "3-damaged", "prediction.json"), '{"format":"lowmag-prediction-1"');
    rmSync(join(broken, "slides", "4-pending", "prediction.json"));
    writeFileSync(
      join(broken, "failures.csv"),
      `slide,path,reason,message\n5-empty,${join(folder, "no.tif")},no-tissue,"${folder}: no tissue"\n`,
    );
    const server = await start({ results: [broken] });
    const rows = await getJson<SlideRow[]>(server, "/api/slides");
    const problems = rows.map(({ problem }) => problem);
    expect(problems.sort()).toEqual([
      "Its record is damaged: run `lowmag predict` again.",
      "No tissue was found.",
      "Not classified yet.",
      "The slide's file has changed since it was classified.",
      "The slide's file is not where it was.",
    ]);
    const moved = rows.find(({ problem }) => problem === "The slide's file is not where it was.")!;
    const response = await fetch(`${server.base}/api/slides/${moved.id}/thumbnail.jpg`);
    expect(response.status).toBe(404);
    expect(moved.answers).toHaveLength(1);
  });
});

describe("names", () => {
  const everything = async (showNames: boolean): Promise<string> => {
    const server = await start({ results: results(), showNames });
    const models = await getJson<{ id: string }[]>(server, "/api/models");
    const rows = await getJson<SlideRow[]>(server, "/api/slides");
    const paths = rows.flatMap(({ id }) => [
      `/api/slides/${id}`,
      `/api/slides/${id}/slide.dzi`,
      ...models.flatMap(({ id: model }) => {
        const answer = `/api/slides/${id}/predictions/${model}`;
        return [answer, `${answer}/overlay`, `${answer}/objects.geojson`];
      }),
    ]);
    const texts = [JSON.stringify(rows), JSON.stringify(models)];
    for (const path of paths) {
      const response = await fetch(server.base + path);
      texts.push(await response.text(), JSON.stringify([...response.headers]));
    }
    return texts.join("\n");
  };

  it("of files are nowhere in any answer", async () => {
    const text = await everything(false);
    expect(text).toContain("Slide 1");
    expect(text).toContain(" is odd");
    expect(text).not.toMatch(/Erika|Mustermann|patient-77|lowmag-serve-/);
  });

  it("of files are shown where that is asked for, and those of folders are not", async () => {
    const text = await everything(true);
    expect(text).toContain("Erika-Mustermann-1964.tif");
    expect(text).not.toContain(folder);
  });

  it("of a file that cannot be read are told to whoever runs the server alone", async () => {
    const path = join(folder, "Max-Muster.svs");
    writeFileSync(path, "II*\0 not a slide at all");
    const server = await start({ slides: [path] });
    const [row] = await getJson<SlideRow[]>(server, "/api/slides");
    const response = await fetch(`${server.base}/api/slides/${row!.id}`);
    expect(response.status).toBe(422);
    expect(await response.text()).not.toContain("Muster");
    expect(server.failures.join()).toContain("Max-Muster.svs");
  });
});

describe("a slide", () => {
  it("has tiles of the slide's own pixels at every level, of the sizes that Deep Zoom says", async () => {
    for (const [path, width, height] of [
      [slide, WIDTH, HEIGHT],
      [other, 900, 700],
    ] as const) {
      const server = await start({ slides: [path], quality: 100 });
      const [row] = await getJson<SlideRow[]>(server, "/api/slides");
      const view = await getJson<SlideView>(server, `/api/slides/${row!.id}`);
      expect(view).toMatchObject({ width, height, tileSize: 256, mpp: { x: 0.5, y: 0.5 } });
      const last = Math.ceil(Math.log2(Math.max(width, height)));
      for (let level = 0; level <= last; level++) {
        const scale = 2 ** (last - level);
        const [wide, high] = [Math.ceil(width / scale), Math.ceil(height / scale)];
        const [column, row_] = [Math.ceil(wide / 256) - 1, Math.ceil(high / 256) - 1];
        const address = `${server.base}/api/slides/${row!.id}/tiles/${level}`;
        const response = await fetch(`${address}/${column}_${row_}.jpg`);
        expect(response.status).toBe(200);
        const { image } = await decodeImage(new Uint8Array(await response.arrayBuffer()));
        expect([image.width, image.height]).toEqual([wide - 256 * column, high - 256 * row_]);
        const [x, y] = [Math.floor(image.width / 2), Math.floor(image.height / 2)];
        const at = (256 * column + x + 0.5) * scale;
        const down = (256 * row_ + y + 0.5) * scale;
        const expected = colourAt(Math.min(at, width - 1), Math.min(down, height - 1), width, height);
        const pixel = image.data.subarray(3 * (y * image.width + x), 3 * (y * image.width + x) + 3);
        // A pixel of the coarsest levels is the mean of a piece of the slope that ends at the slide's edge.
        const slack = 6 + (100 * scale) / Math.min(width, height);
        for (let channel = 0; channel < 3; channel++)
          expect(Math.abs(pixel[channel]! - expected[channel]!), `level ${level}`).toBeLessThan(slack);
        expect((await fetch(`${address}/${column + 1}_${row_}.jpg`)).status).toBe(404);
      }
      expect((await fetch(`${server.base}/api/slides/${row!.id}/tiles/${last + 1}/0_0.jpg`)).status).toBe(
        404,
      );
      await stopAll();
    }
  });

  it("is described in Deep Zoom's own format, and has a thumbnail of at most 512 pixels", async () => {
    const server = await start({ slides: [slide] });
    const [row] = await getJson<SlideRow[]>(server, "/api/slides");
    const xml = await (await fetch(`${server.base}/api/slides/${row!.id}/slide.dzi`)).text();
    expect(xml).toContain('Overlap="0" TileSize="256"');
    expect(xml).toContain('<Size Width="2000" Height="1500"/>');
    const thumbnail = await fetch(`${server.base}/api/slides/${row!.id}/thumbnail.jpg`);
    const { image } = await decodeImage(new Uint8Array(await thumbnail.arrayBuffer()));
    expect([image.width, image.height]).toEqual([512, 384]);
  });

  it("is not decoded again for a browser that holds its tile", async () => {
    const server = await start({ slides: [slide] });
    const [row] = await getJson<SlideRow[]>(server, "/api/slides");
    const address = `${server.base}/api/slides/${row!.id}/tiles/11/0_0.jpg`;
    const first = await fetch(address);
    const etag = first.headers.get("etag")!;
    expect(first.headers.get("cache-control")).toBe("private, max-age=600");
    const again = await fetch(address, { headers: { "if-none-match": etag } });
    expect([again.status, (await again.arrayBuffer()).byteLength]).toEqual([304, 0]);
    await makeSlide(slide, WIDTH, HEIGHT); // the same pixels in a newer file
    const status = async () => (await fetch(address, { headers: { "if-none-match": etag } })).status;
    await expect.poll(status, { timeout: 5000 }).toBe(200);
  });
});

describe("a model's answer", () => {
  it("is the record, its overlay, objects and heat maps", async () => {
    const server = await start({ results: results() });
    const [row] = await getJson<SlideRow[]>(server, "/api/slides");
    const [answer] = row!.answers;
    const path = `${server.base}/api/slides/${row!.id}/predictions/${answer!.model}`;
    const record = parsePrediction(await (await fetch(path)).text(), "record");
    expect(record.slide).toBe("Slide 1");
    expect(record.answer).toEqual({ label: "Abnormal", probabilities: [0.7, 0.2, 0.1] });
    const overlay = parseOverlay(await (await fetch(`${path}/overlay`)).text(), "overlay");
    expect([...overlay.maps[0]!.covered]).toEqual([1, 1, 1, 0]);
    const objects = (await (await fetch(`${path}/objects.geojson`)).json()) as { features: unknown[] };
    expect(objects.features).toHaveLength(1);
    const heat = await fetch(`${path}/heatmap/2.png`);
    const { image } = await decodeImage(new Uint8Array(await heat.arrayBuffer()));
    expect([image.width, image.height]).toEqual([1024, 768]);
    expect((await fetch(`${path}/heatmap/3.png`)).status).toBe(404);
  });

  it("of a results folder whose files are links that lead out of it is not read", async () => {
    const linked = join(folder, "linked");
    makeResults(linked, [{ name: "a", path: slide }]);
    const outside = join(folder, "results", "student", "slides", "patient-77");
    rmSync(join(linked, "slides", "a", "prediction.json"));
    symlinkSync(join(outside, "prediction.json"), join(linked, "slides", "a", "prediction.json"));
    symlinkSync(outside, join(linked, "slides", "b"));
    const server = await start({ results: [linked] });
    const rows = await getJson<SlideRow[]>(server, "/api/slides");
    expect(rows.map(({ problem }) => problem)).toEqual([
      "Its record is damaged: run `lowmag predict` again.",
    ]);
  });
});
