// The standard error of an area under the ROC curve without resampling: DeLong's structural components, summed by patient
// because images of one patient are alike. Components add up, so that differences of models, means over seeds and means over
// classes are sums of components too.
import { fail } from "../base/index.ts";
import type { PreparedPredictions } from "./predictions.ts";

/** An AUROC (or a linear combination of several) with how much each unit (patient) moves it. */
export interface AurocComponents {
  /** NaN where the class or its rest has no images. */
  readonly value: number;
  /**
   * [group][unit]: sum over the unit's images of that group of (component - AUROC) / images of the group. Groups are the
   * class and its rest, or for the macro AUROC the classes that have images; over all units each AUROC's sums are 0.
   */
  readonly deviations: readonly Float64Array[];
  /** Units that have images of each group. */
  readonly unitsOfGroup: readonly number[];
  /** Units that have images. */
  readonly units: number;
}

/**
 * The structural components of one model's AUROC (DeLong, DeLong, Clarke-Pearson 1988), summed by unit (Obuchowski 1997).
 *
 * With M images of a class and N others, an image x of the class has the component V10(x) = share of the others scored below it, an other
 * image y has V01(y) = share of the class scored above it; ties count half. Read off one walk down the sorted scores (midranks,
 * as Sun and Xu 2014), O(N K) after the sort.
 *
 * @param unitOf unit (patient) of each image [N], integers from 0; an image without a patient is a unit of its own
 * @param positive class number for its one-versus-rest AUROC; by default the macro AUROC, the mean over classes with images
 * @throws LowmagError `shape-mismatch`, `invalid-argument`
 */
export function aurocComponents(
  predictions: PreparedPredictions,
  unitOf: Int32Array,
  positive?: number,
): AurocComponents {
  checkUnits(predictions, unitOf, positive);
  const { classes, labels } = predictions;
  const present = Array.from({ length: classes }, (_, c) => c).filter((c) => labels.includes(c));
  const judged = positive === undefined ? present : [positive];
  const groupOf = labels.map((label) =>
    positive === undefined ? present.indexOf(label) : Number(label !== positive),
  );
  const groups = positive === undefined ? present.length : 2;
  const units = unitOf.reduce((most, unit) => Math.max(most, unit + 1), 0);
  const deviations = Array.from({ length: groups }, () => new Float64Array(units));
  let value = 0;
  for (const c of judged) value += addClass(predictions, unitOf, c, groupOf, judged.length, deviations);
  return { value, deviations, ...countUnits(unitOf, groupOf, groups) };
}

/**
 * A weighted sum of AUROCs on the same images: weights 1 and -1 for a difference, 1 / n for a mean over n seeds.
 *
 * @param parts at least one; all of the same images, units and classes
 * @throws LowmagError `shape-mismatch`, `invalid-argument`
 */
export function combineAurocs(
  parts: readonly { readonly components: AurocComponents; readonly weight: number }[],
): AurocComponents {
  const first = parts[0]?.components;
  if (first === undefined)
    throw fail("invalid-argument", { where: "combineAurocs", expected: "at least one AUROC", got: "none" });
  const deviations = first.deviations.map((group) => new Float64Array(group.length));
  let value = 0;
  for (const { components, weight } of parts) {
    checkSameUnits(first, components);
    value += weight * components.value;
    deviations.forEach((sums, g) => {
      for (let unit = 0; unit < sums.length; unit++) sums[unit]! += weight * components.deviations[g]![unit]!;
    });
  }
  return { ...first, value, deviations };
}

/**
 * Variance of the AUROC or the combination, with a unit's images taken together.
 *
 * With h_ig the deviation of unit i in group g, I units in all and I_g of them with images of the group:
 * I/(I-1) sum_i (sum_g h_ig)² + sum_g (I_g/(I_g-1) - I/(I-1)) sum_i h_ig². For two groups this is Obuchowski's (1997)
 * S10/M + S01/N + 2 S11/(MN) exactly, and DeLong's where every unit has one image. For the macro AUROC of three and more classes the
 * groups are the classes: the same sum written for more groups (Obuchowski gives two).
 *
 * @returns NaN where it cannot be known: a class whose images come from a single unit, an undefined AUROC
 */
export function aurocVariance({ value, deviations, unitsOfGroup, units }: AurocComponents): number {
  if (Number.isNaN(value) || unitsOfGroup.some((count) => count < 2)) return Number.NaN;
  const all = units / (units - 1);
  const joint = new Float64Array(deviations[0]!.length);
  let variance = 0;
  deviations.forEach((sums, g) => {
    const excess = unitsOfGroup[g]! / (unitsOfGroup[g]! - 1) - all;
    sums.forEach((deviation, unit) => {
      joint[unit]! += deviation;
      variance += excess * deviation * deviation;
    });
  });
  for (const deviation of joint) variance += all * deviation * deviation;
  return variance;
}

/** Adds the deviations of class c's AUROC, divided by the number of classes judged; returns its share of the value. */
function addClass(
  predictions: PreparedPredictions,
  unitOf: Int32Array,
  c: number,
  groupOf: Int32Array,
  judged: number,
  deviations: readonly Float64Array[],
): number {
  const { labels } = predictions;
  const placements = placementsOf(predictions, c);
  const positives = labels.reduce((count, label) => count + Number(label === c), 0);
  const negatives = labels.length - positives;
  let auroc = 0;
  labels.forEach((label, i) => {
    if (label === c) auroc += placements[i]! / positives;
  });
  if (positives === 0 || negatives === 0) auroc = Number.NaN;
  labels.forEach((label, i) => {
    const images = label === c ? positives : negatives;
    deviations[groupOf[i]!]![unitOf[i]!]! += (placements[i]! - auroc) / images / judged;
  });
  return auroc / judged;
}

/** V10 of every image of class c, V01 of every other. */
function placementsOf({ rankings, labels }: PreparedPredictions, c: number): Float64Array {
  const { order, groupEnd } = rankings[c]!;
  const placements = new Float64Array(order.length);
  const positives = labels.reduce((count, label) => count + Number(label === c), 0);
  const negatives = labels.length - positives;
  let [positivesAbove, negativesAbove, start] = [0, 0, 0];
  for (let end = 0; end < order.length; end++) {
    if (groupEnd[end] === 0) continue;
    const tied = order.subarray(start, end + 1);
    const tiedPositives = tied.reduce((count, image) => count + Number(labels[image] === c), 0);
    const tiedNegatives = tied.length - tiedPositives;
    const below = negatives - negativesAbove - tiedNegatives / 2;
    const above = positivesAbove + tiedPositives / 2;
    for (const image of tied) placements[image] = labels[image] === c ? below / negatives : above / positives;
    positivesAbove += tiedPositives;
    negativesAbove += tiedNegatives;
    start = end + 1;
  }
  return placements;
}

function countUnits(
  unitOf: Int32Array,
  groupOf: Int32Array,
  groups: number,
): { unitsOfGroup: number[]; units: number } {
  const seen = Array.from({ length: groups }, () => new Set<number>());
  unitOf.forEach((unit, image) => {
    seen[groupOf[image]!]!.add(unit);
  });
  return { unitsOfGroup: seen.map((set) => set.size), units: new Set(unitOf).size };
}

function checkUnits(predictions: PreparedPredictions, unitOf: Int32Array, positive?: number): void {
  const where = "aurocComponents";
  const { images, classes } = predictions;
  if (unitOf.length !== images)
    throw fail("shape-mismatch", {
      where,
      expected: `the unit of each of ${images} images`,
      got: `${unitOf.length}`,
    });
  const wrong = unitOf.find((unit) => unit < 0 || unit >= images);
  if (wrong !== undefined)
    throw fail("invalid-argument", {
      where,
      expected: `units numbered from 0, fewer than ${images}`,
      got: `${wrong}`,
    });
  if (positive !== undefined && !(Number.isInteger(positive) && positive >= 0 && positive < classes))
    throw fail("invalid-argument", {
      where,
      expected: `a class in [0, ${classes - 1}]`,
      got: `${positive}`,
    });
}

function checkSameUnits(first: AurocComponents, other: AurocComponents): void {
  const shape = ({ deviations, unitsOfGroup }: AurocComponents) =>
    `${deviations.map((group) => group.length).join(", ")} units, of groups ${unitsOfGroup.join(", ")}`;
  if (shape(first) !== shape(other))
    throw fail("shape-mismatch", {
      where: "combineAurocs",
      expected: `AUROCs of the same images (${shape(first)})`,
      got: shape(other),
    });
}
