// Images that must stay together when splits are made: those of one patient, of one file, and those that show the same
// tissue, and whatever these are tied to in turn.
import { groupBy } from "./group-by.ts";
import type { LeakPair } from "./leak-types.ts";
import type { TissueImage } from "./types.ts";

/**
 * A name for the group of every image, in the order of the images: the patient of its first member that has one, else the
 * first member's id. Given as patients to `splitDataset`, no pair is torn apart.
 */
export function groupByLikeness(
  images: readonly TissueImage[],
  pairs: readonly Pick<LeakPair, "first" | "second">[],
): string[] {
  const owner = images.map((_, i) => i);
  const rootOf = (i: number): number => {
    let root = i;
    while (owner[root] !== root) root = owner[root]!;
    for (let at = i; owner[at] !== root; ) [at, owner[at]] = [owner[at]!, root];
    return root;
  };
  const join = (a: number, b: number) => {
    const [first, second] = [rootOf(a), rootOf(b)];
    owner[Math.max(first, second)] = Math.min(first, second);
  };
  const numberOf = new Map(images.map(({ id }, i) => [id, i]));
  for (const { first, second } of pairs) {
    const [a, b] = [numberOf.get(first.id), numberOf.get(second.id)];
    if (a !== undefined && b !== undefined) join(a, b);
  }
  for (const tie of ["patient", "contentHash"] as const)
    for (const members of groupBy(images.keys(), (i) => images[i]![tie]).values())
      if (images[members[0]!]![tie] !== null) for (const member of members) join(members[0]!, member);
  const names = new Map<number, string>();
  for (const [i, { patient }] of images.entries())
    if (patient !== null && !names.has(rootOf(i))) names.set(rootOf(i), patient);
  return images.map((_, i) => names.get(rootOf(i)) ?? images[rootOf(i)]!.id);
}
