// The report in a real browser: it loads nothing, complains of nothing, and fits a desk, a tablet and a phone.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeJpeg } from "../../src/image/index.ts";
import { rgbImage } from "../../src/pixels/index.ts";
import { writeReport } from "../../src/report/index.ts";
import { chromiumPath, startChromium } from "../support/browser.ts";
import { makeRecord, SEVEN_MODELS, THREE_CLASSES } from "./fixture.ts";

describe.skipIf(chromiumPath === undefined)(
  "the report in Chromium (skipped where there is none)",
  { timeout: 120_000 },
  () => {
    let browser: Browser;
    let folder: string;
    let url: string;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "lowmag-browser-"));
      const jpeg = await encodeJpeg(rgbImage(64, 48, new Uint8Array(3 * 64 * 48).fill(180)));
      const view = { model: "student-4", mpp: 4, jpeg, width: 64, height: 48, predicted: THREE_CLASSES[0] };
      const image = {
        image: "a.png",
        label: THREE_CLASSES[0],
        patient: "P-1",
        views: [{ ...view, probabilities: [0.7, 0.2, 0.1] }],
      };
      const record = makeRecord({ classes: THREE_CLASSES, models: SEVEN_MODELS });
      const [report] = await writeReport(folder, { record, examples: [image] });
      url = pathToFileURL(report!).href;
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
        const spill = (await page.evaluate(
          "document.documentElement.scrollWidth - window.innerWidth",
        )) as number;
        expect(spill).toBeLessThanOrEqual(0);
        expect(await page.locator("figure svg, svg[role='img']").count()).toBeGreaterThan(5);
        expect(await page.locator("img, image").count()).toBeGreaterThan(0);
        await page.close();
      },
    );
  },
);
