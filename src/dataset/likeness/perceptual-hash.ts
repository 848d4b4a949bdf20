// A perceptual hash of the whole picture: the signs of its 63 lowest cosine frequencies (Zauner 2010, "pHash"), which
// survive compression, size, brightness and contrast. Flipping a picture changes the signs of odd frequencies and
// transposing it exchanges rows and columns, so the hashes of all eight flips and turns follow from one.
import type { GreyPicture } from "./grey-picture.ts";

const SIDE = 8;

/** 64 bits as two whole numbers below 2^32; bit 8 u + v is the sign of frequency u down and v across, bit 0 is unused. */
export type PictureHash = readonly [number, number];

/** The eight flips and quarter turns of a square. */
export interface Symmetry {
  /** Rows become columns, before any flip. */
  readonly transposed: boolean;
  readonly mirroredX: boolean;
  readonly mirroredY: boolean;
}

/** All eight, the identity first. */
export const SYMMETRIES: readonly Symmetry[] = [false, true].flatMap((transposed) =>
  [false, true].flatMap((mirroredY) =>
    [false, true].map((mirroredX) => ({ transposed, mirroredX, mirroredY })),
  ),
);

/** The hash of a picture; pictures without structure give a hash of chance. */
export function pictureHash(picture: GreyPicture): PictureHash {
  const frequencies = lowFrequencies(picture);
  return pack((u, v) => frequencies[u * SIDE + v]! > 0);
}

/** The hash that the picture has after the symmetry. */
export function hashAfter(hash: PictureHash, { transposed, mirroredX, mirroredY }: Symmetry): PictureHash {
  const bit = (u: number, v: number) => ((hash[u >> 2]! >>> (((u & 3) << 3) | v)) & 1) === 1;
  return pack((u, v) => {
    const sign = transposed ? bit(v, u) : bit(u, v);
    const turned = (mirroredX && v % 2 === 1) !== (mirroredY && u % 2 === 1);
    return sign !== turned;
  });
}

function pack(isSet: (u: number, v: number) => boolean): PictureHash {
  const words: [number, number] = [0, 0];
  for (let u = 0; u < SIDE; u++)
    for (let v = 0; v < SIDE; v++)
      if (u + v > 0 && isSet(u, v)) words[u >> 2] = (words[u >> 2]! | (1 << (((u & 3) << 3) | v))) >>> 0;
  return words;
}

/** DCT-II of the picture, the lowest 8 x 8 frequencies: rows first, then columns. */
function lowFrequencies({ width, height, data }: GreyPicture): Float64Array {
  const across = cosines(width);
  const down = cosines(height);
  const result = new Float64Array(SIDE * SIDE);
  const row = new Float64Array(SIDE);
  for (let y = 0; y < height; y++) {
    row.fill(0);
    for (let x = 0; x < width; x++) {
      const value = data[y * width + x]!;
      for (let v = 0; v < SIDE; v++) row[v]! += value * across[v * width + x]!;
    }
    for (let u = 0; u < SIDE; u++)
      for (let v = 0; v < SIDE; v++) result[u * SIDE + v]! += row[v]! * down[u * height + y]!;
  }
  return result;
}

function cosines(length: number): Float64Array {
  const table = new Float64Array(SIDE * length);
  for (let u = 0; u < SIDE; u++)
    for (let x = 0; x < length; x++) table[u * length + x] = Math.cos((Math.PI * u * (x + 0.5)) / length);
  return table;
}
