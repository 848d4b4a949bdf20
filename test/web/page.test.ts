// The exported page in a real browser: a slide that is dropped on it is classified as the command line does it, and nothing
// leaves the page. Built by `npm run build`.
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { classifySlide, predictionGeoJson, type SlidePrediction } from "../../src/classify/index.ts";
import { modelFacts, openNetwork } from "../../src/infer/index.ts";
import { openSlide } from "../../src/local/index.ts";
import { chromiumPath, startChromium } from "../support/browser.ts";
import { NO_REAL_DATA, realData } from "../support/real-data.ts";
import {
  choose,
  engineReady,
  jobTexts,
  keptFile,
  keptPrediction,
  type OpenPage,
  openPage,
  settled,
} from "./page-drive.ts";
import {
  exportPage,
  RUN,
  type SlideName,
  type StaticHost,
  startStaticHost,
  writeSlides,
} from "./page-site.ts";

const BUILT = existsSync(fileURLToPath(new URL("../../dist/web/page/sw.js", import.meta.url)));

/** Of a probability, between the browser and Node. */
const TOLERANCE = 1e-3;

/** What Node answers for the same file, with the package's own decoders. */
async function answerInNode(path: string, how: "cut" | "whole", mpp?: number): Promise<SlidePrediction> {
  const network = await openNetwork({ model: RUN.model, facts: modelFacts(RUN) });
  const slide = await openSlide(path, { backend: "own", mpp });
  try {
    const { prediction } = await classifySlide(slide, network, { name: basename(path), decoder: "", how });
    return prediction;
  } finally {
    await slide.close();
    await network.close();
  }
}

/** Largest difference of a probability and of a logit, piece by piece; the pieces must be the same. */
function apart(page: SlidePrediction, node: SlidePrediction): number {
  expect(page.pieces.map(({ box }) => box)).toEqual(node.pieces.map(({ box }) => box));
  const values = ({ pieces }: SlidePrediction) => pieces.flatMap((of) => [...of.probabilities, ...of.logits]);
  const expected = values(node);
  return Math.max(...values(page).map((value, i) => Math.abs(value - expected[i]!)));
}

describe.skipIf(chromiumPath === undefined || !BUILT)(
  "the page in Chromium (skipped where there is none, or `npm run build` has not been run)",
  { timeout: 60_000 },
  () => {
    let browser: Browser;
    let folder: string;
    let site: string;
    let host: StaticHost;
    let files: Readonly<Record<SlideName, string>>;
    let context: BrowserContext;
    let open: OpenPage;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "lowmag-page-"));
      site = join(folder, "site");
      await exportPage(site);
      files = await writeSlides(folder);
      host = await startStaticHost(site);
      browser = await startChromium();
      context = await browser.newContext({ viewport: { width: 1200, height: 900 } });
      open = await openPage(context, host.url);
    }, 60_000);
    afterAll(async () => {
      await browser?.close();
      await host?.close();
      await rm(folder, { recursive: true, force: true });
    });

    /**
     * All requests so far: those of the page, its workers and its service worker, and those that came to the host, but for
     * the service worker's own file: browsers look by themselves, now and then, whether it has changed.
     */
    const askedFor = () =>
      [...open.requests, ...host.requests].filter((address) => !address.endsWith("sw.js")).sort();

    it("has threads on a host that sends no special headers, and says what computes and what the model is for", async () => {
      const { page } = open;
      expect(await page.evaluate("crossOriginIsolated")).toBe(true);
      expect(await page.textContent(".engine")).toMatch(
        /onnxruntime-web 1\.\d+\.\d+, WebAssembly, \d threads/,
      );
      const model = await page.textContent(".model");
      for (const word of ["student-2", "Abnormal, Normal, Sprue", "2 µm/px", "Research use only"])
        expect(model).toContain(word);
    });

    it("fetches one form of the runtime alone", () => {
      const packed = host.requests.filter((name) => name.endsWith(".gz"));
      expect(packed.map((name) => basename(name)).sort()).toEqual(
        ["decoders.wasm.gz", "model.planes.gz", "plain.wasm.gz"].sort(),
      );
    });

    it("answers for a slide as Node does, without a request", async () => {
      const before = askedFor();
      await choose(open.page, [files.slide]);
      expect(await jobTexts(open.page)).toEqual({});
      const answer = await keptPrediction(open.page, "two pieces.tif");
      const node = await answerInNode(files.slide, "cut");
      expect(node.pieces).toHaveLength(2);
      const [first, second] = node.pieces;
      // The two pieces are told apart by far more than the tolerance.
      expect(Math.abs(first!.logits[0]! - second!.logits[0]!)).toBeGreaterThan(10 * TOLERANCE);
      expect(apart(answer, node)).toBeLessThan(TOLERANCE);
      expect(answer.answer.label).toBe(node.answer.label);
      expect(answer.facts).toMatchObject({
        width: 2000,
        height: 1200,
        decoder: expect.stringMatching(/turbo/),
      });
      expect(askedFor()).toEqual(before);
    });

    it("shows the slide with its heat map, and gives CSV and the GeoJSON that Node would give", async () => {
      const { page } = open;
      const geo = JSON.parse(await keptFile(page, "two pieces.tif", "Pieces for QuPath"));
      const cells = JSON.parse(await keptFile(page, "two pieces.tif", "Heat map for QuPath"));
      const answer = await keptPrediction(page, "two pieces.tif");
      expect(geo.features).toHaveLength(2);
      expect(cells.features.length).toBeGreaterThan(100);
      expect(predictionGeoJson(answer, { classes: answer.model.classes, maps: [], outlines: [] })).toContain(
        geo.features[0].id,
      );
      const csv = (await keptFile(page, "two pieces.tif", "Pieces (CSV)")).trim().split("\n");
      expect(csv).toHaveLength(3);
      expect(csv[1]).toMatch(/^two pieces\.tif,1,/);
      const colours = await page.evaluate(countColours);
      expect(colours).toBeGreaterThan(50);
    });

    it("takes JPEG, PNG and WebP images as pieces of tissue, and asks how large their pixels are", async () => {
      const { page } = open;
      await choose(page, [files.jpeg, files.png, files.webp]);
      const questions = new Set(Object.values(await jobTexts(page)));
      expect([...questions]).toEqual(["How large are its pixels?"]);
      await page.fill(".ask input[name=mpp] >> nth=0", "0,8");
      await page.check(".ask input[type=checkbox] >> nth=0");
      await page.click(".ask button[type=submit] >> nth=0");
      await settled(page);
      for (const [name, path] of [
        ["piece.jpg", files.jpeg],
        ["piece.png", files.png],
        ["piece.webp", files.webp],
      ] as const) {
        const answer = await keptPrediction(page, name);
        expect(answer.facts.mpp).toEqual({ x: 0.8, y: 0.8 });
        expect(apart(answer, await answerInNode(path, "whole", 0.8))).toBeLessThan(TOLERANCE);
      }
    });

    it("says what is wrong with what it cannot read, and goes on", async () => {
      const { page } = open;
      await choose(page, [files.text, files.truncated, files.slide]);
      const texts = await jobTexts(page);
      expect(texts["notes.tif"]).toMatch(/^Expected a slide .*, got a file of another kind\./);
      expect(texts["cut off.tif"]).toMatch(/truncated/);
      expect(Object.values(texts).join()).not.toMatch(/`|--/);
      expect(await page.textContent("[data-done]")).toMatch(/^5 slides classified in/);
      for (const name of ["notes.tif", "cut off.tif"]) await page.click(`[aria-label="Remove ${name}"]`);
    });

    it("cancels a slide, and classifies it when asked again", async () => {
      const { page } = open;
      await choose(page, [files.jpeg]);
      await page.click('[aria-label="Cancel piece.jpg"]');
      expect(await jobTexts(page)).toEqual({ "piece.jpg": "Cancelled" });
      await page.click(".jobs li button:has-text('Again')");
      await page.click(".ask button[type=submit]");
      await settled(page);
      expect(await jobTexts(page)).toEqual({});
    });

    it("lets a person choose another engine, which answers the same", async () => {
      const { page } = open;
      await page.goto(`${host.url}#`);
      await page.selectOption(".engine select", "wasm");
      await engineReady(page);
      expect(await page.textContent(".engine")).toContain("WebAssembly, 1 thread");
      await choose(page, [files.slide]);
      const rows = page.getByRole("link", { name: "two pieces.tif", exact: true });
      expect(await rows.count()).toBe(3);
      await page.goto(`${host.url}#`);
      const shares = await page.$$eval("table.slides tbody tr", (all) =>
        all
          .filter((row) => row.querySelector(".name")?.textContent === "two pieces.tif")
          .map((row) => row.querySelector("td.probability")?.textContent),
      );
      expect(new Set(shares).size).toBe(1);
    });

    it.skipIf(realData("slides") === null)(
      `answers for real slides as Node does (${NO_REAL_DATA})`,
      async () => {
        const path = realData("slides/CMU-1-Small-Region.svs")!;
        await choose(open.page, [path]);
        const answer = await keptPrediction(open.page, basename(path));
        expect(apart(answer, await answerInNode(path, "cut"))).toBeLessThan(TOLERANCE);
      },
    );

    it("fits a phone", async () => {
      const { page } = open;
      await page.setViewportSize({ width: 390, height: 800 });
      const width = await page.evaluate("document.documentElement.scrollWidth");
      await page.setViewportSize({ width: 1200, height: 900 });
      expect(width).toBeLessThanOrEqual(390);
    });

    it("asked for nothing but its own files, and no browser rule was broken", () => {
      expect(open.requests.filter((url) => !url.startsWith(host.url))).toEqual([]);
      expect(host.requests.every((name) => existsSync(join(site, name)))).toBe(true);
      expect(open.complaints).toEqual([]);
    });

    it("works when the host is gone and there is no network", async () => {
      await host.close();
      await context.setOffline(true);
      const { page } = open;
      await page.goto(`${host.url}#`);
      await page.reload();
      await engineReady(page);
      await choose(page, [files.slide]);
      const answer = await keptPrediction(page, "two pieces.tif");
      expect(apart(answer, await answerInNode(files.slide, "cut"))).toBeLessThan(TOLERANCE);
    });

    it("works without a service worker, with one thread, and says so", async () => {
      const plain = await startStaticHost(site);
      const blocked = await browser.newContext({ serviceWorkers: "block" });
      const { page } = await openPage(blocked, plain.url);
      expect(await page.textContent(".engine")).toContain("WebAssembly, 1 thread");
      expect(await page.textContent("[data-offline]")).toMatch(/Without a network the page does not load/);
      await choose(page, [files.slide]);
      expect(await jobTexts(page)).toEqual({});
      await blocked.close();
      await plain.close();
    });

    it("refuses a model that is not the one that was exported", async () => {
      const changed = await startStaticHost(site, (name, content) =>
        name === "model.json"
          ? Buffer.from(content.toString().replace(/"sha256": ".{4}/, '"sha256": "0000'))
          : content,
      );
      const other = await browser.newContext();
      const page = await other.newPage();
      await page.goto(changed.url);
      await page.waitForSelector('[data-engine="failed"]');
      expect(await page.textContent('[data-engine="failed"]')).toMatch(/its SHA-256 differs/);
      await other.close();
      await changed.close();
    });
  },
);

/** Different colours in the middle of the largest canvas, in steps of 16. */
function countColours(): number {
  const canvases = [...document.querySelectorAll("canvas")].sort(
    (a, b) => b.width * b.height - a.width * a.height,
  );
  const [canvas] = canvases;
  if (canvas === undefined) return 0;
  const copy = document.createElement("canvas");
  copy.width = 200;
  copy.height = 200;
  const context = copy.getContext("2d")!;
  context.drawImage(canvas, 0, 0, 200, 200);
  const { data } = context.getImageData(0, 0, 200, 200);
  const colours = new Set<number>();
  for (let i = 0; i < data.length; i += 4)
    colours.add(((data[i]! >> 4) << 8) | ((data[i + 1]! >> 4) << 4) | (data[i + 2]! >> 4));
  return colours.size;
}
