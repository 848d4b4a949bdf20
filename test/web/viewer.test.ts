// The viewer in a real browser, as built, under the policy of the server, over slides whose places and numbers are known.
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { heatColour } from "../../src/classify/index.ts";
import { chromiumPath, startChromium } from "../support/browser.ts";
import { MPP, PIECES } from "./generated-slides.ts";
import { type SlideServer, startSlideServer } from "./slide-server.ts";
import { ViewerPage } from "./viewer-page.ts";

const DESK = { viewport: { width: 936, height: 600 }, reducedMotion: "reduce" } as const;
const PHONE = { viewport: { width: 390, height: 800 }, reducedMotion: "reduce", hasTouch: true } as const;

describe.skipIf(chromiumPath === undefined)("the viewer in Chromium (skipped where there is none)", () => {
  let browser: Browser;
  let server: SlideServer;
  /** The page that most tests share; they go from address to address as a person would. */
  let shared: ViewerPage;
  const own: ViewerPage[] = [];

  beforeAll(async () => {
    browser = await startChromium();
    server = await startSlideServer();
    shared = await ViewerPage.open(browser, server.url, "", DESK);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  beforeEach(() => server.reset());
  afterEach(async () => {
    for (const viewer of own.splice(0)) await viewer.page.context().close();
  });

  const open = async (hash = ""): Promise<ViewerPage> => {
    await shared.goTo(hash);
    return shared;
  };
  const openAnew = async (hash = "", options: BrowserContextOptions = DESK): Promise<ViewerPage> => {
    const viewer = await ViewerPage.open(browser, server.url, hash, options);
    own.push(viewer);
    return viewer;
  };
  const at = (x: number, y: number, step: number, more = "") => `#slide=s1&at=${x},${y},${step}${more}`;

  describe("a slide", () => {
    it("opens from the table, under a policy that allows nothing inline, without a request to elsewhere", async () => {
      const viewer = await openAnew();
      await viewer.page.getByRole("link", { name: "Slide 1", exact: true }).click();
      await viewer.shows("known as Sprue");
      expect(await viewer.page.title()).toBe("Slide 1 · lowmag");
      await viewer.slideDrawn();
      for (const channel of (await viewer.pixelBeside("slide", 0)).slice(0, 3)) {
        expect(channel).toBeGreaterThan(235);
      }
      // The browser's advice on reading canvases is about this test.
      expect(viewer.complaints.filter((text) => !text.includes("willReadFrequently"))).toEqual([]);
      expect(viewer.requests.filter((url) => !url.startsWith(server.url))).toEqual([]);
    });

    it("lies where its coordinates say: tissue begins to the right of its known edge", async () => {
      const piece = PIECES[0]!;
      const viewer = await open(at(piece.x - piece.rx, piece.y, 2, "&heat=0&outlines=0&labels=0"));
      await viewer.slideDrawn();
      const [, left] = await viewer.pixelBeside("slide", -12);
      const [, right] = await viewer.pixelBeside("slide", 12);
      expect(left).toBeGreaterThan(230);
      expect(right).toBeLessThan(200);
    });

    it.each([0.5, 2, 7.3, 40])(
      "has a scale bar that is right at %s level-0 pixels per point",
      async (step) => {
        const viewer = await open(at(20_000, 15_000, step));
        await viewer.rest();
        const bar = viewer.page.locator(".scale-bar");
        const micrometres = Number(await bar.getAttribute("data-micrometres"));
        const points = await viewer.page
          .locator(".rule")
          .evaluate((rule) => rule.getBoundingClientRect().width);
        expect(micrometres / points).toBeCloseTo(step * MPP, 3);
        expect(points).toBeGreaterThan(45);
        expect(points).toBeLessThanOrEqual(140);
        await expect(viewer.hud()).resolves.toContain(
          `${Number((step * MPP).toPrecision(3))
            .toFixed(1)
            .slice(0, 2)}`,
        );
      },
    );

    it("says the magnification, and in mm what the pointer is over", async () => {
      const viewer = await open(at(12_000, 13_000, 4));
      await viewer.rest();
      expect(await viewer.hud()).toContain("10x · 1.00 µm/px");
      await viewer.pointAt(0, 0);
      expect(await viewer.hud()).toContain("x 3.000 mm, y 3.250 mm · Sprue");
      await viewer.pointAt(100, -50);
      expect(await viewer.hud()).toContain("x 3.100 mm, y 3.200 mm");
    });

    it("zooms by buttons and keys, and goes back to the whole", async () => {
      const viewer = await open(at(20_000, 15_000, 8));
      await viewer.rest();
      await viewer.page.getByRole("button", { name: "Zoom in" }).click();
      await viewer.stepIs(4);
      await viewer.page.keyboard.press("-");
      await viewer.stepIs(6);
      await viewer.page.keyboard.press("0");
      await viewer.until("Number(location.hash.match(/at=[^,]*,[^,]*,([0-9.]+)/)[1]) > 30");
    });

    it("states no lengths where the slide states no µm per pixel", async () => {
      const viewer = await open("#slide=s10&at=20000,15000,4");
      await viewer.rest();
      expect(await viewer.hud()).toContain("25 % of full size · µm/px not known");
      expect(await viewer.page.locator(".scale-bar").count()).toBe(0);
    });
  });

  describe("the map", () => {
    it("has the colours of the legend at the opacity that is set", async () => {
      const viewer = await open(at(12_000, 13_500, 8, "&class=Sprue&opacity=100&outlines=0&labels=0"));
      await viewer.slideDrawn();
      await viewer.pointAt(0, 0);
      const share = Number(/Sprue ([\d.]+) %/.exec(await viewer.hud())?.[1]) / 100;
      const drawn = await viewer.pixelBeside("drawing", 0);
      for (const [channel, value] of heatColour(share).entries()) {
        expect(Math.abs(drawn[channel]! - value)).toBeLessThan(6);
      }
      expect(drawn[3]).toBe(255);
    });

    it("goes and comes by switch and by key, and fades with the slider", async () => {
      const viewer = await open(at(12_000, 13_500, 8, "&outlines=0&labels=0"));
      await viewer.slideDrawn();
      const opacity = async () => (await viewer.pixelBeside("drawing", 0))[3]!;
      expect(await opacity()).toBeCloseTo(128, -1);
      await viewer.page.getByRole("switch", { name: "Heat map" }).uncheck();
      expect(await opacity()).toBe(0);
      expect(await viewer.page.locator(".legend").count()).toBe(0);
      await viewer.page.keyboard.press("h");
      await viewer.page.getByRole("slider", { name: "Opacity" }).fill("20");
      expect(await opacity()).toBeCloseTo(51, -1);
      expect(viewer.hash()).toContain("opacity=20");
    });

    it("changes with the class that is chosen, by mouse and by number", async () => {
      const viewer = await open(at(12_000, 13_500, 8, "&outlines=0&labels=0"));
      await viewer.slideDrawn();
      const sprue = await viewer.pixelBeside("drawing", 60);
      await viewer.page.getByRole("radio", { name: /^Normal/ }).check();
      await viewer.shows("Probability of Normal");
      expect(await viewer.pixelBeside("drawing", 60)).not.toEqual(sprue);
      await viewer.page.keyboard.press("1");
      await viewer.shows("Probability of Abnormal");
      expect(viewer.hash()).toContain("class=Abnormal");
    });

    it("goes to a piece from the list, and marks the piece that is clicked on the slide", async () => {
      const viewer = await open("#slide=s1");
      await viewer.slideDrawn();
      await viewer.page.getByRole("button", { name: /^2\s*Normal/ }).click();
      await viewer.until("location.hash.includes('at=29000,9500,')");
      expect(viewer.hash()).toContain("piece=2");
      await viewer.page.keyboard.press("0");
      await viewer.until("location.hash.includes('at=20000,15000,')");
      await viewer.clickAt(-200, 0);
      await viewer.until("location.hash.includes('piece=1')");
    });

    it("of two models move as one, whichever is moved", async () => {
      // Two stages of a whole number of points each, so that their middles are on one.
      const desk = { ...DESK, viewport: { width: 939, height: 600 } };
      const viewer = await openAnew("#slide=s1&beside=m2&at=20000,15000,16", desk);
      await viewer.slideDrawn();
      await viewer.shows("teacher 10x: Sprue 81.0 %");
      await viewer.shows("student 1.25x: Sprue 70.0 %");
      await viewer.pointAt(-150, 0, 1);
      const texts = await viewer.page.locator(".pointed").allTextContents();
      expect(texts).toHaveLength(2);
      expect(texts[0]!.slice(0, 24)).toBe("x 4.400 mm, y 3.750 mm ·");
      expect(texts[1]!.slice(0, 24)).toBe(texts[0]!.slice(0, 24));
      await viewer.drag(1, -120, 60);
      await viewer.until("location.hash.includes('at=21920,14040,16')");
      await viewer.bothPoint("x 5.480 mm, y 3.510 mm");
      await viewer.page.getByRole("application").first().focus();
      await viewer.page.keyboard.press("+");
      await viewer.bothHuds("3.75x · 2.67 µm/px");
    });

    it("says where a model has no answer, and why", async () => {
      const viewer = await open("#slide=s10&model=m2");
      await viewer.shows("student 1.25x has no answer for this slide yet.");
      await viewer.page.goto(`${server.url}#slide=s3`);
      await viewer.shows("The slide states no µm per pixel. Pass --mpp.");
    });

    it("gives its pieces as a table to keep", async () => {
      const viewer = await open("#slide=s1");
      const [download] = await Promise.all([
        viewer.page.waitForEvent("download"),
        viewer.page.getByRole("button", { name: "Pieces (CSV)" }).click(),
      ]);
      expect(download.suggestedFilename()).toBe("lowmag-s1.csv");
      const stream = await download.createReadStream();
      const lines = (await stream.toArray()).join("").trim().split("\n");
      expect(lines).toHaveLength(1 + PIECES.length);
      expect(lines[2]).toContain("Normal");
    });
  });

  describe("the table", () => {
    const names = (page: Page) => page.locator("tbody .open").allTextContents();

    it("sorts by every head, numbers as numbers, and keeps those without an answer last", async () => {
      const viewer = await open();
      await viewer.shows("Slide 10");
      expect(await names(viewer.page)).toEqual(["Slide 1", "Slide 2", "Slide 3", "Slide 10"]);
      await viewer.page.getByRole("button", { name: "Probability" }).click();
      expect(await names(viewer.page)).toEqual(["Slide 10", "Slide 1", "Slide 2", "Slide 3"]);
      await viewer.page.getByRole("button", { name: "Probability" }).click();
      expect(await names(viewer.page)).toEqual(["Slide 2", "Slide 1", "Slide 10", "Slide 3"]);
      expect(await viewer.page.locator('th[aria-sort="ascending"]').textContent()).toContain("Probability");
      await viewer.page.getByRole("button", { name: "Disagreement" }).click();
      expect((await names(viewer.page)).slice(0, 2)).toEqual(["Slide 2", "Slide 1"]);
      await viewer.page.getByRole("combobox", { name: /^Probability of/ }).selectOption("Abnormal");
      await viewer.page.getByRole("button", { name: "Abnormal" }).click();
      expect(await names(viewer.page)).toEqual(["Slide 2", "Slide 1", "Slide 10", "Slide 3"]);
    });

    it("narrows by words and by answer, says how many are left, and walks the slides in that order", async () => {
      const viewer = await open();
      await viewer.page.getByRole("combobox", { name: /^Answer/ }).selectOption("Normal");
      await viewer.shows("1 of 4 slides");
      await viewer.page.getByRole("combobox", { name: /^Model/ }).selectOption("student 1.25x");
      expect(await names(viewer.page)).toEqual(["Slide 2"]);
      await viewer.page.getByLabel("Find").fill("nothing like it");
      await viewer.page.getByRole("button", { name: "Show all slides" }).click();
      await viewer.page.getByRole("button", { name: "Slide", exact: true }).click();
      await viewer.page.getByRole("link", { name: "Slide 2", exact: true }).click();
      await viewer.shows("3 of 4");
      await viewer.page.keyboard.press("]");
      await viewer.shows("4 of 4");
      expect(viewer.hash()).toContain("slide=s1");
    });

    it("asks for thumbnails only as they come into sight", async () => {
      server.more = 300;
      const viewer = await openAnew();
      await viewer.shows("304 slides");
      await viewer.page.waitForTimeout(300);
      const first = server.thumbnails.length;
      expect(first).toBeGreaterThan(5);
      expect(first).toBeLessThan(40);
      expect(await viewer.page.locator("tbody tr").count()).toBeLessThan(304);
      for (let i = 0; i < 4; i++) await viewer.page.keyboard.press("End");
      await expect.poll(() => viewer.page.locator("tbody tr").count()).toBeGreaterThan(150);
      await expect.poll(() => server.thumbnails.length).toBeGreaterThan(first);
    });
  });

  describe("an address", () => {
    const FULL =
      "slide=s1&model=m2&beside=m1&class=Normal&labels=0&opacity=35&at=27500.5,23000.25,5.5&piece=3";

    it("restores the slide, the view, the models, the class and the switches exactly", async () => {
      const viewer = await openAnew(`#${FULL}`);
      await viewer.slideDrawn();
      await viewer.rest();
      await viewer.page.waitForTimeout(400);
      expect(new Set(viewer.hash().slice(1).split("&"))).toEqual(new Set(FULL.split("&")));
      await viewer.page.reload();
      await viewer.slideDrawn();
      await viewer.page.waitForTimeout(400);
      expect(new Set(viewer.hash().slice(1).split("&"))).toEqual(new Set(FULL.split("&")));
      expect(await viewer.page.getByRole("switch", { name: "Labels" }).isChecked()).toBe(false);
      expect(await viewer.page.getByRole("radio", { name: /^Normal/ }).isChecked()).toBe(true);
      await viewer.pointAt(0, 0, 0);
      expect(await viewer.hud()).toContain("x 6.875 mm, y 5.750 mm");
    });

    it("is walked back and forward", async () => {
      const viewer = await open("#sort=disagreement&down=1");
      await viewer.page.getByRole("link", { name: "Slide 2", exact: true }).click();
      await viewer.shows("known as Normal");
      await viewer.page.keyboard.press("]");
      await viewer.shows("known as Sprue");
      await viewer.page.goBack();
      await viewer.shows("known as Normal");
      await viewer.page.goBack();
      await viewer.shows("4 slides");
      expect(await viewer.page.locator("tbody .open").first().textContent()).toBe("Slide 2");
      await viewer.page.goForward();
      await viewer.shows("known as Normal");
    });
  });

  describe("when something is wrong", () => {
    it("says which part could not be read, and reads it when asked again", async () => {
      server.tilesFail = true;
      const viewer = await openAnew("#slide=s1");
      await viewer.shows("Some of the slide could not be read: The file is damaged here.");
      server.tilesFail = false;
      await viewer.page.locator(".toast button").click();
      await viewer.slideDrawn();
      expect(await viewer.page.locator(".toast").count()).toBe(0);
    });

    it("says why there is no list, and lists when asked again", async () => {
      server.broken = true;
      const viewer = await openAnew();
      await viewer.shows("The results folder cannot be read.");
      server.broken = false;
      await viewer.page.getByRole("button", { name: "Try again" }).click();
      await viewer.shows("4 slides");
    });

    it("says that the server is gone", async () => {
      const viewer = await openAnew();
      await viewer.shows("4 slides");
      await viewer.page.context().setOffline(true);
      await viewer.page.getByRole("link", { name: "Slide 1", exact: true }).click();
      await viewer.shows("The server does not answer.");
    });

    it("says that there is no such slide, or none at all", async () => {
      const viewer = await openAnew("#slide=nowhere");
      await viewer.shows("There is no such slide.");
      server.empty = true;
      await viewer.page.getByRole("link", { name: "Slides" }).click();
      await viewer.page.reload();
      await viewer.shows("No slides yet");
    });
  });

  describe("for everybody", () => {
    it("is used by keys alone, with the focus to be seen", async () => {
      const viewer = await openAnew();
      const { keyboard } = viewer.page;
      await viewer.shows("4 slides");
      await keyboard.press("/");
      await keyboard.type("slide 1");
      await viewer.shows("2 of 4 slides");
      for (let i = 0; i < 20 && (await viewer.focused()) !== "Slide 1"; i++) await keyboard.press("Tab");
      await keyboard.press("ArrowDown");
      expect(await viewer.focused()).toBe("Slide 10");
      await keyboard.press("ArrowUp");
      await keyboard.press("Enter");
      await viewer.slideDrawn();
      for (let i = 0; i < 20 && !(await viewer.focused()).includes("arrow keys"); i++)
        await keyboard.press("Tab");
      expect(await viewer.focusRing()).toBeGreaterThanOrEqual(2);
      const before = viewer.hash();
      await keyboard.press("ArrowRight");
      await viewer.until(`location.hash !== ${JSON.stringify(before)}`);
      await keyboard.press("?");
      await viewer.page.locator("dialog").waitFor({ state: "visible" });
      await keyboard.press("Escape");
      await viewer.page.locator("dialog").waitFor({ state: "hidden" });
      expect(viewer.hash()).toContain("slide=s1");
      await keyboard.press("Escape");
      await viewer.shows("2 of 4 slides");
      await viewer.until('document.activeElement.textContent === "Slide 1"');
    });

    it("gives every control a name, every picture an alternative, and says that it is for research only", async () => {
      for (const hash of ["", "#slide=s1&beside=m2"]) {
        const viewer = await open(hash);
        await viewer.shows("For research use only");
        await viewer.until("document.querySelector('.classes, table.slides tr')");
        expect(await viewer.nameless()).toEqual([]);
      }
    });

    it.each(["light", "dark"] as const)("is readable in %s colours", async (colorScheme) => {
      for (const hash of ["", "#slide=s1&beside=m2"]) {
        const viewer = await open(hash);
        await viewer.page.emulateMedia({ colorScheme });
        await viewer.until(`document.documentElement.dataset.theme === "${colorScheme}"`);
        await viewer.until("document.querySelector('.classes, table.slides tr')");
        expect(await viewer.faintTexts(4.5)).toEqual([]);
        // No contrast reaches 22: the texts are seen at all.
        expect((await viewer.faintTexts(22)).length).toBeGreaterThan(15);
      }
    });

    it("follows the system's colours until one chooses, and remembers the choice", async () => {
      const viewer = await openAnew("", { ...DESK, colorScheme: "dark" });
      const theme = (name: string) => viewer.until(`document.documentElement.dataset.theme === "${name}"`);
      await theme("dark");
      await viewer.page.emulateMedia({ colorScheme: "light" });
      await theme("light");
      await viewer.page.keyboard.press("t");
      await theme("dark");
      await viewer.page.reload();
      await viewer.shows("4 slides");
      await theme("dark");
    });

    it("fits a phone's width without scrolling sideways", async () => {
      const viewer = await openAnew("", PHONE);
      const bars = { "": 0, "#slide=s1": 2, "#slide=s1&beside=m2": 4, "#slide=s3": 1 };
      for (const [hash, count] of Object.entries(bars)) {
        await viewer.goTo(hash);
        await viewer.until(`document.querySelectorAll(".scale-bar, .legend").length === ${count}`);
        await viewer.until("document.querySelector('table.slides tr, .panel section')");
        expect(await viewer.page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
      }
    });
  });
});
