// The exported page's own network worker in Chromium, spoken to as the page speaks to it, without the rest of the page.
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { root } from "../facts.ts";

const TYPES: Readonly<Record<string, string>> = { ".js": "text/javascript", ".json": "application/json" };

/** Picture as plain data. */
interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Milliseconds of one pass: the middle of several, and the fastest; the first probability that came out. */
export interface Passes {
  readonly milliseconds: number;
  readonly fastest: number;
  readonly first: number;
}

/** One network at a time, in a browser. */
export class BrowserNetworks {
  private constructor(
    readonly browser: Browser,
    readonly page: Page,
    readonly server: Server,
    readonly worker: string,
  ) {}

  get version(): string {
    return this.browser.version();
  }

  /** Serves the site with the headers that give threads, and opens a page without a program. */
  static async start(site: string, executablePath = "/usr/bin/chromium"): Promise<BrowserNetworks> {
    const server = createServer((request, response) => {
      const name = (request.url ?? "/").slice(1);
      response.setHeader("cross-origin-opener-policy", "same-origin");
      response.setHeader("cross-origin-embedder-policy", "require-corp");
      if (name === "" || name.includes("..")) {
        response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>bench</title>");
        return;
      }
      try {
        const content = readFileSync(join(site, name));
        const type = TYPES[extname(name)] ?? "application/octet-stream";
        response.writeHead(200, { "content-type": type }).end(content);
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
    const page = await browser.newPage();
    await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
    await page.addScriptTag({ content: readFileSync(new URL("bench/page/in-browser.js", root), "utf8") });
    const worker = readdirSync(join(site, "assets")).find((name) => name.startsWith("network-worker"))!;
    return new BrowserNetworks(browser, page, server, `assets/${worker}`);
  }

  /** Opens the model with so many threads. @returns what computes. */
  async open(threads: number): Promise<string> {
    return await this.page.evaluate(`openNetwork(${JSON.stringify({ worker: this.worker, threads })})`);
  }

  /** Passes, from handing the picture over to having the answer. */
  async run({ width, height, data }: Picture, passes: number): Promise<Passes> {
    const picture = { width, height, base64: Buffer.from(data).toString("base64"), passes };
    return await this.page.evaluate(`runNetwork(${JSON.stringify(picture)})`);
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.server.close();
  }
}
