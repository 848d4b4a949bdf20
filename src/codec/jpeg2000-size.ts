// The size segment of a JPEG 2000 codestream: image, tiles, components. Only what is read passes, within bounds.
import { fail, type LowmagError } from "../base/index.ts";
import { damaged } from "./damaged.ts";

/** One component of the image. */
export interface Jpeg2000Component {
  /** Pixels of the image per sample. */
  readonly stepX: number;
  readonly stepY: number;
}

/** What the size segment says, pixels. */
export interface Jpeg2000Size {
  readonly width: number;
  readonly height: number;
  readonly components: readonly Jpeg2000Component[];
  readonly tileWidth: number;
  readonly tileHeight: number;
}

/** More tiles than a tile of a slide is cut into. */
const MOST_TILES = 1024;
/** What can be decoded in a few seconds whatever it holds; tiles of slides have 2 ** 20 at most. */
const MOST_PIXELS = 2 ** 22;
/** Pixels per sample that are read. */
const STEPS: ReadonlySet<number> = new Set([1, 2, 4]);

/**
 * Reads the size segment.
 *
 * @throws LowmagError `corrupt-data`, `unsupported-format`.
 */
export function readSize(size: DataView, where: string): Jpeg2000Size {
  if (size.byteLength < 36) throw damaged(where, "a whole size segment", `${size.byteLength} bytes of it`);
  const [width, height, left, top, tileWidth, tileHeight, tileLeft, tileTop] = [
    2, 6, 10, 14, 18, 22, 26, 30,
  ].map((at) => size.getUint32(at)) as [number, number, number, number, number, number, number, number];
  if (left !== 0 || top !== 0 || tileLeft !== 0 || tileTop !== 0)
    throw unsupported(where, "an image that does not begin at 0, 0");
  if (width < 1 || height < 1 || width * height > MOST_PIXELS)
    throw damaged(where, `an image of at most ${MOST_PIXELS} pixels`, `${width} x ${height}`);
  const tiles = Math.ceil(width / tileWidth) * Math.ceil(height / tileHeight);
  if (!(tiles <= MOST_TILES)) throw damaged(where, `at most ${MOST_TILES} tiles in a codestream`, `${tiles}`);
  return { width, height, components: readComponents(size, where), tileWidth, tileHeight };
}

function readComponents(size: DataView, where: string): Jpeg2000Component[] {
  const count = size.getUint16(34);
  if (count !== 1 && count !== 3) throw unsupported(where, `${count} components`);
  if (size.byteLength !== 36 + 3 * count)
    throw damaged(where, `a size segment for ${count} components`, `${size.byteLength} bytes`);
  const components = Array.from({ length: count }, (_, i) => {
    const at = 36 + 3 * i;
    const depth = size.getUint8(at);
    if (depth !== 7)
      throw unsupported(where, depth & 128 ? "signed samples" : `${depth + 1} bits per sample`);
    const [stepX, stepY] = [size.getUint8(at + 1), size.getUint8(at + 2)];
    if (stepX < 1 || stepY < 1) throw damaged(where, "a sampling of at least 1", `${stepX} x ${stepY}`);
    return { stepX, stepY };
  });
  const usual = components.every(({ stepX, stepY }) => STEPS.has(stepX) && STEPS.has(stepY));
  if (!usual || components[0]!.stepX !== 1 || components[0]!.stepY !== 1)
    throw unsupported(where, "components of an unusual sampling");
  return components;
}

/** The error for codestreams that are valid but not read. */
export function unsupported(where: string, got: string): LowmagError {
  return fail("unsupported-format", {
    where,
    expected: "a JPEG 2000 codestream of one or three components of 8 bits",
    got,
    fix: "Convert the slide to tiled JPEG.",
  });
}
