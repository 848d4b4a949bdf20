// The viewer and the server together: a slide of known pixels in a results folder of two models, seen in a browser. Names
// stay hidden, pixels lie where they are, the map is the record's.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { heatColour } from "../../src/classify/index.ts";
import { colourAt, makeResults, makeSlide } from "../server/make-results.ts";
import { start, stopAll, type TestServer } from "../server/start.ts";
import { chromiumPath, startChromium } from "../support/browser.ts";
import { ViewerPage } from "./viewer-page.ts";

const WIDTH = 2000;
const HEIGHT = 1500;
const DESK = { viewport: { width: 936, height: 600 }, reducedMotion: "reduce" } as const;

/** Finer tiles and maps come when they have come: the pixel in the middle is within `steps` of a colour soon. */
async function middleBecomes(
  viewer: ViewerPage,
  canvas: "slide" | "drawing",
  colour: readonly number[],
  steps: number,
): Promise<void> {
  const distance = async () => {
    const pixel = await viewer.pixelBeside(canvas, 0);
    return Math.max(...colour.map((value, channel) => Math.abs(pixel[channel]! - value)));
  };
  await expect.poll(distance, { timeout: 10_000 }).toBeLessThanOrEqual(steps);
}

describe.skipIf(chromiumPath === undefined)("lowmag serve in Chromium (skipped where there is none)", () => {
  let browser: Browser;
  let server: TestServer;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "lowmag-viewer-"));
    const path = join(folder, "Erika-Mustermann-1964.tif");
    await makeSlide(path, WIDTH, HEIGHT);
    const entry = { name: "Erika-Mustermann-1964", path };
    makeResults(join(folder, "student"), [{ ...entry, truth: "Sprue" }]);
    makeResults(join(folder, "teacher"), [{ ...entry, model: "teacher-1", probabilities: [0.1, 0.3, 0.6] }]);
    const viewer = fileURLToPath(new URL("../../dist/web/viewer", import.meta.url));
    server = await start({ results: [join(folder, "student"), join(folder, "teacher")], viewer });
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await stopAll();
    rmSync(folder, { recursive: true, force: true });
  });

  it("shows the slide's own pixels and the record's map at any place, and no name", async () => {
    const viewer = await ViewerPage.open(browser, `${server.base}/`, "", DESK);
    await viewer.page.getByRole("link", { name: "Slide 1", exact: true }).click();
    await viewer.shows("known as Sprue");
    const hash = viewer.hash().replace(/&at=.*/, "");
    for (const [x, y, step] of [
      [300, 350, 0.5],
      [700, 350, 1],
      [1600, 1200, 1.7],
    ] as const) {
      await viewer.goTo(`${hash}&at=${x},${y},${step}&opacity=100&outlines=0&labels=0&class=Normal`);
      await viewer.slideDrawn();
      await middleBecomes(viewer, "slide", colourAt(x, y, WIDTH, HEIGHT), 4);
    }
    expect((await viewer.pixelBeside("drawing", 0))[3]).toBe(0);
    await viewer.goTo(`${hash}&at=300,350,0.5&opacity=100&outlines=0&labels=0&class=Normal`);
    await viewer.slideDrawn();
    // The middle of the first cell, whose value of the second class is 20 x 4 of 255.
    await middleBecomes(viewer, "drawing", heatColour(80 / 255), 3);
    // OpenSeadragon remarks on tiles that come after their view was left, and Chromium on the canvas that we read from.
    const harmless = /willReadFrequently|^Ignoring tile .* loaded before reset/;
    expect(viewer.complaints.filter((text) => !harmless.test(text))).toEqual([]);
    expect(viewer.requests.filter((url) => !url.startsWith(server.base))).toEqual([]);
    expect(viewer.requests.filter((url) => url.includes("Erika"))).toEqual([]);
    expect(await viewer.page.content()).not.toContain("Erika");
    expect(server.failures).toEqual([]);
  });

  it("shows two models side by side with how far they disagree", async () => {
    const viewer = await ViewerPage.open(browser, `${server.base}/`, "", DESK);
    await viewer.page.getByRole("link", { name: "Slide 1", exact: true }).click();
    await viewer.shows("Class on the map");
    await viewer.page.keyboard.press("b");
    await viewer.shows("teacher-1: Sprue 60.0 %");
    await viewer.shows("student-8: Abnormal 70.0 %");
    await viewer.shows("They disagree by 0.600");
    await viewer.slideDrawn();
    expect(server.failures).toEqual([]);
  });
});
