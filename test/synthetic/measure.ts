// What the tests of the synthetic room measure on pixels.

import type { RgbImage } from "../../src/pixels/index.ts";
import { Generator } from "../../src/random/index.ts";
import {
  drawPatient,
  type SyntheticClass,
  type SyntheticTissue,
  synthesizeTissue,
} from "../../src/synthetic/index.ts";

/** One image each of `count` patients of a class. */
export function drawClass(
  label: SyntheticClass,
  count: number,
  options: { size?: number; difficulty?: number; stainVariation?: number; seed?: number } = {},
): SyntheticTissue[] {
  const { size = 224, difficulty = 0.5, stainVariation = 1, seed = 1 } = options;
  return Array.from({ length: count }, (_, i) => {
    const generator = Generator.derive(seed, "test", label, i);
    const patient = drawPatient({ id: `${label}-${i}`, label, difficulty, stainVariation }, generator);
    return synthesizeTissue({ patient, width: size, height: size, mpp: 1, artefacts: 0 }, generator);
  });
}

/** Red values of all pixels that are not background; haematoxylin takes red, so dark nuclei are low. */
export function tissueReds(image: RgbImage): number[] {
  const reds: number[] = [];
  for (let i = 0; i < image.data.length; i += 3) if (image.data[i + 1]! < 205) reds.push(image.data[i]!);
  return reds.sort((a, b) => a - b);
}

/** Mean colour of the tissue. */
export function tissueColour(image: RgbImage): [r: number, g: number, b: number] {
  const sum: [number, number, number] = [0, 0, 0];
  let count = 0;
  for (let i = 0; i < image.data.length; i += 3) {
    if (image.data[i + 1]! >= 205) continue;
    for (const channel of [0, 1, 2] as const) sum[channel] += image.data[i + channel]!;
    count++;
  }
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}

/** Probability that a value of `second` exceeds one of `first` (ties count half): the area under the ROC curve. */
export function separation(first: readonly number[], second: readonly number[]): number {
  let wins = 0;
  for (const a of first) for (const b of second) wins += b > a ? 1 : b === a ? 0.5 : 0;
  return wins / (first.length * second.length);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
