// The µm/px of a slide: what its files state, and which statement is believed. The vendor's own text first, then OME-XML,
// then the resolution tag, then 10 / objective power; the caller's own statement comes before all (`createSlide`).
import {
  isPlausibleMpp,
  isSquarish,
  MICROMETRES_PER,
  type PixelSize,
  pixelSizeFromDensity,
} from "../../pixels/index.ts";
import type { TiffDirectory } from "../tiff/directory.ts";
import { TAG } from "../tiff/tags.ts";
import type { SlideMppSource } from "../types.ts";
import type { StatedMpp } from "./plan.ts";

/** Units of the tag ResolutionUnit; 1 is "no unit", which is no length. */
const UNITS: Readonly<Record<number, number>> = {
  2: MICROMETRES_PER.inch,
  3: MICROMETRES_PER.centimetre,
  4: MICROMETRES_PER.centimetre / 10, // millimetre and micrometre are not TIFF 6.0, but written
  5: 1,
};

/** The resolution tags of a directory as µm/px, or `null` without them. Not yet believed. */
export async function resolutionTag(directory: TiffDirectory): Promise<StatedMpp | null> {
  const x = await directory.number(TAG.xResolution, undefined);
  const y = await directory.number(TAG.yResolution, x);
  const length = UNITS[await directory.number(TAG.resolutionUnit, 2)];
  if (x === undefined || y === undefined || length === undefined || !(x > 0) || !(y > 0)) return null;
  const mpp = { x: pixelSizeFromDensity(length, x), y: pixelSizeFromDensity(length, y) };
  return { mpp, source: "resolution-tag" };
}

/** 10 µm/px is about 1x: 20x is 0.5, 40x 0.25. */
export function fromObjective(objective: number | null): StatedMpp | null {
  if (objective === null || !(objective > 0)) return null;
  return { mpp: { x: 10 / objective, y: 10 / objective }, source: "objective" };
}

/** A decision with the remarks that it needs. */
export interface DecidedMpp {
  readonly mpp: PixelSize | null;
  readonly mppSource: SlideMppSource | null;
  readonly notes: readonly string[];
}

/** The first statement that a microscope could have made; the others that came before it are named. */
export function believe(stated: readonly StatedMpp[]): DecidedMpp {
  const notes: string[] = [];
  for (const { mpp, source } of stated) {
    if (isPlausibleMpp(mpp.x) && isPlausibleMpp(mpp.y) && isSquarish(mpp)) {
      if (source === "objective")
        notes.push(
          `µm/px is not stated; ${mpp.x} is 10 / the objective power, which is rough: state it with --mpp`,
        );
      return { mpp, mppSource: source, notes };
    }
    notes.push(`${SOURCES[source]} says ${round(mpp.x)} x ${round(mpp.y)} µm/px, which is not believed`);
  }
  return { mpp: null, mppSource: null, notes };
}

const SOURCES: Readonly<Record<SlideMppSource, string>> = {
  vendor: "the scanner's text",
  "resolution-tag": "the resolution tag",
  ome: "the OME description",
  dicom: "the DICOM header",
  option: "the option",
  objective: "the objective power",
};

function round(value: number): number {
  return Number(value.toPrecision(4));
}
