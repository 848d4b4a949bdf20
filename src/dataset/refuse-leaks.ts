// Stops when a search found leaks: names pairs, both images, their splits, and what to do.
import { fail } from "../base/index.ts";
import { plural } from "./found-image.ts";
import type { LeakImage, LeakPair, LeakReport } from "./leak-types.ts";

/** Pairs named in the message; the others are counted. */
const NAMED = 5;

/**
 * Throws where a report holds a leak.
 *
 * @param fix how the caller's user lets a pair pass, as a sentence; default: the flag of `lowmag leaks`.
 * @throws LowmagError `data-leak`
 */
export function refuseLeaks(
  report: LeakReport,
  fix = "Where a pair is no copy, let it pass by name: `--allow first.png,second.png`.",
): void {
  const leaks = report.pairs.filter(({ state }) => state === "leak");
  if (leaks.length === 0) return;
  const named = leaks.slice(0, NAMED).map(describeLeak);
  const more = leaks.length > NAMED ? `; and ${leaks.length - NAMED} more` : "";
  throw fail("data-leak", {
    where: "splits",
    expected: "no tissue of one split in another",
    got: `${plural(leaks.length, "pair")}: ${named.join("; ")}${more}`,
    fix: `\`lowmag leaks --out DIR\` shows all pairs. ${fixFor(leaks)}${allowable(leaks) ? ` ${fix}` : ""}`,
  });
}

/** A pair in one line: "near-duplicate 0.97: a.png (train) and b.png (test), turned by 17°". */
export function describeLeak({ kind, first, second, score, how }: LeakPair): string {
  const likeness = kind === "near-duplicate" ? ` ${score.toFixed(2)}` : "";
  return `${kind}${likeness}: ${nameOf(first)} and ${nameOf(second)}, ${how}`;
}

function nameOf({ id, label, split }: LeakImage): string {
  return `${id} (${label === null && split === "train" ? "unlabelled, trained on" : (split ?? "no split")})`;
}

function allowable(leaks: readonly LeakPair[]): boolean {
  return leaks.some(({ kind }) => kind === "near-duplicate" || kind === "slide cut twice");
}

function fixFor(leaks: readonly LeakPair[]): string {
  const unlabelled = leaks.some(({ first, second }) => first.label === null || second.label === null);
  const words = unlabelled ? " Unlabelled tissue is trained on: leave out what belongs to val or test." : "";
  return `Put both images of a pair in one split (give them one patient, and split by patient with \`lowmag split\`), or remove one.${words}`;
}
