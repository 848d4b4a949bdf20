// Pictures that are copies of one another though their bytes differ: found by perceptual hash, confirmed by laying one on the other.
import { type ProgressListener, ProgressMeter, throwIfCancelled } from "../base/index.ts";
import { plural } from "./found-image.ts";
import type { FoundPair, LeakFindings } from "./leak-types.ts";
import { describeAffine, wholeOntoWhole } from "./likeness/affine.ts";
import { compareAligned, countStructured } from "./likeness/compare-aligned.ts";
import { hashAfter, type PictureHash, SYMMETRIES } from "./likeness/perceptual-hash.ts";
import { type PictureFacts, PictureFactsCache } from "./likeness/picture-facts.ts";
import type { TissueImage } from "./types.ts";

/** Options of {@link findNearDuplicates}. */
export interface NearDuplicateOptions {
  readonly cacheFolder: string;
  readonly onProgress?: ProgressListener;
  readonly signal?: AbortSignal;
}

/** Aligned pictures at least this alike are copies of one another. */
export const LEAST_LIKENESS = 0.7;
/** Hashes that differ in more bits are not compared further. */
const MOST_BITS = 14;
/** Pictures with fewer blocks of structure are not compared. */
const LEAST_BLOCKS = 4;
/** Files decoded at the same time. */
const LANES = 4;

/** Finds near-duplicates among images; files with the same bytes are compared once. */
export async function findNearDuplicates(
  all: readonly TissueImage[],
  options: NearDuplicateOptions,
): Promise<LeakFindings> {
  const images = [...new Map(all.map((image) => [image.contentHash, image])).values()];
  const facts = await readFacts(images, options);
  const pairs: FoundPair[] = [];
  const usable = images.flatMap((_, i) => (countStructured(facts[i]!.grey) >= LEAST_BLOCKS ? [i] : []));
  for (const [k, i] of usable.entries()) {
    throwIfCancelled(options.signal, "findNearDuplicates");
    const hashes = SYMMETRIES.map((symmetry) => hashAfter(facts[i]!.hash, symmetry));
    for (const j of usable.slice(k + 1)) {
      const found = compare(facts[i]!, facts[j]!, hashes);
      if (found !== null) pairs.push({ first: images[i]!, second: images[j]!, ...found });
    }
  }
  const left = images.length - usable.length;
  const notes =
    left === 0 ? [] : [`${plural(left, "picture")} without structure (bare glass) could not be compared.`];
  const compared = `${plural(usable.length, "picture")}, ${plural((usable.length * (usable.length - 1)) / 2, "pair")}`;
  return { compared, pairs, notes };
}

function compare(first: PictureFacts, second: PictureFacts, hashes: readonly PictureHash[]) {
  for (const [g, hash] of hashes.entries()) {
    if (bits(hash[0] ^ second.hash[0]) + bits(hash[1] ^ second.hash[1]) > MOST_BITS) continue;
    const map = wholeOntoWhole(first.grey, second.grey, SYMMETRIES[g]!);
    const { score, blocks } = compareAligned(first.grey, second.grey, map);
    if (score >= LEAST_LIKENESS && blocks >= LEAST_BLOCKS) return { score, how: describeAffine(map) };
  }
  return null;
}

function bits(word: number): number {
  let x = word - ((word >>> 1) & 0x5555_5555);
  x = (x & 0x3333_3333) + ((x >>> 2) & 0x3333_3333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

async function readFacts(
  images: readonly TissueImage[],
  { cacheFolder, onProgress, signal }: NearDuplicateOptions,
): Promise<PictureFacts[]> {
  const cache = new PictureFactsCache(cacheFolder);
  const meter = new ProgressMeter("comparing pictures", images.length, onProgress);
  const facts = new Array<PictureFacts>(images.length);
  let next = 0;
  const lane = async () => {
    for (let i = next++; i < images.length; i = next++) {
      throwIfCancelled(signal, "findNearDuplicates");
      facts[i] = await cache.of(images[i]!);
      meter.advance();
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return facts;
}
