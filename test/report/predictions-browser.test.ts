// The page of predictions in a real browser: it sorts, filters, pages and enlarges, by pointer and by keyboard, asks for
// nothing but the pictures beside it, and complains of nothing.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeJpeg, encodePng } from "../../src/image/index.ts";
import { rgbImage } from "../../src/pixels/index.ts";
import { renderPredictionPage } from "../../src/report/index.ts";
import { chromiumPath, startChromium } from "../support/browser.ts";
import { LABELS, makePredictionPage } from "./predictions-fixture.ts";

const EVIL = `"><script>document.title = "hit"</script>`;
const HOSTILE = `<img src=x onerror='document.title="hit"'>\u202e`;

describe.skipIf(chromiumPath === undefined)(
  "the page of predictions in Chromium (skipped where there is none)",
  { timeout: 60_000 },
  () => {
    let browser: Browser;
    let folder: string;
    let page: Page;
    let complaints: string[];
    let requests: string[];

    // All slides share one folder of pictures, but for the name that is hostile.
    const input = makePredictionPage({
      slides: 150,
      change: (slide, index) => ({
        ...slide,
        folder: "slides/shared",
        ...(index === 7 ? { slide: HOSTILE, truth: EVIL } : {}),
      }),
    });

    const shownName = (slide: string) => slide.replace("\u202e", "\ufffd");
    const names = (): Promise<string[]> => page.locator("#cards h3").allTextContents();
    const tops = async (): Promise<number[]> =>
      (await page.locator("#cards .call span").allTextContents()).map(Number);

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "lowmag-predictions-"));
      await mkdir(join(folder, "slides", "shared"), { recursive: true });
      const picture = rgbImage(120, 80, new Uint8Array(3 * 120 * 80).fill(210));
      for (const name of ["overlay.jpg", "thumbnail.jpg"])
        await writeFile(join(folder, "slides", "shared", name), await encodeJpeg(picture));
      await writeFile(join(folder, "slides", "shared", "heatmap.png"), await encodePng(picture));
      await writeFile(join(folder, "report.html"), renderPredictionPage(input));
      await writeFile(
        join(folder, "large.html"),
        renderPredictionPage(
          makePredictionPage({ slides: 5000, change: (slide) => ({ ...slide, folder: "slides/shared" }) }),
        ),
      );
      browser = await startChromium();
    }, 60_000);

    afterAll(async () => {
      await browser?.close();
      await rm(folder, { recursive: true, force: true });
    });

    async function open(name = "report.html", width = 1280): Promise<void> {
      page = await browser.newPage({ viewport: { width, height: 900 } });
      complaints = [];
      requests = [];
      page.on("request", (request) => requests.push(request.url()));
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(String(error)));
      await page.goto(pathToFileURL(join(folder, name)).href);
    }

    async function close(): Promise<void> {
      expect(complaints).toEqual([]);
      expect(await page.title()).toBe("Slides classified by student-8");
      const outside = requests.filter(
        (url) => !url.startsWith(pathToFileURL(folder).href) && !url.startsWith("data:"),
      );
      expect(outside).toEqual([]);
      await page.close();
    }

    it.each([1280, 820, 390])("shows pictures and does not spill sideways at %i px", async (width) => {
      await open("report.html", width);
      const spill = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth");
      expect(spill).toBeLessThanOrEqual(0);
      const first = page.locator("#cards img").first();
      await first.scrollIntoViewIfNeeded();
      await expect.poll(() => page.evaluate("document.querySelector('#cards img').naturalWidth")).toBe(120);
      await close();
    });

    it("pages through all slides, every one once", async () => {
      await open();
      const seen = await names();
      expect(seen).toHaveLength(60);
      await page.locator("#next").click();
      seen.push(...(await names()));
      await page.locator("#next").click();
      seen.push(...(await names()));
      expect(await page.locator("#next").isDisabled()).toBe(true);
      expect(await page.locator("#place").textContent()).toBe("Page 3 of 3");
      expect(new Set(seen).size).toBe(150);
      expect(seen).toHaveLength(150);
      await page.locator("#size").selectOption("all");
      expect(await names()).toHaveLength(150);
      await close();
    });

    it("sorts by probability, by uncertainty and by disagreement", async () => {
      await open();
      await page.locator("#size").selectOption("all");
      await page.locator("#sort").selectOption("unsurest");
      const rising = await tops();
      expect(rising).toEqual([...rising].sort((a, b) => a - b));
      await page.locator("#sort").selectOption("class-2");
      const bySprue = [...input.slides].sort(
        (a, b) => b.answer.probabilities[2]! - a.answer.probabilities[2]!,
      );
      expect((await names()).slice(0, 5)).toEqual(bySprue.slice(0, 5).map(({ slide }) => shownName(slide)));
      const entropy = ({ answer }: (typeof input.slides)[number]) =>
        -answer.probabilities.reduce((sum, p) => sum + p * Math.log2(p), 0);
      await page.locator("#sort").selectOption("entropy");
      const unsure = [...input.slides].sort((a, b) => entropy(b) - entropy(a));
      expect((await names())[0]).toBe(unsure[0]!.slide);
      await page.locator("#sort").selectOption("against");
      expect(await names()).toHaveLength(150);
      expect(await page.locator("#cards .truth").first().getAttribute("class")).toContain("wrong");
      await close();
    });

    it("filters by label, known label, probability, name and remarks, and back", async () => {
      await open();
      await page.locator("#size").selectOption("all");
      await page.locator("#label").selectOption("1");
      const normal = input.slides.filter(({ answer }) => answer.label === LABELS[1]);
      expect(await names()).toHaveLength(normal.length);
      await page.locator("#known").selectOption("differs");
      const wrong = normal.filter(({ truth }) => truth !== null && truth !== LABELS[1]);
      expect(await names()).toEqual(wrong.map(({ slide }) => shownName(slide)));
      await page.locator("#from").fill("0.9");
      for (const top of await tops()) expect(top).toBeGreaterThanOrEqual(0.9);
      await page.getByRole("button", { name: "Reset" }).click();
      await expect.poll(() => page.locator("#cards > li").count()).toBe(60);
      await page.locator("#noted").check();
      expect(await names()).toHaveLength(input.slides.filter(({ notes }) => notes.length > 0).length);
      await page.locator("#name").fill("no such slide");
      expect(await names()).toEqual([]);
      expect(await page.locator("#shown").textContent()).toBe("No slide is like this.");
      await close();
    });

    it("can be used with the keyboard alone", async () => {
      await open();
      await page.locator("#cards a.picture").nth(2).focus();
      await page.keyboard.press("Enter");
      const title = page.locator("#large-name");
      expect(await title.textContent()).toBe(input.slides[2]!.slide);
      await page.keyboard.press("ArrowRight");
      expect(await title.textContent()).toBe(input.slides[3]!.slide);
      await page.keyboard.press("h");
      expect(await page.locator("#show-heat").isChecked()).toBe(true);
      expect(await page.locator("#large-picture img.heat").isVisible()).toBe(true);
      await page.keyboard.press("Escape");
      expect(await page.locator("#large").isVisible()).toBe(false);
      const focused = await page.evaluate(
        "document.activeElement.closest('li').querySelector('h3').textContent",
      );
      expect(focused).toBe(input.slides[3]!.slide);
      await page.keyboard.press("ArrowRight");
      expect(await page.locator("#place").textContent()).toBe("Page 2 of 3");
      await close();
    });

    it("lays heat maps over the slides, or shows the slides alone, when asked", async () => {
      await open();
      const card = page.locator("#cards > li").first();
      const seen = async () => {
        const layers = [card.locator("img").first(), card.locator("img.bare"), card.locator("img.heat")];
        return await Promise.all(layers.map((layer) => layer.isVisible()));
      };
      await page.mouse.move(0, 0);
      expect(await seen()).toEqual([true, false, false]);
      await page.locator("#show-heat").check();
      expect(await seen()).toEqual([false, true, true]);
      await card.locator("a.picture").hover();
      expect(await seen()).toEqual([true, false, false]);
      await page.locator("#show-pieces").check();
      await card.locator("a.picture").hover();
      expect(await seen()).toEqual([false, true, true]);
      await page.locator("#show-bare").check();
      expect(await card.locator("img.bare").isVisible()).toBe(true);
      await close();
    });

    it("stays quick with 5,000 slides", async () => {
      const start = performance.now();
      await open("large.html");
      expect(await names()).toHaveLength(60);
      expect(performance.now() - start).toBeLessThan(15_000);
      const spent = await page.evaluate(`(() => {
        const start = performance.now();
        const sort = document.getElementById("sort");
        sort.value = "entropy";
        sort.dispatchEvent(new Event("input", { bubbles: true }));
        document.body.offsetHeight;
        return performance.now() - start;
      })()`);
      expect(spent).toBeLessThan(2_000);
      expect(await page.locator("#shown").textContent()).toBe("1 to 60 of 5,000 slides");
      await close();
    });
  },
);
