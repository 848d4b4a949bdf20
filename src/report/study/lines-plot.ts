// What a panel of lines shows, as data, and the domain that several panels share.
import type { SeedsEstimate } from "../../evaluate/index.ts";
import { roundDomain } from "../scale.ts";
import type { ArmStyle } from "./arms.ts";

/** A point with its interval. */
export interface LinePoint {
  readonly x: number;
  readonly estimate: SeedsEstimate;
  /** What it is, for the pointer. */
  readonly words: string;
}

/** Points of one name. */
export interface LineSeries {
  readonly label: string;
  readonly style: ArmStyle;
  readonly points: readonly LinePoint[];
}

/** What a panel shows. */
export interface LinesPlot {
  readonly title: string;
  readonly xTitle: string;
  readonly xKind: "log" | "linear";
  readonly xFormat: (value: number) => string;
  /** Labels of a second axis above the plot. */
  readonly top: { readonly title: string; readonly ticks: readonly { x: number; label: string }[] } | null;
  readonly yDomain: readonly [number, number];
  /** Levels drawn across, dotted. */
  readonly levels: readonly { readonly value: number; readonly label: string; readonly colour: string }[];
  readonly series: readonly LineSeries[];
}

/** Points that have a value. */
export function drawable({ points }: LineSeries): LinePoint[] {
  return points.filter(({ estimate }) => estimate.value !== null);
}

/** A domain that holds all values, intervals and seeds of several panels. */
export function domainOf(
  series: readonly LineSeries[],
  limits: readonly [number, number],
  levels: readonly number[] = [],
): readonly [number, number] {
  const values = series.flatMap((own) =>
    drawable(own).flatMap(({ estimate: { value, interval, perSeed } }) => [
      value!,
      ...perSeed.filter((seed) => seed !== null),
      ...(interval === null ? [] : [interval.low, interval.high]),
    ]),
  );
  const all = [...values, ...levels];
  const padded =
    all.length > 0 && Math.max(...all) - Math.min(...all) < 0.05 ? [Math.min(...all) - 0.05] : [];
  return roundDomain([...all, ...padded], limits, 8);
}
