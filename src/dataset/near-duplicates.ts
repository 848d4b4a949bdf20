// Pictures that show the same tissue though their bytes differ: copies that were flipped, turned, cut, coloured or compressed
// anew, and fields that overlap. Candidates come from shared spots or a near hash; each is confirmed by laying one on the other.
import { setImmediate } from "node:timers/promises";
import { fail, type ProgressListener, ProgressMeter, throwIfCancelled } from "../base/index.ts";
import { plural } from "./found-image.ts";
import {
  type KnownPair,
  type KnownPairs,
  knownPairsPath,
  readKnownPairs,
  writeKnownPairs,
} from "./known-pairs.ts";
import type { LeakFindings } from "./leak-types.ts";
import { betweenSizes } from "./likeness/affine.ts";
import { CandidateFinder } from "./likeness/candidates.ts";
import { type PictureFacts, PictureFactsCache } from "./likeness/picture-facts.ts";
import { LEAST_BLOCKS, verifyAsWhole, verifyBySpots } from "./likeness/verify-pair.ts";
import type { TissueImage } from "./types.ts";

/** Options of {@link findNearDuplicates}. */
export interface NearDuplicateOptions {
  readonly cacheFolder: string;
  readonly onProgress?: ProgressListener;
  readonly signal?: AbortSignal;
}

/** More pictures than this are refused: they would take more than 3 GB of memory. */
export const MOST_PICTURES = 250_000;
/** Files decoded at the same time. */
const LANES = 4;
/** Pictures kept in memory while pairs are confirmed. */
const KEPT = 500;

/** Finds near-duplicates among images; files with the same bytes are compared once. */
export async function findNearDuplicates(
  all: readonly TissueImage[],
  options: NearDuplicateOptions,
): Promise<LeakFindings> {
  const images = [...new Map(all.map((image) => [image.contentHash, image])).values()];
  checkCount(images.length);
  const contentHashes = images.map(({ contentHash }) => contentHash);
  const path = knownPairsPath(options.cacheFolder, contentHashes);
  const known = await readKnownPairs(path);
  const { pairs, unusable } = known ?? (await search(images, options));
  if (known === null) await writeKnownPairs(path, { pairs, unusable });
  const usable = images.length - unusable;
  const blank = `${plural(unusable, "picture")} with hardly any structure (bare glass) could not be compared.`;
  return {
    compared: `${plural(usable, "picture")}, ${((usable * (usable - 1)) / 2).toLocaleString("en")} pairs`,
    pairs: pairs.map((pair) => ({ ...pair, first: images[pair.first]!, second: images[pair.second]! })),
    notes: unusable === 0 ? [] : [blank],
  };
}

async function search(images: readonly TissueImage[], options: NearDuplicateOptions): Promise<KnownPairs> {
  const pictures = new Pictures(images, options.cacheFolder);
  const finder = new CandidateFinder(images.length);
  const unusable = await measure(images.length, pictures, finder, options);
  finder.close();
  return { pairs: await confirm(images, pictures, finder, options), unusable };
}

async function measure(
  count: number,
  pictures: Pictures,
  finder: CandidateFinder,
  { onProgress, signal }: NearDuplicateOptions,
): Promise<number> {
  const meter = new ProgressMeter("measuring pictures", count, onProgress);
  let next = 0;
  let unusable = 0;
  const lane = async () => {
    for (let i = next++; i < count; i = next++) {
      throwIfCancelled(signal, "findNearDuplicates");
      const facts = await pictures.read(i);
      const usable = facts.structured >= LEAST_BLOCKS;
      if (!usable) unusable += 1;
      finder.set(i, facts, usable);
      meter.advance();
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return unusable;
}

async function confirm(
  images: readonly TissueImage[],
  pictures: Pictures,
  finder: CandidateFinder,
  { onProgress, signal }: NearDuplicateOptions,
): Promise<KnownPair[]> {
  const meter = new ProgressMeter("comparing pictures", images.length, onProgress);
  const pairs: KnownPair[] = [];
  for (const [i, image] of images.entries()) {
    throwIfCancelled(signal, "findNearDuplicates");
    const found = new Set<number>();
    const ways = [
      [finder.sharingSpots(i), verifyBySpots],
      [finder.likeAsWhole(i), verifyAsWhole],
    ] as const;
    for (const [candidates, verify] of ways)
      for (const j of candidates) {
        if (found.has(j)) continue;
        const [one, other] = [await pictures.get(i), await pictures.get(j)];
        const same = verify(one, other);
        if (same === null) continue;
        found.add(j);
        const { xx, xy, x0, yx, yy, y0 } = betweenSizes(
          same.map,
          [one.grey, image],
          [other.grey, images[j]!],
        );
        const { score, how } = same;
        pairs.push({ first: i, second: j, score, how, map: [xx, xy, x0, yx, yy, y0] });
      }
    meter.advance();
    if (i % 64 === 0) await setImmediate(); // lets an interruption in
  }
  return pairs;
}

function checkCount(count: number): void {
  if (count <= MOST_PICTURES) return;
  throw fail("invalid-argument", {
    where: "search for near-duplicates",
    expected: `at most ${MOST_PICTURES.toLocaleString("en")} pictures`,
    got: count.toLocaleString("en"),
    fix: "Search parts of the data set, or leave near-duplicates out.",
  });
}

/** The facts of pictures by number, those used last in memory. */
class Pictures {
  readonly #images: readonly TissueImage[];
  readonly #cache: PictureFactsCache;
  readonly #kept = new Map<number, PictureFacts>();

  constructor(images: readonly TissueImage[], cacheFolder: string) {
    this.#images = images;
    this.#cache = new PictureFactsCache(cacheFolder);
  }

  async read(picture: number): Promise<PictureFacts> {
    return await this.#cache.of(this.#images[picture]!);
  }

  async get(picture: number): Promise<PictureFacts> {
    const facts = this.#kept.get(picture) ?? (await this.read(picture));
    this.#kept.delete(picture);
    this.#kept.set(picture, facts);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return facts;
  }
}
