// The process that runs OpenSlide. It keeps the slide it was asked for last open; after an error of OpenSlide, which
// leaves the handle of no use, it opens the slide anew.
import { fail } from "../base/index.ts";
import { serveJobs } from "../machine/index.ts";
import { loadOpenSlide, type OpenSlideLibrary } from "./openslide-library.ts";
import type {
  OpenSlideFacts,
  OpenSlidePixels,
  OpenSlideReply,
  OpenSlideRequest,
} from "./openslide-protocol.ts";

/** Most pixels of one reply, and of one side. */
const MOST_PIXELS = 100_000_000;
const MOST_LEVELS = 64;

/** Technical facts that may leave this process; comments and identifiers may not. */
const LISTED_PROPERTIES = [
  "openslide.vendor",
  "openslide.mpp-x",
  "openslide.mpp-y",
  "openslide.objective-power",
  "openslide.bounds-x",
  "openslide.bounds-y",
  "openslide.bounds-width",
  "openslide.bounds-height",
];

let library: OpenSlideLibrary | null = null;
let loadedAs: string | undefined;
let current: { path: string; slide: unknown } | null = null;

serveJobs<OpenSlideRequest, OpenSlideReply>(async (request) => {
  if (library === null || loadedAs !== request.library) {
    library = await loadOpenSlide(request.library);
    loadedAs = request.library;
  }
  if (request.kind === "version")
    return library === null ? null : { version: library.version, path: library.path };
  if (library === null) throw missingLibrary(request.path, request.library);
  return answer(library, request);
});

function answer(
  openslide: OpenSlideLibrary,
  request: Exclude<OpenSlideRequest, { kind: "version" }>,
): OpenSlideReply {
  const slide = open(openslide, request.path);
  if (request.kind === "open") return facts(openslide, slide, request.path);
  if (request.kind === "profile") return openslide.profile(slide);
  const { path } = request;
  if (request.kind === "associated") {
    const { width, height } = openslide.associatedSize(slide, request.name);
    return pixels(
      path,
      width,
      height,
      (target) => openslide.readAssociated(slide, request.name, target),
      openslide,
    );
  }
  const { x, y, level, width, height } = request;
  return pixels(
    path,
    width,
    height,
    (target) => openslide.readRegion(slide, target, x, y, level, width, height),
    openslide,
  );
}

function open(openslide: OpenSlideLibrary, path: string): unknown {
  if (current?.path === path) return current.slide;
  if (current !== null) openslide.close(current.slide);
  current = null;
  const slide = openslide.open(path);
  if (slide === null || slide === undefined)
    throw fail("unsupported-format", {
      where: path,
      expected: "a slide that OpenSlide knows",
      got: "another kind of file",
    });
  current = { path, slide };
  check(openslide, path);
  return slide;
}

/** Throws what OpenSlide says of the current slide, and lets its handle go. */
function check(openslide: OpenSlideLibrary, path: string): void {
  const error = openslide.error(current?.slide);
  if (error === null) return;
  openslide.close(current?.slide);
  current = null;
  throw fail("corrupt-data", {
    where: path,
    expected: "a slide that OpenSlide can read",
    got: `"${error}"`,
    fix: "The file may be damaged. Copy or export it again.",
  });
}

function facts(openslide: OpenSlideLibrary, slide: unknown, path: string): OpenSlideFacts {
  const count = openslide.levelCount(slide);
  const levels = Array.from({ length: Math.min(count, MOST_LEVELS) }, (_, level) =>
    openslide.levelSize(slide, level),
  );
  const properties: Record<string, string> = {};
  for (const name of LISTED_PROPERTIES) {
    const value = openslide.property(slide, name);
    if (value !== null) properties[name] = value.slice(0, 200);
  }
  const associated = openslide
    .associatedNames(slide)
    .map((name) => ({ name, ...openslide.associatedSize(slide, name) }));
  check(openslide, path);
  return { version: openslide.version, levels, properties, associated };
}

function pixels(
  path: string,
  width: number,
  height: number,
  read: (target: Uint32Array) => void,
  openslide: OpenSlideLibrary,
): OpenSlidePixels {
  if (!(width >= 1 && height >= 1 && width * height <= MOST_PIXELS))
    throw fail("invalid-argument", {
      where: path,
      expected: `a picture of 1 to ${MOST_PIXELS} pixels`,
      got: `${width} x ${height}`,
    });
  const argb = new Uint32Array(width * height);
  read(argb);
  check(openslide, path);
  return { width, height, data: overWhite(argb) };
}

/** Premultiplied ARGB over white. */
function overWhite(argb: Uint32Array): Uint8Array {
  const rgb = new Uint8Array(3 * argb.length);
  for (let i = 0, to = 0; i < argb.length; i++, to += 3) {
    const pixel = argb[i]!;
    const white = 255 - (pixel >>> 24);
    rgb[to] = ((pixel >>> 16) & 255) + white;
    rgb[to + 1] = ((pixel >>> 8) & 255) + white;
    rgb[to + 2] = (pixel & 255) + white;
  }
  return rgb;
}

function missingLibrary(path: string, wanted: string | undefined): Error {
  return fail("unsupported-format", {
    where: path,
    expected: "OpenSlide on this machine",
    got: wanted === undefined ? "none" : `none at ${wanted}`,
    fix: "Install it (Debian: libopenslide0; Homebrew: openslide) and the npm package koffi; lowmag doctor says what was found.",
  });
}
