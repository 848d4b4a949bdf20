// The search for leaks before anything is spent: patients and files in two splits, pictures that are copies of one another,
// slides cut twice. It finds and reports; `refuseLeaks` stops.
import type { ProgressListener } from "../base/index.ts";
import { type AllowedPair, AllowList } from "./allowed-pairs.ts";
import { plural } from "./found-image.ts";
import { groupBy } from "./group-by.ts";
import {
  type FoundPair,
  type LeakCheck,
  type LeakFindings,
  type LeakImage,
  type LeakKind,
  type LeakPair,
  type LeakReport,
  splitInUse,
} from "./leak-types.ts";
import { findNearDuplicates } from "./near-duplicates.ts";
import { findSlidesCutTwice } from "./slide-overlaps.ts";
import type { Dataset, TissueImage } from "./types.ts";

/** Options of {@link findLeaks}. */
export interface FindLeaksOptions {
  /** Folder that keeps what was measured of each picture, by the hash of its file. */
  readonly cacheFolder: string;
  /** Compare pictures too. Default true; without it no file is opened. */
  readonly nearDuplicates?: boolean;
  /** Pairs of ids, in either order, that may stand in two splits: near-duplicates and slides cut twice only. */
  readonly allow?: readonly AllowedPair[];
  readonly onProgress?: ProgressListener;
  readonly signal?: AbortSignal;
}

/**
 * Compares all images that are in use: those in a split, and unlabelled tissue, which counts as training data. Where no
 * labelled image has a split yet, all are compared and nothing is a leak.
 *
 * @throws LowmagError `invalid-argument` for an allowed pair that names no image or that nothing found; `corrupt-data`,
 * `not-found` for files that cannot be read (any more); `cancelled`. Never `data-leak`: see {@link refuseLeaks}.
 * @example
 * refuseLeaks(await findLeaks(dataset, { cacheFolder: "cache" }));
 */
export async function findLeaks(dataset: Dataset, options: FindLeaksOptions): Promise<LeakReport> {
  const images = imagesInUse(dataset);
  const allowed = new AllowList(options.allow ?? [], dataset.images);
  const found = [
    await check("patient", "patients", allowed, () => findShared(images, "patient")),
    await check("identical file", "identical files", allowed, () => findShared(images, "file")),
    await check("slide cut twice", "slides cut twice", allowed, () => findSlidesCutTwice(images)),
  ];
  if (options.nearDuplicates ?? true)
    found.push(
      await check("near-duplicate", "near-duplicates", allowed, () => findNearDuplicates(images, options)),
    );
  allowed.checkAllUsed();
  return {
    checks: found.map((one) => one.check),
    pairs: found.flatMap(({ pairs }) => pairs).sort((a, b) => rank(a) - rank(b) || b.score - a.score),
    notes: found.flatMap(({ notes }) => notes),
  };
}

function imagesInUse({ images }: Dataset): readonly TissueImage[] {
  const split = images.some(({ label, split }) => label !== null && split !== null);
  return split ? images.filter((image) => splitInUse(image) !== null) : images;
}

interface Checked {
  readonly check: LeakCheck;
  readonly pairs: readonly LeakPair[];
  readonly notes: readonly string[];
}

async function check(
  kind: LeakKind,
  name: string,
  allowed: AllowList,
  find: () => Promise<LeakFindings> | LeakFindings,
): Promise<Checked> {
  const started = performance.now();
  const { compared, pairs: found, notes } = await find();
  const pairs = found.map((pair) => judge(kind, pair, allowed));
  const count = (state: LeakPair["state"]) => pairs.filter((pair) => pair.state === state).length;
  const within = count("within");
  const remark = `${plural(within, "pair")} (${name}) not in two splits: no leak, but fewer independent images than files.`;
  return {
    check: {
      name,
      compared,
      allowed: count("allowed"),
      seconds: (performance.now() - started) / 1000,
    },
    pairs,
    notes: within === 0 ? notes : [...notes, remark],
  };
}

function judge(kind: LeakKind, pair: FoundPair, list: AllowList): LeakPair {
  const { score, how, map = null } = pair;
  const [first, second] = [imageFacts(pair.first), imageFacts(pair.second)];
  const allowed = list.allows(kind, pair);
  const across = first.split !== null && second.split !== null && first.split !== second.split;
  const state = !across ? "within" : allowed ? "allowed" : "leak";
  return { kind, first, second, score, how, map, state };
}

function imageFacts(image: TissueImage): LeakImage {
  const { id, path, label, patient } = image;
  return { id, path, label, patient, split: splitInUse(image) };
}

function rank({ state }: LeakPair): number {
  return ["leak", "allowed", "within"].indexOf(state);
}

/** Patients, or bytes, in several places: one pair for every two splits, and for files one within each split. */
function findShared(images: readonly TissueImage[], kind: "patient" | "file"): LeakFindings {
  const unitOf = (image: TissueImage) => (kind === "patient" ? image.patient : image.contentHash);
  const units = groupBy(
    images.filter((image) => unitOf(image) !== null),
    (image) => unitOf(image)!,
  );
  const pairs = [...units.values()].flatMap((members) => sharedPairs(members, kind));
  const compared =
    kind === "file"
      ? plural(images.length, "file")
      : units.size === 0
        ? "no patient is known"
        : `${plural(units.size, "patient")} of ${plural(images.length, "image")}`;
  return { compared, pairs, notes: [] };
}

function sharedPairs(members: readonly TissueImage[], kind: "patient" | "file"): FoundPair[] {
  const bySplit = [...groupBy(members, splitInUse).values()];
  const pairs: FoundPair[] = [];
  const add = (first: TissueImage, second: TissueImage) =>
    pairs.push({
      first,
      second,
      score: 1,
      how: kind === "patient" ? `patient ${first.patient}` : "the same bytes",
    });
  for (const [i, [first, ...others]] of bySplit.entries()) {
    for (const [second] of bySplit.slice(i + 1)) add(first!, second!);
    if (kind === "file") for (const other of others) add(first!, other);
  }
  return pairs;
}
