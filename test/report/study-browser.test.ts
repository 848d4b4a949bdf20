// The study's page in a real browser: it loads nothing, complains of nothing, and fits a desk, a tablet and a phone; its
// figures can be drawn as PNG.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeJpeg, rasteriseSvg } from "../../src/image/index.ts";
import { rgbImage } from "../../src/pixels/index.ts";
import { writeStudyReport } from "../../src/report/index.ts";
import { chromiumPath, startChromium } from "../support/browser.ts";
import { makeStudyRecord } from "../support/study-record.ts";

describe.skipIf(chromiumPath === undefined)(
  "the study's page in Chromium (skipped where there is none)",
  { timeout: 120_000 },
  () => {
    let browser: Browser;
    let folder: string;
    let url: string;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "lowmag-study-browser-"));
      const record = makeStudyRecord({ late: ["fine-tuned"] });
      const jpeg = await encodeJpeg(rgbImage(64, 48, new Uint8Array(3 * 64 * 48).fill(180)));
      const cells = record.evaluation!.cells.filter(({ kind }) => kind === "teacher" || kind === "distilled");
      const views = cells.slice(0, 2).map(({ id, mpp }, index) => ({
        ...{ model: id, mpp, jpeg, width: 64, height: 48 },
        ...{ predicted: record.data.classes[index]!, probabilities: [0.7, 0.2, 0.1] },
      }));
      const example = { image: "a.png", label: record.data.classes[0]!, patient: "P-1", seed: 1, views };
      const [page] = await writeStudyReport(folder, { record, examples: [example] }, (svg) =>
        rasteriseSvg(svg, 1),
      );
      url = pathToFileURL(page!).href;
      browser = await startChromium();
    }, 120_000);

    afterAll(async () => {
      await browser?.close();
      await rm(folder, { recursive: true, force: true });
    });

    it.each([1280, 820, 390])(
      "asks for nothing, says nothing on the console, and does not spill sideways at %i px",
      async (width) => {
        const page = await browser.newPage({ viewport: { width, height: 900 } });
        const requests: string[] = [];
        const complaints: string[] = [];
        page.on("request", (request) => requests.push(request.url()));
        page.on("console", (message) => complaints.push(message.text()));
        page.on("pageerror", (error) => complaints.push(String(error)));
        await page.goto(url);
        expect(requests.filter((address) => !address.startsWith("data:"))).toEqual([url]);
        expect(complaints).toEqual([]);
        // Run in the page, where the types of a browser are not known to this project.
        const spill = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth");
        expect(spill).toBeLessThanOrEqual(0);
        expect(await page.locator("figure svg[role='img']").count()).toBeGreaterThan(20);
        await page.close();
      },
    );

    it("draws every mark of a figure inside its panel", async () => {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      await page.goto(url);
      // Text may be wider in another font; marks and lines have no excuse.
      const outside =
        await page.evaluate(`[...document.querySelectorAll("figure.study-figure .panels svg")].flatMap((svg) => {
        const frame = svg.getBoundingClientRect();
        return [...svg.querySelectorAll("path,rect,circle,text")].filter((shape) => {
          const box = shape.getBoundingClientRect();
          return box.left < frame.left - 3 || box.right > frame.right + 3 || box.top < frame.top - 3 || box.bottom > frame.bottom + 3;
        }).map((shape) => shape.outerHTML.slice(0, 160));
      })`);
      expect(outside).toEqual([]);
      await page.close();
    });

    it("has pictures of its figures that show something", async () => {
      const png = await readFile(join(folder, "figures", "accuracy-against-cost.png"));
      const { width, height } = await sharp(png).metadata();
      expect(width).toBeGreaterThan(700);
      expect(height).toBeGreaterThan(300);
      const { channels } = await sharp(png).stats();
      expect(channels[0]!.min).toBeLessThan(60);
      expect(channels[0]!.mean).toBeGreaterThan(200);
    });
  },
);
