// Tiles per second of `lowmag serve` beside openslide-python + Pillow: the same slide, tile size, JPEG quality and sequence
// of tiles, over HTTP from the same client, in turns. Nobody keeps tiles: each is asked for once, and lowmag's own cache of
// encoded tiles is off. lowmag hands the slide's own JPEG tiles on where it can, and is also measured encoding every tile
// (`--reencode`), as the peer does. The peer is also measured without HTTP, as a loop in one process. CPU time is that of
// the server's processes, so that it says something on a busy machine too.
//
// Usage: node build/bench/server/compare.js [--slide FILE] [--tiles 600] [--rounds 3] [--quality 75] [--out results/serve]
//        [--python /usr/bin/python3]
// Needs: `npm run build`; a Python with openslide and Pillow (Debian: python3-openslide).
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openSlide } from "../../src/local/index.ts";
import { writeFileAtomically } from "../../src/machine/index.ts";
import { ownTileSize } from "../../src/slide/index.ts";
import { measuredOn, median, root } from "../facts.ts";
import { cpuSecondsOf } from "./process-cpu.ts";

const { values } = parseArgs({
  options: {
    slide: { type: "string", default: "../shared/data/slides/skin-10x-mpp1.172-11264x11264.tif" },
    tiles: { type: "string", default: "600" },
    rounds: { type: "string", default: "3" },
    quality: { type: "string", default: "75" },
    python: { type: "string", default: "/usr/bin/python3" },
    out: { type: "string" },
  },
});

const slide = await openSlide(values.slide);
const { width, height } = slide.levels[0]!;
/** Side of tiles in pixels: the slide's own, as lowmag serves it. */
const TILE = ownTileSize(slide, 256);
await slide.close();
const PROCESSES = 2;
const CLIENTS = [1, 4] as const;
const path = (name: string) => fileURLToPath(new URL(name, root));
const peer = path("bench/server/openslide_peer.py");

/** A server that can be asked for BASE/LEVEL/COLUMN_ROW.jpg. */
interface Contestant {
  readonly child: ChildProcess;
  readonly base: string;
}

interface Measured {
  readonly tiles: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly medianMs?: number;
  readonly p95Ms?: number;
  readonly cpuSeconds: number;
}

function firstOutput(child: ChildProcess, whole: (text: string) => boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout!.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      if (whole(text)) resolve(text);
    });
    child.on("exit", (code) => reject(new Error(`left with ${code}: ${text}`)));
  });
}

async function startPeer(): Promise<Contestant> {
  const args = [peer, "serve", values.slide, `${TILE}`, values.quality, `${PROCESSES}`];
  const child = spawn(values.python, args, { stdio: ["ignore", "pipe", "inherit"], detached: true });
  const port = (await firstOutput(child, (text) => text.includes("\n"))).trim();
  return { child, base: `http://127.0.0.1:${port}` };
}

async function startLowmag(decoder: "wasm" | "native", ...more: string[]): Promise<Contestant> {
  const flags = ["--json", "--quiet", "--port", "0", "--cache-mb", "0", "--rate", "100000"];
  const reading = ["--quality", values.quality, "--processes", `${PROCESSES}`, "--decoder", decoder];
  const args = [path("bin/lowmag.js"), "serve", values.slide, ...flags, ...reading, ...more];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"], detached: true });
  const { url } = JSON.parse(await firstOutput(child, (text) => /\}\s*$/.test(text))) as { url: string };
  const [slide] = (await (await fetch(`${url}api/slides`)).json()) as { id: string }[];
  return { child, base: `${url}api/slides/${slide!.id}/tiles` };
}

function askFor(
  base: string,
  tiles: readonly string[],
  clients: number,
): Promise<Omit<Measured, "cpuSeconds">> {
  const child = spawn(process.execPath, [path("build/bench/server/tile-client.js"), base, `${clients}`], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(tiles.join("\n"));
  return firstOutput(child, (text) => text.includes("\n")).then((text) => JSON.parse(text));
}

/** Starts it, warms it up with other tiles, measures, ends it. */
async function measure(
  start: () => Promise<Contestant>,
  warm: readonly string[],
  tiles: readonly string[],
  clients: number,
): Promise<Measured> {
  const { child, base } = await start();
  try {
    await askFor(base, warm, 4);
    const before = cpuSecondsOf(child.pid!);
    const answer = await askFor(base, tiles, clients);
    return { ...answer, cpuSeconds: cpuSecondsOf(child.pid!) - before };
  } finally {
    process.kill(-child.pid!, "SIGKILL");
  }
}

function loop(tiles: readonly string[]): Measured {
  const args = [peer, "loop", values.slide, `${TILE}`, values.quality];
  return JSON.parse(
    execFileSync(values.python, args, { input: tiles.join("\n"), encoding: "utf8" }),
  ) as Measured;
}

let state = 7;
function draw(below: number): number {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return Number((BigInt(state) * BigInt(below)) >> 31n);
}

/** Different tiles of all levels of at least a tile's size, in no order: a level's share is that of its tiles. */
function drawTiles(count: number): string[] {
  const last = Math.ceil(Math.log2(Math.max(width, height)));
  const all: string[] = [];
  for (let level = 8; level <= last; level++) {
    const scale = 2 ** (last - level);
    const columns = Math.ceil(Math.ceil(width / scale) / TILE);
    const rows = Math.ceil(Math.ceil(height / scale) / TILE);
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) all.push(`${level} ${column} ${row}`);
  }
  for (let i = all.length - 1; i > 0; i--) {
    const j = draw(i + 1);
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all.slice(0, count);
}

const drawn = drawTiles(Number(values.tiles) + 40);
const [warm, tiles] = [drawn.slice(0, 40), drawn.slice(40)];

const programs: Record<string, (clients: number) => Promise<Measured>> = {
  "openslide-python + Pillow, 2 processes": (clients) => measure(startPeer, warm, tiles, clients),
  "lowmag serve, 2 processes": (clients) => measure(() => startLowmag("native"), warm, tiles, clients),
  "lowmag serve --reencode, native decoder, 2 processes": (clients) =>
    measure(() => startLowmag("native", "--reencode"), warm, tiles, clients),
  "lowmag serve --reencode, WebAssembly decoder, 2 processes": (clients) =>
    measure(() => startLowmag("wasm", "--reencode"), warm, tiles, clients),
};

const rounds: Record<string, Measured>[] = [];
for (let round = 0; round < Number(values.rounds); round++) {
  const results: Record<string, Measured> = {
    "openslide-python + Pillow, a loop without HTTP | 1": loop(tiles),
  };
  for (const clients of CLIENTS)
    for (const [name, run] of Object.entries(programs)) {
      process.stderr.write(`round ${round + 1}: ${name}, ${clients} at a time\n`);
      results[`${name} | ${clients}`] = await run(clients);
    }
  rounds.push(results);
}

const of = (name: string, figure: (measured: Measured) => number | undefined): number =>
  median(rounds.map((round) => figure(round[name]!) ?? Number.NaN));
const cell = (value: number, digits: number): string => (Number.isNaN(value) ? "" : value.toFixed(digits));
const names = Object.keys(rounds[0]!);
const table = [
  "| server | requests at a time | tiles/s | CPU ms per tile | median ms | 95 % ms | KB per tile |",
  "|---|---|---|---|---|---|---|",
  ...names.map((name) =>
    [
      "",
      name,
      cell(
        of(name, (one) => one.tiles / one.seconds),
        0,
      ),
      cell(
        of(name, (one) => (1000 * one.cpuSeconds) / one.tiles),
        2,
      ),
      cell(
        of(name, (one) => one.medianMs),
        1,
      ),
      cell(
        of(name, (one) => one.p95Ms),
        1,
      ),
      cell(
        of(name, (one) => one.bytes / one.tiles / 1000),
        1,
      ),
      "",
    ]
      .join(" | ")
      .trim(),
  ),
].join("\n");
process.stdout.write(`${table}\n`);

if (values.out !== undefined) {
  const record = {
    ...measuredOn(),
    slide: basename(values.slide),
    tiles: tiles.length,
    tileSize: TILE,
    quality: Number(values.quality),
    rounds,
  };
  await writeFileAtomically(`${values.out}.json`, `${JSON.stringify(record, null, 2)}\n`);
  await writeFileAtomically(`${values.out}-table.md`, `${table}\n`);
}
