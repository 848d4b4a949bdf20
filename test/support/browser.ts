// A real browser for tests that need one; they skip where there is none.
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Path of an installed Chromium, or `undefined`. */
export const chromiumPath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  (path) => existsSync(path),
);

/** Starts it without a window, and without requests of its own. */
export function startChromium(): Promise<Browser> {
  const quiet = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
  ];
  return chromium.launch({ executablePath: chromiumPath!, args: quiet });
}
