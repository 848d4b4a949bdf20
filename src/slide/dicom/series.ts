// Several DICOM files to one slide: which are levels, which are pictures beside the tissue, and whether they belong
// together at all. Files that cannot be one slide are refused by name.

import { damaged, unsupported } from "../errors.ts";
import type { AssociatedKind } from "../types.ts";
import type { Instance } from "./instance.ts";
import { TAG } from "./tags.ts";

/** The files of one series in their roles. */
export interface Series {
  /** Finest first. */
  readonly levels: readonly Instance[];
  readonly associated: ReadonlyMap<string, { readonly kind: AssociatedKind; readonly instance: Instance }>;
}

/** Sorts instances into levels and associated pictures. Throws `unsupported-format`, `corrupt-data`. */
export function sortSeries(instances: readonly Instance[], where: string): Series {
  refuseSeveral(instances, TAG.series, "series", where);
  const volumes = instances.filter(({ flavour }) => flavour === "volume");
  if (volumes.length === 0)
    throw unsupported(
      where,
      "an image of the tissue (VOLUME)",
      `only ${[...new Set(instances.map(({ flavour }) => flavour))].join(", ")}`,
      "Give the folder that holds all files of the series.",
    );
  refuseSeveral(volumes, TAG.pyramid, "pyramids", where);
  const levels = volumes.toSorted((a, b) => b.width - a.width || b.height - a.height);
  checkPyramid(levels, where);
  return { levels, associated: nameAssociated(instances) };
}

/** Refuses files that state different identifiers for what must be one. */
function refuseSeveral(instances: readonly Instance[], tag: number, noun: string, where: string): void {
  const stated = instances.filter(({ dataSet }) => dataSet.has(tag));
  const different = new Set(stated.map(({ dataSet }) => dataSet.text(tag)));
  if (different.size <= 1) return;
  const [first] = stated;
  const other = stated.find(({ dataSet }) => dataSet.text(tag) !== first!.dataSet.text(tag));
  throw unsupported(
    where,
    `files of one slide (one of ${noun})`,
    `${different.size} ${noun}, for example in ${first!.source.name} and ${other!.source.name}`,
    "Put the files of each series into a folder of its own.",
  );
}

/** Sides of a level may differ from the finest level's shape by rounding and by this share (padding to whole tiles). */
const SHAPE_TOLERANCE = 0.02;

/** Levels of one pyramid differ in size and share one shape. */
function checkPyramid(levels: readonly Instance[], where: string): void {
  const finest = levels[0]!;
  for (const [i, level] of levels.entries()) {
    const before = levels[i - 1];
    if (before !== undefined && before.width === level.width && before.height === level.height)
      throw unsupported(
        where,
        "levels of different sizes",
        `two of ${level.width} x ${level.height}: ${before.source.name} and ${level.source.name}`,
        "Give one focal plane, one optical path, and each file once.",
      );
    const expected = (finest.height * level.width) / finest.width;
    const tolerance = 2 + SHAPE_TOLERANCE * expected;
    if (Math.abs(expected - level.height) > tolerance)
      throw damaged(
        where,
        `a level of about ${level.width} x ${Math.round(expected)} in ${level.source.name}`,
        `${level.width} x ${level.height}, another part of the slide`,
      );
  }
}

const KINDS = { label: "label", overview: "macro", thumbnail: "thumbnail" } as const;

function nameAssociated(instances: readonly Instance[]): Series["associated"] {
  const named = new Map<string, { kind: AssociatedKind; instance: Instance }>();
  for (const instance of instances) {
    if (instance.flavour === "volume") continue;
    const kind = KINDS[instance.flavour];
    let name: string = kind;
    for (let number = 2; named.has(name); number++) name = `${kind} ${number}`;
    named.set(name, { kind, instance });
  }
  return named;
}
