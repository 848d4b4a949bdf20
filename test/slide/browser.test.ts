// The slide reader in a real browser: the same rooms, bundled, read a chosen file by ranges and give the same pixels as
// in Node, without a request leaving the page.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSlide } from "../../src/local/index.ts";
import { chromiumPath, startChromium } from "../support/browser.ts";
import { NO_REAL_DATA, realData } from "../support/real-data.ts";
import { SLIDE_FIXTURES } from "../support/slide-writers/fixtures.ts";
import { readingOf, type SlideReading } from "./browser-entry.ts";

/** The portable rooms as one script that leaves `reader.readSlide` behind. */
async function bundle(): Promise<string> {
  const entry = fileURLToPath(new URL("./browser-entry.ts", import.meta.url));
  const result = await build({
    configFile: false,
    logLevel: "error",
    build: { write: false, minify: false, lib: { entry, formats: ["iife"], name: "reader" } },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (output === undefined || !("output" in output)) throw new Error("the bundler wrote nothing");
  return output.output[0].code;
}

/** What Node reads of the same file, with the package's own decoders. */
async function readInNode(path: string): Promise<SlideReading> {
  const slide = await openSlide(path, { backend: "own" });
  const reading = await readingOf(slide);
  await slide.close();
  return reading;
}

/** Formats of one file; folders and pictures are opened by other means in a page. */
const fixtures = SLIDE_FIXTURES.filter(
  ({ format, open }) => open !== "" && !["deep-zoom", "image", "openslide"].includes(format),
);
const REAL = [
  "CMU-1-Small-Region.svs",
  "tcga-cr-7395-01a-01-ts1.svs",
  "test3-DAPI-2-387.ndpi",
  "gcp_jpeg2000.dcm",
];

describe.skipIf(chromiumPath === undefined)(
  "the slide reader in Chromium (skipped where there is none)",
  { timeout: 120_000 },
  () => {
    let browser: Browser;
    let page: Page;
    let folder: string;
    let decoders: string;
    const requests: string[] = [];

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "lowmag-slide-page-"));
      decoders = (await readFile(new URL("../../wasm/decoders.wasm", import.meta.url))).toString("base64");
      const script = await bundle();
      browser = await startChromium();
      page = await browser.newPage();
      page.on("request", (request) => requests.push(request.url()));
      await page.setContent('<input type="file">');
      await page.addScriptTag({ content: script });
    }, 120_000);
    afterAll(async () => {
      await browser?.close();
      await rm(folder, { recursive: true, force: true });
    });

    const readInPage = async (path: string): Promise<SlideReading> => {
      await page.setInputFiles("input", path);
      return (await page.evaluate(
        `reader.readSlide(document.querySelector("input").files[0], ${JSON.stringify(decoders)})`,
      )) as SlideReading;
    };

    it.each(fixtures)("reads $name as Node does", async (fixture) => {
      const files = await fixture.files();
      const file = files.find(({ name }) => name === fixture.open)!;
      const path = join(folder, basename(file.name));
      await writeFile(path, file.bytes);
      expect(await readInPage(path)).toEqual(await readInNode(path));
    });

    describe.skipIf(realData("slides") === null)(`real slides (${NO_REAL_DATA})`, () => {
      it.each(REAL)("reads %s as Node does", async (name) => {
        const path = realData(`slides/${name}`)!;
        expect(await readInPage(path)).toEqual(await readInNode(path));
      });
    });

    it("lets no request leave the page", () => {
      expect(requests.filter((url) => !url.startsWith("data:") && !url.startsWith("blob:"))).toEqual([]);
    });
  },
);
