// A slide read by OpenSlide in a process of its own: a crash or a hang there costs this slide one error, and the next
// read starts a new process.
import { fail } from "../base/index.ts";
import { ProcessPool, workerFile } from "../machine/index.ts";
import type { PixelSize, RgbImage } from "../pixels/index.ts";
import type { AssociatedKind, SlideContent, TiledLevel } from "../slide/index.ts";
import type {
  OpenSlideFacts,
  OpenSlidePixels,
  OpenSlideReply,
  OpenSlideRequest,
  OpenSlideVersion,
} from "./openslide-protocol.ts";

/** How OpenSlide is run. */
export interface OpenSlideOptions {
  /** Path or name of the library. Default: the names under which systems install it. */
  readonly library?: string | undefined;
  /** A read that takes longer, in milliseconds, is a hang: the process is killed. Default 60,000. */
  readonly timeoutMs?: number | undefined;
}

/** Pixels of the squares that are asked for: a multiple of the tile sizes that scanners use. */
const TILE = 512;
const DEFAULT_TIMEOUT_MS = 60_000;

type Pool = ProcessPool<OpenSlideRequest, OpenSlideReply>;

/** The OpenSlide that would be used, or `null` where it or koffi is not installed. */
export async function openslideVersion(options: OpenSlideOptions = {}): Promise<OpenSlideVersion | null> {
  const pool = newPool();
  try {
    const request = { kind: "version", library: options.library } as const;
    const reply = await pool.run(request, { where: "OpenSlide", timeoutMs: DEFAULT_TIMEOUT_MS });
    return reply as OpenSlideVersion | null;
  } finally {
    await pool.close();
  }
}

/**
 * Opens a slide with OpenSlide.
 *
 * @throws LowmagError `unsupported-format` when OpenSlide is not installed or does not know the file; `corrupt-data` when
 *   it calls the file damaged or crashes on it; `internal` when it hangs.
 */
export async function openWithOpenSlide(path: string, options: OpenSlideOptions = {}): Promise<SlideContent> {
  const pool = newPool();
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const ask = (request: OpenSlideRequest) =>
    pool.run({ ...request, library: options.library }, { where: path, timeoutMs });
  try {
    const facts = (await ask({ kind: "open", path })) as OpenSlideFacts;
    if (facts.levels.length === 0 || !facts.levels.every(isLevelSize)) throw implausible(path);
    return contentOf(path, facts, ask, () => pool.close());
  } catch (error) {
    await pool.close();
    throw error;
  }
}

type Ask = (request: OpenSlideRequest) => Promise<OpenSlideReply>;

function newPool(): Pool {
  return new ProcessPool(workerFile(import.meta.url, "./openslide-child.ts"), { count: 1 });
}

function contentOf(path: string, facts: OpenSlideFacts, ask: Ask, close: () => Promise<void>): SlideContent {
  const { properties, associated } = facts;
  const mpp = pixelSize(properties);
  return {
    name: path,
    format: "openslide",
    vendor: properties["openslide.vendor"] ?? "",
    levels: facts.levels.map((_, level) => levelOf(path, facts, level, ask)),
    mpp,
    mppSource: mpp === null ? null : "vendor",
    objective: positive(properties["openslide.objective-power"]),
    bounds: boundsOf(properties),
    properties,
    associated: associated.map((image) => ({ ...image, kind: kindOf(image.name) })),
    notes: [`Read by OpenSlide ${facts.version}.`],
    async readAssociated(name) {
      if (!associated.some((image) => image.name === name)) throw noSuchPicture(path, name, associated);
      return (await ask({ kind: "associated", path, name })) as RgbImage;
    },
    readIccProfile: async () => (await ask({ kind: "profile", path })) as Uint8Array | null,
    close,
  };
}

function levelOf(path: string, { levels }: OpenSlideFacts, level: number, ask: Ask): TiledLevel {
  const { width, height } = levels[level]!;
  const finest = levels[0]!;
  // OpenSlide's own downsample is the mean of both.
  const downsample = (finest.width / width + finest.height / height) / 2;
  return {
    width,
    height,
    tileWidth: TILE,
    tileHeight: TILE,
    compression: "by OpenSlide",
    async readTile(column, row, window = { left: 0, top: 0, width: TILE, height: TILE }) {
      const x = Math.round((column * TILE + window.left) * downsample);
      const y = Math.round((row * TILE + window.top) * downsample);
      const size = { width: window.width, height: window.height };
      const reply = await ask({ kind: "region", path, level, x, y, ...size });
      return (reply as OpenSlidePixels).data;
    },
  };
}

function isLevelSize({ width, height }: { width: number; height: number }): boolean {
  return [width, height].every((side) => Number.isInteger(side) && side >= 1 && side <= 4_000_000);
}

function pixelSize(properties: Readonly<Record<string, string>>): PixelSize | null {
  const x = positive(properties["openslide.mpp-x"]);
  const y = positive(properties["openslide.mpp-y"]);
  const believable = (mpp: number | null) => mpp !== null && mpp >= 0.01 && mpp <= 1000;
  return x !== null && y !== null && believable(x) && believable(y) ? { x, y } : null;
}

function positive(text: string | undefined): number | null {
  const value = Number(text ?? "");
  return Number.isFinite(value) && value > 0 ? value : null;
}

function boundsOf(properties: Readonly<Record<string, string>>): SlideContent["bounds"] {
  const [left, top, width, height] = ["x", "y", "width", "height"].map((name) => {
    const text = properties[`openslide.bounds-${name}`];
    return text !== undefined && /^\d+$/.test(text) ? Number(text) : -1;
  }) as [number, number, number, number];
  return left >= 0 && top >= 0 && width >= 1 && height >= 1 ? { left, top, width, height } : null;
}

function kindOf(name: string): AssociatedKind {
  return name === "label" || name === "macro" || name === "thumbnail" ? name : "other";
}

function implausible(path: string): Error {
  return fail("corrupt-data", {
    where: path,
    expected: "levels of sensible size",
    got: "others",
    fix: "The file may be damaged. Copy or export it again.",
  });
}

function noSuchPicture(path: string, name: string, known: OpenSlideFacts["associated"]): Error {
  return fail("invalid-argument", {
    where: path,
    expected:
      known.length === 0
        ? "no picture: it has none"
        : `one of ${known.map((image) => image.name).join(", ")}`,
    got: `"${name}"`,
  });
}
