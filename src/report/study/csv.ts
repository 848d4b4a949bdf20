// Cells of the study's tables as files: the facts of a network, and a metric over seeds.
import type { SeedsEstimate, StudyCellFacts } from "../../evaluate/index.ts";
import { type Cell, estimateCells, estimateHeading } from "../csv.ts";

/** The headings of {@link cellFactCells}. */
export function cellFactHeading(): string[] {
  return [
    ...["cell", "arm", "kind", "mpp", "labelFraction", "unlabelledFraction", "labelledImages"],
    ...["unlabelledImages", "architecture", "parameters", "macsPerPixel", "macsPerMm2", "macsPerImageMean"],
  ];
}

/** What a network is and costs. */
export function cellFactCells(cell: StudyCellFacts): Cell[] {
  const { images, cost } = cell;
  return [
    ...[cell.id, cell.arm, cell.kind, cell.mpp, cell.labelFraction, cell.unlabelledFraction],
    ...[images.labelled, images.unlabelled, cell.architecture, cell.parameters],
    ...[cost.macsPerPixel, cost.macsPerMm2, cost.macsPerImageMean],
  ];
}

/** The headings of {@link seedsCells}. */
export function seedsHeading(name: string): string[] {
  return [...estimateHeading(name), `${name}SD`, `${name}Seeds`];
}

/** Mean, interval, standard deviation over the seeds, and the value of each seed. */
export function seedsCells(estimate: SeedsEstimate | undefined): Cell[] {
  const perSeed = estimate?.perSeed.map((value) => (value === null ? "" : `${value}`)).join(" ");
  return [...estimateCells(estimate), estimate?.standardDeviation ?? null, perSeed ?? null];
}
