// One workload of the slide bench through lowmag, in a process of its own: the same pieces as the peers, packed RGB, the same
// checksum. Prints one line of JSON.
//
// Usage: node build/bench/slides/lowmag.js FILE tiles W H [REPEAT] | random N . [REPEAT] | grid . . [REPEAT] | mpp UM . [REPEAT]
//        [--decoder wasm|native] [--workers N (grid only)]
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { loadDecoders, openSlide, readGrid } from "../../src/local/index.ts";
import { readAtMpp, type Slide } from "../../src/slide/index.ts";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    decoder: { type: "string", default: "wasm" },
    workers: { type: "string", default: "0" },
  },
});
const [file = "", work = "", first = "", second = "", repeat = "1"] = positionals;
const PATCH = 224;

let checksum = 0;
let pieces = 0;
let pixels = 0;

/** Every 61st byte of every piece, whatever order pieces come in. */
function add({ width, height, data }: { width: number; height: number; data: Uint8Array }): void {
  let sum = 0;
  for (let i = 0; i < data.length; i += 61) sum = (Math.imul(sum, 31) + data[i]!) | 0;
  checksum = (checksum + sum) >>> 0;
  pieces++;
  pixels += width * height;
}

let state = 1;
function lcg(below: number): number {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return Number((BigInt(state) * BigInt(below)) >> 31n);
}

async function walk(slide: Slide, width: number, height: number): Promise<void> {
  const level = slide.levels[0]!;
  const into = new Uint8Array(3 * width * height); // the peers write to one buffer too
  for (let top = 0; top + height <= level.height; top += height)
    for (let left = 0; left + width <= level.width; left += width)
      add(await slide.readRegion(0, { left, top, width, height }, { into }));
}

async function random(slide: Slide, count: number): Promise<void> {
  const level = slide.levels[0]!;
  const into = new Uint8Array(3 * PATCH * PATCH);
  state = 1;
  for (let i = 0; i < count; i++) {
    const left = lcg(level.width - PATCH);
    const top = lcg(level.height - PATCH);
    add(await slide.readRegion(0, { left, top, width: PATCH, height: PATCH }, { into }));
  }
}

/** This program's own peak; what getrusage says begins with that of whoever started it. */
function peakMegabytes(): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "latin1"))?.[1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}

const kind = values.decoder === "native" ? "native" : "wasm";
const decoders = await loadDecoders(kind);
let slide = await openSlide(file, { decoders });
const started = performance.now();
const used = process.cpuUsage();
for (let round = 0; round < Number(repeat); round++) {
  if (round > 0) {
    await slide.close(); // an empty cache: the slide is read again, not looked up
    slide = await openSlide(file, { decoders });
  }
  if (work === "tiles") await walk(slide, Number(first), Number(second));
  else if (work === "random") await random(slide, Number(first));
  else if (work === "mpp") add(await readAtMpp(slide, Number(first)));
  else if (Number(values.workers) === 0) await walk(slide, PATCH, PATCH);
  else
    await readGrid(
      file,
      { level: 0, size: PATCH, stride: PATCH, workers: Number(values.workers), decoder: kind, reuse: true },
      ({ image }) => add(image),
    );
}
const wallMilliseconds = performance.now() - started;
const { user, system } = process.cpuUsage(used);
await slide.close();
process.stdout.write(
  `${JSON.stringify({
    wallMilliseconds,
    cpuMilliseconds: (user + system) / 1000,
    pieces,
    megapixels: pixels / 1e6,
    checksum,
    peakMegabytes: peakMegabytes(),
  })}\n`,
);
