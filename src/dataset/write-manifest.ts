// Writes a manifest: the CSV (image, label, patient, split, mpp) that all of lowmag reads.
import { dirname, isAbsolute, relative, sep } from "node:path";
import { stringify } from "csv-stringify/sync";
import { writeFileAtomically } from "../machine/index.ts";
import type { TissueImage } from "./types.ts";

/** An image as a manifest lists it; `path` is absolute. */
export type ManifestImage = Pick<TissueImage, "path" | "label" | "patient" | "split" | "mpp">;

const COLUMNS = ["image", "label", "patient", "split", "mpp"];

/**
 * Writes a manifest whose paths are relative to its folder, with "/" between (absolute only where the file lies on
 * another drive). What is unknown is left empty.
 *
 * @throws LowmagError `not-writable`.
 */
export async function writeManifest(path: string, images: readonly ManifestImage[]): Promise<void> {
  const rows = images.map((image) => [
    portablePath(dirname(path), image.path),
    image.label ?? "",
    image.patient ?? "",
    image.split ?? "",
    image.mpp,
  ]);
  // A reader trims what has no quotes: names may begin or end with a space.
  await writeFileAtomically(path, stringify([COLUMNS, ...rows], { quoted_match: /^\s|\s$/ }));
}

function portablePath(folder: string, path: string): string {
  const inside = relative(folder, path);
  return isAbsolute(inside) || sep === "/" ? inside : inside.replaceAll(sep, "/");
}
