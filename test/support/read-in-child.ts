// Reads a slide in a process of its own and says what came of it, how long it took and how much memory: what a hostile
// file must not exceed. Runs the compiled package.
import { execFileSync } from "node:child_process";

/** How a reading went. */
export interface ChildReading {
  /** "read", or "code: message" of the error. */
  readonly outcome: string;
  readonly seconds: number;
  /** What the process grew by over what it held before opening, MB of 2^20 bytes. */
  readonly growthMb: number;
}

/** Opens a slide, reads two corners of its first levels and its pictures. */
const SCRIPT = `
const { openSlide } = await import(process.argv[1]);
const before = process.memoryUsage.rss();
const started = performance.now();
let outcome = "read";
try {
  const slide = await openSlide(process.argv[2], { backend: "own" });
  for (const [level, { width, height }] of slide.levels.slice(0, 4).entries())
    for (const [left, top] of [[0, 0], [Math.max(0, width - 300), Math.max(0, height - 300)]])
      await slide.readRegion(level, { left, top, width: 300, height: 300 });
  for (const { name } of slide.associated.slice(0, 4)) await slide.readAssociated(name);
} catch (error) {
  outcome = error.code + ": " + error.message;
}
const seconds = (performance.now() - started) / 1000;
const growthMb = Math.round((process.resourceUsage().maxRSS * 1024 - before) / 2 ** 20);
console.log(JSON.stringify({ outcome, seconds, growthMb }));
`;

/** Reads `path` in a child; throws when that crashes. */
export function readInChild(path: string): ChildReading {
  const room = new URL("../../dist/local/index.js", import.meta.url).href;
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", SCRIPT, "--", room, path], {
    encoding: "utf8",
    timeout: 60_000,
  });
  return JSON.parse(output.trim().split("\n").at(-1)!) as ChildReading;
}
