// The directories of an NDPI file in their roles: levels by objective, the macro image, the map; and what the finest level
// says of the slide. Texts come from a list of technical tags only: the barcode stays where it is.
import {
  isPlausibleMpp,
  isSquarish,
  MICROMETRES_PER,
  type PixelSize,
  pixelSizeFromDensity,
} from "../../pixels/index.ts";
import { damaged } from "../errors.ts";
import type { TiffDirectory } from "../tiff/directory.ts";
import { readTiffImage, type TiffImage } from "../tiff/image.ts";
import { TAG } from "../tiff/tags.ts";
import type { AssociatedKind } from "../types.ts";
import { NDPI_TAG } from "./ndpi-file.ts";

/** A directory with what Hamamatsu says of it. */
export interface NdpiPage {
  readonly image: TiffImage;
  /** Objective power of a level; -1 the macro image, -2 the map. */
  readonly lens: number;
  /** nm. */
  readonly focalPlane: number;
}

/** Reads a directory. */
export async function readPage(directory: TiffDirectory): Promise<NdpiPage> {
  const lens = await directory.number(NDPI_TAG.sourceLens, Number.NaN);
  const focalPlane = await directory.number(NDPI_TAG.focalPlane, 0);
  return { image: await readTiffImage(directory), lens, focalPlane };
}

/** Directories of an objective, in focus, each size once; finest first. */
export function levelsOf(pages: readonly NdpiPage[], where: string, notes: string[]): NdpiPage[] {
  const scans = pages.filter(({ lens }) => lens > 0);
  const planes = new Set(scans.map(({ focalPlane }) => focalPlane));
  // The plane nearest to the one in focus.
  const [plane] = [...planes].sort((a, b) => Math.abs(a) - Math.abs(b) || a - b);
  if (planes.size > 1) notes.push(`Of ${planes.size} focal planes the one in focus is read.`);
  const levels = scans
    .filter(({ focalPlane }) => focalPlane === plane)
    .sort((a, b) => b.image.width - a.image.width)
    .filter(({ image }, i, all) => image.width !== all[i - 1]?.image.width);
  if (levels.length > 0) return levels;
  throw damaged(where, "a directory that names an objective (tag 65421)", `${pages.length} others`);
}

/** What a picture beside the tissue is. */
export function kindOf(lens: number): AssociatedKind {
  return lens === -1 ? "macro" : "other";
}

/** The pictures beside the tissue by name. */
export function picturesOf(pages: readonly NdpiPage[]): Map<string, NdpiPage> {
  const named = new Map<string, NdpiPage>();
  for (const page of pages) {
    const name = page.lens === -1 ? "macro" : page.lens === -2 ? "map" : "";
    if (name !== "" && !named.has(name)) named.set(name, page);
  }
  return named;
}

/** µm/px from the resolution tags, which Hamamatsu writes per centimetre. */
export async function pixelSize(directory: TiffDirectory, notes: string[]): Promise<PixelSize | null> {
  const unit = await directory.number(TAG.resolutionUnit, 2);
  const length = unit === 3 ? MICROMETRES_PER.centimetre : unit === 2 ? MICROMETRES_PER.inch : 0;
  const x = pixelSizeFromDensity(length, await directory.number(TAG.xResolution, 0));
  const y = pixelSizeFromDensity(length, await directory.number(TAG.yResolution, 0));
  if (isPlausibleMpp(x) && isPlausibleMpp(y) && isSquarish({ x, y })) return { x, y };
  notes.push("The resolution tags state no µm/px that is believed.");
  return null;
}

/** Technical facts. */
export async function propertiesOf({ image, lens }: NdpiPage): Promise<Record<string, string>> {
  const facts: Record<string, string> = { "hamamatsu.SourceLens": `${lens}` };
  const listed = { "hamamatsu.Model": TAG.model, "hamamatsu.Software": TAG.software };
  for (const [name, tag] of Object.entries(listed)) {
    const text = (await image.directory.text(tag))?.replace(/\p{Cc}/gu, "").slice(0, 200);
    if (text !== undefined && text !== "") facts[name] = text;
  }
  return facts;
}
