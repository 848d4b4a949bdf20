// Goldens and small pictures for the tests of the tissue room.
import { readFileSync } from "node:fs";
import type { RgbImage } from "../../src/pixels/index.ts";
import type { TissueMask } from "../../src/tissue/index.ts";

interface GoldenMask {
  readonly width: number;
  readonly height: number;
  /** Base64 of one byte per pixel. */
  readonly mask: string;
}

/** What make_tissue.py wrote. */
export interface TissueGolden {
  readonly otsu: readonly { readonly histogram: readonly number[]; readonly threshold: number }[];
  readonly masks: readonly (GoldenMask & {
    readonly label8: number;
    readonly label4: number;
    readonly labels8: string;
    readonly without12: string;
    readonly filled20: string;
    readonly grown: readonly { readonly radius: number; readonly mask: string }[];
  })[];
  readonly pieces: readonly (GoldenMask & {
    readonly pieces: readonly {
      readonly left: number;
      readonly top: number;
      readonly width: number;
      readonly height: number;
      readonly area: number;
    }[];
  })[];
}

export const tissueGolden = JSON.parse(
  readFileSync(new URL("../golden/tissue/tissue.json", import.meta.url), "utf8"),
) as TissueGolden;

/** The bytes of a golden mask. */
export const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "base64"));

/** A mask as findTissue gives it. */
export function maskOf(width: number, height: number, data: Uint8Array, mpp = 8): TissueMask {
  const facts = { threshold: 0, otsu: null, tissueShare: 0, pen: null, borderShare: 0 };
  return { width, height, data, mpp, method: "saturation", ...facts };
}

/** A mask drawn with "#" for tissue. */
export function drawn(rows: readonly string[], mpp = 8): TissueMask {
  const width = rows[0]!.length;
  return maskOf(
    width,
    rows.length,
    Uint8Array.from(rows.join(""), (dot) => (dot === "#" ? 1 : 0)),
    mpp,
  );
}

type Colour = readonly [number, number, number];

/** A picture whose pixels are given by a function of x and y. */
export function picture(width: number, height: number, at: (x: number, y: number) => Colour): RgbImage {
  const data = new Uint8Array(3 * width * height);
  for (let y = 0, k = 0; y < height; y++) for (let x = 0; x < width; x++, k += 3) data.set(at(x, y), k);
  return { width, height, data };
}

/** Repeatable noise in [-1, 1). */
export function noise(x: number, y: number, seed = 0): number {
  let h = Math.imul(x + 1, 0x9e3779b1) ^ Math.imul(y + 1, 0x85ebca6b) ^ Math.imul(seed + 1, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return ((h ^ (h >>> 15)) >>> 0) / 2 ** 31 - 1;
}

/** A colour with noise of so many grey levels on every channel. */
export function noisy([red, green, blue]: Colour, amount: number, x: number, y: number): Colour {
  const channel = (value: number, seed: number) =>
    Math.max(0, Math.min(255, Math.round(value + amount * noise(x, y, seed))));
  return [channel(red, 1), channel(green, 2), channel(blue, 3)];
}
