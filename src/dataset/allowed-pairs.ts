// The list of pairs that a person has looked at and lets pass. Every entry must be of use: one that matches nothing is
// likely misspelt, and the pair it meant would be missed.
import { closestWord, fail } from "../base/index.ts";
import type { FoundPair, LeakKind } from "./leak-types.ts";
import type { TissueImage } from "./types.ts";

/** Ids of two images, in either order. */
export type AllowedPair = readonly [string, string];

/** Kinds that a name may let pass; training refuses shared patients and shared files whatever a list says. */
const ALLOWABLE: readonly LeakKind[] = ["near-duplicate", "slide cut twice"];

/** Remembers which entries were of use. */
export class AllowList {
  readonly #unused: Map<string, AllowedPair>;
  readonly #entries: ReadonlySet<string>;

  /** @throws LowmagError `invalid-argument` for an id that no image has. */
  constructor(entries: readonly AllowedPair[], images: readonly TissueImage[]) {
    this.#unused = new Map(entries.map((entry) => [keyOf(...entry), entry]));
    this.#entries = new Set(this.#unused.keys());
    if (entries.length > 0) checkIds(entries, images);
  }

  /** True for a pair on the list. */
  allows(kind: LeakKind, { first, second }: FoundPair): boolean {
    const key = keyOf(first.id, second.id);
    if (!ALLOWABLE.includes(kind) || !this.#entries.has(key)) return false;
    this.#unused.delete(key);
    return true;
  }

  /** @throws LowmagError `invalid-argument` for an entry that no pair matched. */
  checkAllUsed(): void {
    const [unused] = this.#unused.values();
    if (unused === undefined) return;
    throw fail("invalid-argument", {
      where: "allowed pairs",
      expected: "pairs that the checks find",
      got: `${unused.join(" and ")}, which they do not`,
      fix: "Remove the entry. Only near-duplicates and slides cut twice can be allowed; patients and identical files cannot.",
    });
  }
}

function keyOf(first: string, second: string): string {
  return JSON.stringify(first < second ? [first, second] : [second, first]);
}

function checkIds(entries: readonly AllowedPair[], images: readonly TissueImage[]): void {
  const ids = new Set(images.map(({ id }) => id));
  const unknown = entries.flat().find((id) => !ids.has(id));
  if (unknown === undefined) return;
  const close = closestWord(unknown, [...ids].slice(0, 10_000));
  throw fail("invalid-argument", {
    where: "allowed pairs",
    expected: "ids of images of the data set",
    got: `\`${unknown}\``,
    fix: close === undefined ? "Write ids as the list of pairs shows them." : `Did you mean \`${close}\`?`,
  });
}
