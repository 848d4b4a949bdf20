// The lists of a set of synthetic slides: what `prepare` reads, and the truth about every labelled piece.
import { join } from "node:path";
import { writeFileAtomically } from "../machine/index.ts";
import { SYNTHETIC_CLASSES, type SyntheticClass } from "./classes.ts";
import { csv, TRUTH_COLUMNS, truthCells } from "./dataset-lists.ts";
import type { RenderedSlide } from "./render-slide.ts";
import type { PlannedSlide } from "./slide-plan.ts";

/** Where the lists are and what they hold. */
export interface WrittenSlideLists {
  /** The set's folder, absolute. */
  readonly out: string;
  /** slides.csv: slide, patient, label, annotation, mpp (empty: the slides state it). */
  readonly manifest: string;
  /** unlabelled-slides.csv; `null` when there are none. */
  readonly unlabelledManifest: string | null;
  /** pieces.csv: box and truth of every piece of the labelled slides. */
  readonly piecesTable: string;
  readonly slides: number;
  readonly unlabelledSlides: number;
  /** Pieces of tissue on all slides. */
  readonly pieces: number;
  /** Labelled slides of each class. */
  readonly classCounts: Readonly<Record<SyntheticClass, number>>;
}

const COLUMNS = ["slide", "patient", "label", "annotation", "mpp"];
const PIECE_COLUMNS = [
  "slide",
  "patient",
  "label",
  "piece",
  "left",
  "top",
  "width",
  "height",
  "blurred",
  "pen",
];

/** Writes the lists. Every planned slide must be finished. */
export async function writeSlideLists(
  out: string,
  plan: readonly PlannedSlide[],
  finished: ReadonlyMap<string, RenderedSlide>,
): Promise<WrittenSlideLists> {
  const labelled = plan.filter(({ label }) => label !== null);
  const unlabelled = plan.filter(({ label }) => label === null);
  const row = ({ file, patient, label, annotation }: PlannedSlide) => [
    file,
    patient,
    label ?? "",
    annotation ?? "",
    "",
  ];
  const manifest = join(out, "slides.csv");
  await writeFileAtomically(manifest, csv([COLUMNS, ...labelled.map(row)]));
  const unlabelledManifest = unlabelled.length === 0 ? null : join(out, "unlabelled-slides.csv");
  if (unlabelledManifest !== null)
    await writeFileAtomically(unlabelledManifest, csv([COLUMNS, ...unlabelled.map(row)]));
  const piecesTable = join(out, "pieces.csv");
  const pieces = labelled.flatMap((slide) => pieceRows(slide, finished.get(slide.file)!));
  await writeFileAtomically(piecesTable, csv([[...PIECE_COLUMNS, ...TRUTH_COLUMNS], ...pieces]));
  const count = (name: SyntheticClass) => labelled.filter(({ label }) => label === name).length;
  return {
    out,
    manifest,
    unlabelledManifest,
    piecesTable,
    slides: labelled.length,
    unlabelledSlides: unlabelled.length,
    pieces: plan.reduce((sum, slide) => sum + slide.pieces, 0),
    classCounts: Object.fromEntries(SYNTHETIC_CLASSES.map((name) => [name, count(name)])) as Record<
      SyntheticClass,
      number
    >,
  };
}

function pieceRows({ file, patient, label }: PlannedSlide, { pen, pieces }: RenderedSlide): unknown[][] {
  return pieces.map(({ left, top, width, height, blurred, truth }, i) => [
    ...[file, patient, label, i + 1, left, top, width, height],
    ...[blurred ? 1 : 0, pen ? 1 : 0],
    ...truthCells(truth),
  ]);
}
