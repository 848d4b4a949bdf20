// The viewer as a test sees it: what is on the screen, what a person would do, what a reader of the screen would be told.
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

/** Colour and opacity, 0 to 255. */
type Pixel = readonly [red: number, green: number, blue: number, opacity: number];

const CANVAS = { slide: ".slide .openseadragon-canvas canvas", drawing: "canvas.drawing" } as const;

export class ViewerPage {
  readonly page: Page;
  /** What the browser had to complain about: errors of scripts, broken policies. */
  readonly complaints: string[] = [];
  readonly requests: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("request", (request) => this.requests.push(request.url()));
  }

  static async open(browser: Browser, url: string, hash: string, options: BrowserContextOptions) {
    const viewer = new ViewerPage(await (await browser.newContext(options)).newPage());
    viewer.page.setDefaultTimeout(8000);
    await viewer.page.goto(url + hash);
    return viewer;
  }

  /** Goes to another address of the same page, by way of the table. */
  async goTo(hash: string): Promise<void> {
    await this.page.mouse.move(0, 0);
    await this.page.evaluate("location.hash = '#'");
    await this.until("document.querySelector('table.slides tr')");
    if (hash !== "") await this.page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
  }

  hash(): string {
    return decodeURIComponent(new URL(this.page.url()).hash);
  }

  /** Until an expression is true in the page. The policy keeps the browser from polling by itself. */
  async until(expression: string): Promise<void> {
    for (const end = performance.now() + 8000; performance.now() < end; ) {
      if (await this.page.evaluate(`Boolean(${expression})`)) return;
      await this.page.waitForTimeout(40);
    }
    throw new Error(`never true: ${expression.slice(0, 200)}\n${this.page.url()}`);
  }

  async shows(text: string): Promise<void> {
    await this.page.getByText(text).first().waitFor();
  }

  /** Until the address holds a view. */
  async rest(): Promise<void> {
    await this.until("location.hash.includes('at=') && document.querySelector('.hud')");
  }

  /** Until the slide's tiles and the drawing are on the screen. */
  async slideDrawn(): Promise<void> {
    await this.rest();
    await this.until(`[...document.querySelectorAll("${CANVAS.slide}")].every((canvas) => {
      const { width, height } = canvas;
      const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
      let drawn = 0;
      for (let i = 3; i < data.length; i += 4 * 997) drawn += data[i] === 255;
      return drawn > data.length / (4 * 997) / 3;
    }) && document.querySelector(".classes, .panel section h2") !== null`);
    await this.page.evaluate(
      "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))",
    );
  }

  /** The step of the address, within a thousandth. */
  async stepIs(step: number): Promise<void> {
    await this.until(
      `Math.abs(Number(location.hash.match(/at=[^,]*,[^,]*,([0-9.]+)/)[1]) / ${step} - 1) < 1e-3`,
    );
  }

  hud(index = 0): Promise<string> {
    return this.page.locator(".hud").nth(index).innerText();
  }

  async bothHuds(text: string): Promise<void> {
    const shown = `[...document.querySelectorAll(".hud > .scale-text")].map((text) => text.textContent)`;
    await this.until(
      `((texts) => texts.length === 2 && texts[0] === texts[1] && texts[0].includes(${JSON.stringify(text)}))(${shown})`,
    );
  }

  /** The pointer in the middle of each stage is over the same place. */
  async bothPoint(text: string): Promise<void> {
    for (const stage of [0, 1]) {
      await this.pointAt(0, 0, stage);
      await this.page.locator(".stage").nth(stage).getByText(text).waitFor();
    }
  }

  /** Puts the pointer at some points from a stage's middle. */
  async pointAt(right: number, down: number, stage = 0): Promise<void> {
    const { x, y } = await this.middle(stage);
    await this.page.mouse.move(x + right, y + down);
    await this.page.evaluate("new Promise(requestAnimationFrame)");
  }

  async clickAt(right: number, down: number): Promise<void> {
    const { x, y } = await this.middle(0);
    await this.page.mouse.click(x + right, y + down);
  }

  async drag(stage: number, right: number, down: number): Promise<void> {
    const { x, y } = await this.middle(stage);
    await this.page.mouse.move(x, y);
    await this.page.mouse.down();
    await this.page.mouse.move(x + right / 2, y + down / 2);
    await this.page.mouse.move(x + right, y + down);
    await this.page.waitForTimeout(150);
    await this.page.mouse.up();
  }

  /** The pixel some points to the right of the middle. */
  async pixelBeside(canvas: keyof typeof CANVAS, right: number): Promise<Pixel> {
    await this.page.evaluate(
      "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))",
    );
    return this.page
      .locator(CANVAS[canvas])
      .first()
      .evaluate((element, offset) => {
        const { width, height } = element as HTMLCanvasElement;
        const context = (element as HTMLCanvasElement).getContext("2d")!;
        const { data } = context.getImageData(Math.floor(width / 2) + offset, Math.floor(height / 2), 1, 1);
        return [data[0]!, data[1]!, data[2]!, data[3]!] as const;
      }, right);
  }

  /** Name of what has the focus. */
  focused(): Promise<string> {
    return this.page.evaluate(
      "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent ?? ''",
    );
  }

  /** Width of the ring around what has the focus, in points. */
  focusRing(): Promise<number> {
    return this.page.evaluate(`(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
      return outlineStyle === "none" ? 0 : parseFloat(outlineWidth);
    })()`);
  }

  /** Controls without a name and pictures without an alternative, as HTML. */
  nameless(): Promise<string[]> {
    return this.page.evaluate(`[...document.querySelectorAll(
      "button, a[href], input, select, summary, [role=img], [role=application], dialog")]
      .filter((element) => {
        const labels = element.labels ? [...element.labels].map((label) => label.textContent) : [];
        const ids = element.getAttribute("aria-labelledby");
        const by = ids === null ? "" : document.getElementById(ids)?.textContent ?? "";
        const own = ["INPUT", "SELECT", "DIALOG"].includes(element.tagName) ? "" : element.textContent;
        return [element.getAttribute("aria-label") ?? "", ...labels, by, own].join("").trim() === "";
      })
      .map((element) => element.outerHTML.slice(0, 120))`);
  }

  /** Texts whose contrast to what lies behind them is below \`least\` (WCAG 2.2), with the contrast. */
  faintTexts(least: number): Promise<string[]> {
    return this.page.evaluate(`((least) => {
      const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
      const linear = (c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
      const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
      const over = (top, below) => {
        const alpha = top[3] ?? 1;
        return [0, 1, 2].map((c) => alpha * top[c] + (1 - alpha) * below[c]);
      };
      // Where nothing is behind a glass it may lie on a white slide or on a dark one: the page's own ground stands for it.
      const behind = (element) => {
        const layers = [];
        for (let at = element; at !== null; at = at.parentElement) layers.push(channels(getComputedStyle(at).backgroundColor));
        return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
      };
      const texts = [...document.querySelectorAll("body *")].filter((element) =>
        [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "") &&
        element.checkVisibility() && !element.closest("[aria-hidden=true], :disabled, noscript"));
      return texts.flatMap((element) => {
        const ground = behind(element);
        const [a, b] = [luminance(over(channels(getComputedStyle(element).color), ground)), luminance(ground)];
        const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        return contrast < least ? [element.textContent.slice(0, 40) + ": " + contrast.toFixed(2)] : [];
      });
    })(${least})`);
  }

  private async middle(stage: number): Promise<{ x: number; y: number }> {
    const box = await this.page.locator(".stage").nth(stage).boundingBox();
    if (box === null) throw new Error("there is no such stage");
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }
}
