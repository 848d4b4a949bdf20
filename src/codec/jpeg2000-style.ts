// The coding style of a JPEG 2000 codestream (COD, COC): how finely it is cut into resolutions, precincts, code blocks and
// layers. Each of these is a loop and an array in a decoder, so their product is bounded.
import { fail } from "../base/index.ts";
import { damaged } from "./damaged.ts";
import type { Jpeg2000Size } from "./jpeg2000-size.ts";

/** OpenJPEG reads up to 33 resolutions; images of a slide have 5 or 6. */
const MOST_LEVELS = 32;
const MOST_LAYERS = 1024;
/** Bounds on what a decoder keeps: an image of 4 Mpx in blocks of 32 x 32 has some 12,288 of them. */
const MOST_BLOCKS = 2 ** 17;
const MOST_PACKETS = 2 ** 20;
/** Code block style: high-throughput coding (JPEG 2000 part 15). */
const HIGH_THROUGHPUT = 0x40;

/**
 * Checks one coding style for the whole image, as if it held for all of it.
 *
 * @param skip 0 for COD, 1 for COC, which begins with the number of a component.
 * @throws LowmagError `corrupt-data`, `unsupported-format`.
 */
export function checkCodingStyle(payload: DataView, skip: 0 | 1, image: Jpeg2000Size, where: string): void {
  const at = skip === 0 ? 5 : 2;
  if (payload.byteLength < at + 5)
    throw damaged(where, "a whole coding style", `${payload.byteLength} bytes of it`);
  const layers = skip === 0 ? payload.getUint16(2) : 1;
  const levels = payload.getUint8(at);
  const ownPrecincts = (payload.getUint8(skip) & 1) === 1;
  if (layers < 1 || layers > MOST_LAYERS)
    throw damaged(where, `1 to ${MOST_LAYERS} quality layers`, `${layers}`);
  if (levels > MOST_LEVELS) throw damaged(where, `at most ${MOST_LEVELS} resolutions`, `${levels}`);
  if (payload.byteLength !== at + 5 + (ownPrecincts ? levels + 1 : 0))
    throw damaged(where, "a coding style as long as it says", `${payload.byteLength} bytes`);
  if (payload.getUint8(at + 3) & HIGH_THROUGHPUT)
    throw fail("unsupported-format", {
      where,
      expected: "JPEG 2000 part 1",
      got: "high-throughput code blocks (part 15)",
      fix: "Convert the slide to tiled JPEG.",
    });
  const blockX = payload.getUint8(at + 1) + 2;
  const blockY = payload.getUint8(at + 2) + 2;
  if (blockX > 10 || blockY > 10 || blockX + blockY > 12)
    throw damaged(where, "code blocks of at most 4,096 samples", `2^${blockX} x 2^${blockY}`);
  const precincts = Array.from({ length: levels + 1 }, (_, i) =>
    ownPrecincts ? payload.getUint8(at + 5 + i) : 0xff,
  );
  checkCounts({ layers, blockX, blockY, precincts }, image, where);
}

interface Style {
  readonly layers: number;
  /** Exponents of two. */
  readonly blockX: number;
  readonly blockY: number;
  /** By resolution, coarsest first: exponents of height and width in four bits each. */
  readonly precincts: readonly number[];
}

/** Counts precincts and code blocks over all resolutions of all tiles, from above. */
function checkCounts({ layers, blockX, blockY, precincts }: Style, image: Jpeg2000Size, where: string): void {
  const columns = Math.ceil(image.width / image.tileWidth);
  const rows = Math.ceil(image.height / image.tileHeight);
  const [tileX, tileY] = [Math.min(image.tileWidth, image.width), Math.min(image.tileHeight, image.height)];
  let [most, blocks] = [0, 0];
  precincts.forEach((exponents, i) => {
    const scale = 2 ** (precincts.length - 1 - i);
    const [width, height] = [Math.ceil(tileX / scale), Math.ceil(tileY / scale)];
    const [precinctX, precinctY] = [exponents & 15, exponents >> 4];
    const across = Math.ceil(width / 2 ** precinctX) + 1;
    const down = Math.ceil(height / 2 ** precinctY) + 1;
    most = Math.max(most, across * down);
    // A precinct ends a code block, and of three bands each has half the width.
    const [cutX, cutY] = [Math.min(blockX, precinctX), Math.min(blockY, precinctY)];
    blocks += 3 * (Math.ceil(width / 2 / 2 ** cutX) + 2) * (Math.ceil(height / 2 / 2 ** cutY) + 2);
  });
  const tiles = columns * rows * image.components.length;
  const packets = tiles * most * precincts.length * layers;
  if (packets > MOST_PACKETS || tiles * blocks > MOST_BLOCKS * (tiles > 1 ? 4 : 1))
    throw damaged(
      where,
      "a plausible number of precincts and code blocks",
      `${packets} and ${tiles * blocks}`,
    );
}
