// What a person does on the page, for tests: opening it, dropping files, waiting for answers, keeping results.
import { readFile } from "node:fs/promises";
import type { BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";
import type { SlidePrediction } from "../../src/classify/index.ts";

/** The page open, and all that it asked of any host. */
export interface OpenPage {
  readonly page: Page;
  /** Addresses over http, in the order of requests; those that the service worker makes too. */
  readonly requests: string[];
  /** What the browser complained of. */
  readonly complaints: string[];
}

/** Opens the page and waits for its engine. */
export async function openPage(context: BrowserContext, url: string): Promise<OpenPage> {
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  context.on("request", (request) => {
    if (request.url().startsWith("http")) requests.push(request.url());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    // Chromium without a graphics card says so itself when it is asked for WebGPU.
    if (["error", "warning"].includes(message.type()) && !/No available adapters/.test(message.text()))
      complaints.push(message.text());
  });
  await page.goto(url);
  await engineReady(page);
  return { page, requests, complaints };
}

export async function engineReady(page: Page): Promise<void> {
  await page.waitForSelector('[data-engine="ready"]');
}

/** Chooses files and waits until each has its answer, failed, or asks. */
export async function choose(page: Page, files: readonly string[]): Promise<void> {
  await page.goto(`${page.url().split("#")[0]}#`);
  const before = await countJobs(page);
  await page.setInputFiles("input[type=file] >> nth=0", [...files]);
  // They are looked at before they are listed.
  await expect.poll(() => countJobs(page)).toBe(before + files.length);
  await settled(page);
}

/** Slides on the page, whatever became of them. */
async function countJobs(page: Page): Promise<number> {
  const done = await page.$$eval("[data-done]", ([line]) => Number(line?.getAttribute("data-done") ?? 0));
  return done + (await page.$$(".jobs li")).length;
}

export async function settled(page: Page): Promise<void> {
  await page.waitForSelector(".jobs");
  const busy = ["opening", "waiting", "running"].map((state) => `.jobs li[data-state=${state}]`).join();
  await page.waitForFunction((selector) => document.querySelector(selector) === null, busy);
}

/** The full record of a slide's answer, as the page lets one keep it. */
export async function keptPrediction(page: Page, name: string): Promise<SlidePrediction> {
  return JSON.parse(await keptFile(page, name, "Everything known (JSON)")) as SlidePrediction;
}

/** A file of a slide's answer. */
export async function keptFile(page: Page, name: string, label: string): Promise<string> {
  await page.goto(`${page.url().split("#")[0]}#`);
  await page.getByRole("link", { name, exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: label }).click(),
  ]);
  return readFile(await download.path(), "utf8");
}

/** What stands in the list of what is under way or went wrong, by name of the slide. */
export async function jobTexts(page: Page): Promise<Readonly<Record<string, string>>> {
  const rows = await page.$$eval(".jobs li", (items) =>
    items.map((item) => [
      item.querySelector(".name")?.textContent ?? "",
      item.querySelector(".state")?.textContent ?? "",
    ]),
  );
  return Object.fromEntries(rows) as Record<string, string>;
}
