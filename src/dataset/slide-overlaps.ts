// Slides cut twice: boxes of one slide that overlap, and one slide under two names or two patients. A slide is known by the
// hash of its bytes; without one, by its name within its manifest.
import { plural } from "./found-image.ts";
import { groupBy } from "./group-by.ts";
import { type FoundPair, type LeakFindings, splitInUse } from "./leak-types.ts";
import type { SlideCut, TissueImage } from "./types.ts";

/** Boxes that share no more than this of the smaller one may stand in two splits: margins around pieces touch. */
export const MOST_SHARED = 0.05;

/** An image whose place on a slide is known. */
type CutImage = TissueImage & { readonly cut: SlideCut };

/** Finds pairs of images that show the same part of a slide, or the same slide under two names or patients. */
export function findSlidesCutTwice(images: readonly TissueImage[]): LeakFindings {
  const cut = images.filter((image): image is CutImage => image.cut !== undefined);
  const slides = [...groupBy(cut, slideOf).values()];
  const pairs = slides.flatMap((members) => [...underTwoNames(members), ...overlapping(members)]);
  const compared =
    cut.length === 0
      ? "no manifest says where images were cut"
      : `${plural(cut.length, "image")} of ${plural(slides.length, "slide")}`;
  return { compared, pairs, notes: [] };
}

function slideOf({ cut }: CutImage): string {
  return cut.slideHash === null ? `${cut.manifest}\0${cut.slide}` : `hash ${cut.slideHash}`;
}

/** One pair for every two identities that a slide goes by, and for each pair of splits they are in. */
function underTwoNames(members: readonly CutImage[]): FoundPair[] {
  const identity = ({ cut, patient }: CutImage) => [cut.slide, patient];
  const seen = [
    ...groupBy(members, (image) => JSON.stringify([identity(image), splitInUse(image)])).values(),
  ];
  const firsts = seen.map(([first]) => first!);
  const pairs: FoundPair[] = [];
  for (const [i, first] of firsts.entries())
    for (const second of firsts.slice(i + 1))
      if (isOtherIdentity(first, second))
        pairs.push({ first, second, score: 1, how: describeNames(first, second) });
  return pairs;
}

/** Another name, or another patient where both are known. */
function isOtherIdentity(first: CutImage, second: CutImage): boolean {
  const patients = [first.patient, second.patient];
  const otherPatient = !patients.includes(null) && first.patient !== second.patient;
  return otherPatient || first.cut.slide !== second.cut.slide;
}

function describeNames(first: CutImage, second: CutImage): string {
  const called = ({ cut, patient }: CutImage) =>
    patient === null ? cut.slide : `${cut.slide} of patient ${patient}`;
  return `one slide, called ${called(first)} and ${called(second)}`;
}

/** Sweeps over the boxes of a slide from left to right. */
function overlapping(members: readonly CutImage[]): FoundPair[] {
  const sorted = [...members].sort((a, b) => a.cut.box.x - b.cut.box.x);
  const pairs: FoundPair[] = [];
  let open: CutImage[] = [];
  for (const second of sorted) {
    open = open.filter(({ cut: { box } }) => box.x + box.width > second.cut.box.x);
    for (const first of open) {
      const score = sharedArea(first.cut, second.cut);
      if (score <= MOST_SHARED) continue;
      const how = `boxes of slide ${first.cut.slide} share ${Math.round(100 * score)}% of the smaller`;
      pairs.push({ first, second, score, how });
    }
    open.push(second);
  }
  return pairs;
}

/** The share of the smaller box that the other covers, 0 to 1. */
function sharedArea({ box: a }: SlideCut, { box: b }: SlideCut): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  return Math.min(1, (width * height) / Math.min(a.width * a.height, b.width * b.height));
}
