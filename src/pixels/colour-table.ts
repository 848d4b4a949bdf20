// Colours to colours by a table of 33 x 33 x 33 nodes with tetrahedral interpolation (as colour management systems do):
// a scanner's profile applied to pixels, once somebody has worked out what it does to the nodes.
import { fail } from "../base/index.ts";
import type { RgbImage } from "./rgb-image.ts";

/** Nodes along each of red, green and blue. They stand at 0, 8, 16, …, 248 and 255. */
export const COLOUR_NODES = 33;

/** What becomes of the colour at each node: R G B at `3 * ((red * 33 + green) * 33 + blue)`, by the nodes' numbers. */
export interface ColourTable {
  readonly data: Uint8Array;
}

/** The colour values of the nodes, as an image of 33 columns (blue) and 33 * 33 rows (red, then green). */
export function colourNodes(): RgbImage {
  const data = new Uint8Array(3 * COLOUR_NODES ** 3);
  for (let node = 0; node < COLOUR_NODES ** 3; node++) {
    data[3 * node] = nodeValue(Math.floor(node / COLOUR_NODES ** 2));
    data[3 * node + 1] = nodeValue(Math.floor(node / COLOUR_NODES) % COLOUR_NODES);
    data[3 * node + 2] = nodeValue(node % COLOUR_NODES);
  }
  return { width: COLOUR_NODES, height: COLOUR_NODES ** 2, data };
}

function nodeValue(index: number): number {
  return Math.min(255, 8 * index);
}

/** All weights are in 56ths: cells are 8 wide but for the last, which is 7. */
const PARTS = 56;
const CELL = Uint8Array.from({ length: 256 }, (_, value) => Math.min(31, value >> 3));
const WEIGHT = Uint8Array.from({ length: 256 }, (_, value) =>
  value < 248 ? (value & 7) * 7 : (value - 248) * 8,
);

/** Steps from node to node. */
const RED = 3 * COLOUR_NODES ** 2;
const GREEN = 3 * COLOUR_NODES;
const BLUE = 3;

/**
 * Sends every pixel through the table; a new image, rounded half up.
 *
 * @throws LowmagError `shape-mismatch` for a table of another size.
 */
export function applyColourTable(image: RgbImage, table: ColourTable): RgbImage {
  if (table.data.length !== 3 * COLOUR_NODES ** 3)
    throw fail("shape-mismatch", {
      where: "applyColourTable",
      expected: `3 bytes for each of ${COLOUR_NODES}^3 nodes`,
      got: `${table.data.length} bytes`,
    });
  const out = new Uint8Array(image.data.length);
  for (let at = 0; at < out.length; at += 3) convert(image.data, out, at, table.data);
  return { width: image.width, height: image.height, data: out };
}

/** One pixel: the cell's tetrahedron that holds it goes from the near corner to the far one by its largest part first. */
function convert(pixels: Uint8Array, out: Uint8Array, at: number, nodes: Uint8Array): void {
  const [red, green, blue] = [pixels[at]!, pixels[at + 1]!, pixels[at + 2]!];
  const near = CELL[red]! * RED + CELL[green]! * GREEN + CELL[blue]! * BLUE;
  const far = near + RED + GREEN + BLUE;
  const [r, g, b] = [WEIGHT[red]!, WEIGHT[green]!, WEIGHT[blue]!];
  const high = Math.max(r, g, b);
  const low = Math.min(r, g, b);
  const middle = r + g + b - high - low;
  const first = near + (r === high ? RED : g === high ? GREEN : BLUE);
  const second = far - (b === low ? BLUE : g === low ? GREEN : RED);
  for (let channel = 0; channel < 3; channel++) {
    const sum =
      nodes[near + channel]! * (PARTS - high) +
      nodes[first + channel]! * (high - middle) +
      nodes[second + channel]! * (middle - low) +
      nodes[far + channel]! * low;
    out[at + channel] = Math.floor((sum + PARTS / 2) / PARTS);
  }
}
