// What `prepare` made or would make, in words.
import type { PrepareResult } from "../api/index.ts";
import { formatTable } from "./table.ts";

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** A finished data set: counts, what to look at, and the next command. */
export function preparedText(result: PrepareResult): string {
  const { slides, kept, resolutions, failures, failuresFile, tissueArea } = result;
  const again = kept > 0 ? ` (${kept} finished before)` : "";
  const blurred = slides.reduce((sum, slide) => sum + slide.blurred, 0);
  const dropped = slides.reduce((sum, slide) => sum + slide.dropped, 0);
  return [
    `${plural(slides.length, "slide")}${again}, ${tissueArea.toFixed(2)} mm² of tissue`,
    ...resolutions.map(
      ({ mpp, images, manifest }) => `${plural(images, "image")} at ${mpp} µm/px: ${manifest}`,
    ),
    ...(blurred > 0 ? [`${plural(blurred, "image")} blurred: see the column blurred`] : []),
    ...(dropped > 0 ? [`${plural(dropped, "image")} left out as blurred`] : []),
    ...(failures.length > 0 ? [`${plural(failures.length, "slide")} set aside: see ${failuresFile}`] : []),
    ...slideNotes(result),
    ...nextSteps(result),
  ].join("\n");
}

/** A dry run: a line per slide and what it would come to. */
export function plannedText({ slides, resolutions, failures }: PrepareResult): string {
  const header = ["slide", "mm²", ...resolutions.map(({ mpp }) => `images at ${mpp} µm/px`), "megapixels"];
  const rows = slides.map((slide) => [
    slide.slide,
    slide.tissueArea.toFixed(2),
    ...slide.resolutions.map(({ images }) => `${images}`),
    megapixels(slide.resolutions),
  ]);
  const lines = resolutions.map(
    ({ mpp, images, pixels }) =>
      `${plural(images, "image")} at ${mpp} µm/px, ${(pixels / 1e6).toFixed(1)} megapixels: about ${bytesText(2 * pixels)} as PNG`,
  );
  return [
    ...(rows.length === 0 ? [] : [formatTable(header, rows), ""]),
    ...lines,
    ...failures.map(({ path, reason }) => `Set aside (${reason}): ${path}`),
    "Nothing was written (--dry-run).",
  ].join("\n");
}

function megapixels(resolutions: readonly { readonly pixels: number }[]): string {
  return (resolutions.reduce((sum, { pixels }) => sum + pixels, 0) / 1e6).toFixed(1);
}

function bytesText(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`;
}

/** More notes than this are in the records. */
const MOST_NOTES = 10;

function slideNotes({ slides, out }: PrepareResult): string[] {
  const notes = slides.flatMap(({ slide, notes: own }) => own.map((note) => `Note: ${slide}: ${note}`));
  if (notes.length <= MOST_NOTES) return notes;
  return [
    ...notes.slice(0, MOST_NOTES),
    `${notes.length - MOST_NOTES} more notes: see ${out}/slides/*/slide.json`,
  ];
}

function nextSteps({ resolutions, out, unlabelled, withoutPatient, slides }: PrepareResult): string[] {
  const first = resolutions[0];
  if (first === undefined || first.images === 0 || slides.length === 0) return [];
  if (unlabelled > 0)
    return [
      `Next: labels and patients (a list of slides gives them), or use it as --unlabelled ${first.manifest}`,
    ];
  const blocks = withoutPatient > 0 ? " --by block" : "";
  return [`Next: lowmag split --data ${first.manifest}${blocks} --out ${out}/splits.csv`];
}
