// The file lists of a synthetic data set: what the other rooms read, with the truth about each labelled image.
import { join } from "node:path";
import { writeFileAtomically } from "../machine/index.ts";
import type { SyntheticClass } from "./classes.ts";
import type { PlannedImage, SynthesisParameters } from "./plan.ts";
import type { RenderedImage } from "./render-image.ts";
import type { TissueTruth } from "./synthesize-tissue.ts";

/** Where the lists are and what they hold. */
export interface WrittenLists {
  /** The data set's folder, absolute. */
  readonly out: string;
  readonly manifest: string;
  /** `null` when there are no unlabelled images. */
  readonly unlabelledManifest: string | null;
  readonly images: number;
  readonly unlabelledImages: number;
  /** Labelled images of each class. */
  readonly classCounts: Readonly<Record<SyntheticClass, number>>;
}

/** What the lists tell of the truth. */
export const TRUTH_COLUMNS: readonly (keyof TissueTruth)[] = [
  "villusHeight",
  "cryptDepth",
  "villusCryptRatio",
  "lymphocytesPer100Enterocytes",
  "gobletCellsPer100Enterocytes",
  "enterocytes",
  "lymphocytes",
  "gobletCells",
  "laminaCells",
  "architectureScale",
];

/** Writes `manifest.csv` and, where there are unlabelled images, `unlabelled.csv`. Every planned image must be finished. */
export async function writeLists(
  out: string,
  plan: readonly PlannedImage[],
  { mpp }: SynthesisParameters,
  finished: ReadonlyMap<string, RenderedImage>,
): Promise<WrittenLists> {
  const labelled = plan.filter((image) => image.label !== null);
  const unlabelled = plan.filter((image) => image.label === null);
  const manifest = join(out, "manifest.csv");
  const rows = labelled.map((image) => {
    const { truth } = finished.get(image.file)!;
    return [image.file, image.label, image.patient, mpp, ...truthCells(truth)];
  });
  await writeFileAtomically(manifest, csv([["image", "label", "patient", "mpp", ...TRUTH_COLUMNS], ...rows]));
  const unlabelledManifest = unlabelled.length === 0 ? null : join(out, "unlabelled.csv");
  if (unlabelledManifest !== null) {
    const lines = unlabelled.map((image) => [image.file, "", image.patient, "", mpp]);
    await writeFileAtomically(
      unlabelledManifest,
      csv([["image", "label", "patient", "split", "mpp"], ...lines]),
    );
  }
  const count = (name: SyntheticClass) => labelled.filter((image) => image.label === name).length;
  return {
    out,
    manifest,
    unlabelledManifest,
    images: labelled.length,
    unlabelledImages: unlabelled.length,
    classCounts: { Abnormal: count("Abnormal"), Normal: count("Normal"), Sprue: count("Sprue") },
  };
}

/** The truth in the order of its columns. */
export function truthCells(truth: TissueTruth): number[] {
  return TRUTH_COLUMNS.map((name) => Number(truth[name].toFixed(3)));
}

/** Rows as CSV; no value here needs quoting. */
export function csv(rows: readonly (readonly unknown[])[]): string {
  return rows.map((row) => `${row.join(",")}\n`).join("");
}
