// Divides a data set into train, val and test by units that belong together: patients, or, where no patient is known,
// blocks of consecutive images (numbers next to each other are often one case).
import { basename } from "node:path";
import { fail } from "../base/index.ts";
import { Generator } from "../random/index.ts";
import { assignUnits, type Unit } from "./assign-units.ts";
import { naturalOrder } from "./find-images.ts";
import { plural } from "./found-image.ts";
import { groupBy } from "./group-by.ts";
import { checkClassesInSplits } from "./leaks.ts";
import { type Dataset, SPLITS, type Split, type TissueImage } from "./types.ts";

/** Shares of the labelled images, summing to 1. */
export type SplitFractions = Readonly<Record<Split, number>>;

/** Options of {@link splitDataset}. */
export interface SplitOptions {
  readonly seed: number;
  /** Default 0.6 / 0.2 / 0.2. A fraction of 0 leaves that split empty. */
  readonly fractions?: SplitFractions;
  /**
   * What must stay together. "patient" (default) needs a patient for every labelled image; "block" cuts each class,
   * sorted by file name as people count, into runs of consecutive images; "image" trusts every image to be independent.
   */
  readonly by?: "patient" | "block" | "image";
  /** Blocks per class. Default 10. */
  readonly blocks?: number;
  /** Deal the blocks in this order, over and over, instead of at random: `["train", "train", "train", "val", "test"]`. */
  readonly deal?: readonly Split[];
}

const DEFAULT_FRACTIONS: SplitFractions = { train: 0.6, val: 0.2, test: 0.2 };
const DEFAULT_BLOCKS = 10;

/**
 * The same data set with a split for every labelled image; splits that were there are replaced. Stratified by class as
 * well as whole units allow. Files with the same bytes go together. An unlabelled image of a patient in a split, or with
 * the bytes of an image in it, gets that split too (so that a test patient's tissue cannot help training); other
 * unlabelled images get none.
 *
 * @throws LowmagError `missing-metadata` when a patient is unknown; `invalid-argument` for fractions that are negative or
 * do not sum to 1, or when a class cannot be in every split.
 */
export function splitDataset<T extends Dataset>(dataset: T, options: SplitOptions): T {
  const fractions = checkFractions(options.fractions ?? DEFAULT_FRACTIONS);
  const groups = joinEqualFiles(groupsOf(dataset, options));
  const units = groups.map(({ name, images }): Unit => ({ name, counts: countClasses(dataset, images) }));
  const wanted = SPLITS.map((split) => fractions[split]);
  const deal = options.by === "block" ? options.deal : undefined;
  const dealt =
    deal === undefined
      ? assignUnits(units, wanted, Generator.derive(options.seed, "split")).map((split) => SPLITS[split]!)
      : groups.map(({ block }) => dealAt(deal, block));
  const splitOf = new Map<string, Split>();
  for (const [i, { images }] of groups.entries()) for (const { id } of images) splitOf.set(id, dealt[i]!);
  const split = { ...dataset, images: withUnlabelled(dataset.images, splitOf) };
  const needed = SPLITS.filter((name) => (deal === undefined ? fractions[name] > 0 : deal.includes(name)));
  checkClassesInSplits(split, needed);
  return split;
}

/** Images that must stay together. */
interface Group {
  readonly name: string;
  readonly images: readonly TissueImage[];
  /** Number of the block within its class. */
  readonly block: number;
}

function groupsOf(dataset: Dataset, options: SplitOptions): Group[] {
  const labelled = dataset.images.filter(({ label }) => label !== null);
  if (options.by === "block") return blocksOf(dataset, labelled, options.blocks ?? DEFAULT_BLOCKS);
  if (options.by === "image") return labelled.map((image) => ({ name: image.id, images: [image], block: 0 }));
  const unknown = labelled.filter(({ patient }) => patient === null);
  if (unknown.length > 0)
    throw fail("missing-metadata", {
      where: unknown[0]!.id,
      expected: "a patient",
      got: `none (${plural(unknown.length, "image")} of ${labelled.length} without)`,
      fix: "Pass --patients or --patient-pattern; where no patient is known, split by blocks of consecutive images (--by block).",
    });
  const patients = groupBy(labelled, ({ patient }) => patient!);
  return [...patients].map(([name, images]) => ({ name, images, block: 0 }));
}

/** Runs of consecutive images of each class; their lengths differ by at most one. */
function blocksOf(dataset: Dataset, labelled: readonly TissueImage[], blocks: number): Group[] {
  if (!(Number.isInteger(blocks) && blocks >= 1))
    throw fail("invalid-argument", {
      where: "--blocks",
      expected: "a whole number of at least 1",
      got: `${blocks}`,
    });
  return dataset.classes.flatMap((name) => {
    const images = labelled
      .filter(({ label }) => label === name)
      .sort((a, b) => naturalOrder(basename(a.id), basename(b.id)) || naturalOrder(a.id, b.id));
    const count = Math.min(blocks, images.length);
    return Array.from({ length: count }, (_, block) => ({
      name: `${name} ${block}`,
      images: images.slice(
        Math.round((block * images.length) / count),
        Math.round(((block + 1) * images.length) / count),
      ),
      block,
    }));
  });
}

/** Joins groups that share a file's bytes: apart they would be a leak. */
function joinEqualFiles(groups: readonly Group[]): Group[] {
  const owner = groups.map((_, i) => i);
  const rootOf = (i: number): number => (owner[i] === i ? i : rootOf(owner[i]!));
  const firstWith = new Map<string, number>();
  for (const [i, { images }] of groups.entries()) {
    for (const { contentHash } of images) {
      const first = firstWith.get(contentHash);
      if (first === undefined) firstWith.set(contentHash, i);
      else owner[rootOf(i)] = rootOf(first);
    }
  }
  const joined = groupBy(groups.keys(), rootOf);
  return [...joined.values()].map((members) => ({
    ...groups[members[0]!]!,
    images: members.flatMap((i) => groups[i]!.images),
  }));
}

function countClasses(dataset: Dataset, images: readonly TissueImage[]): number[] {
  return dataset.classes.map((name) => images.filter(({ label }) => label === name).length);
}

/** The split of a block when the deal is repeated over and over. */
function dealAt(deal: readonly Split[], block: number): Split {
  const split = deal[block % deal.length];
  if (split !== undefined) return split;
  throw fail("invalid-argument", { where: "deal", expected: "at least one split", got: "none" });
}

/** Gives an unlabelled image the split of its patient, or of a labelled file with the same bytes. */
function withUnlabelled(images: readonly TissueImage[], splitOf: ReadonlyMap<string, Split>): TissueImage[] {
  const ofRelative = new Map<string, Split>();
  const relatives = ({ patient, contentHash }: TissueImage) =>
    patient === null ? [`file ${contentHash}`] : [`file ${contentHash}`, `patient ${patient}`];
  for (const image of images) {
    const split = splitOf.get(image.id);
    if (split !== undefined) for (const name of relatives(image)) ofRelative.set(name, split);
  }
  return images.map((image) => {
    const related = relatives(image).flatMap((name) => ofRelative.get(name) ?? []);
    return { ...image, split: splitOf.get(image.id) ?? related[0] ?? null };
  });
}

function checkFractions(fractions: SplitFractions): SplitFractions {
  const values = SPLITS.map((split) => fractions[split]);
  const sum = values.reduce((total, value) => total + value, 0);
  if (values.every((value) => value >= 0) && fractions.train > 0 && Math.abs(sum - 1) < 1e-6)
    return fractions;
  throw fail("invalid-argument", {
    where: "split fractions",
    expected: "numbers of at least 0 that sum to 1, with some for train",
    got: values.join(" / "),
  });
}
