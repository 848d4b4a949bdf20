// Who the patient of an image is, where the manifest does not say: a CSV, or a pattern on the image's id.
import { basename, extname } from "node:path";
import { fail } from "../base/index.ts";
import { readCsv } from "./csv-table.ts";
import type { TissueImage } from "./types.ts";

/** Finds the patient of an image by its id; `null` when it does not know. */
export type PatientLookup = (image: Pick<TissueImage, "id">) => string | null;

/**
 * Reads a CSV with the columns image and patient. `image` may be an id, a file name, or a file name without its ending.
 *
 * @throws LowmagError `not-found`, `corrupt-data`; `invalid-argument` for a missing column, an empty cell, or one image
 * with two patients.
 */
export async function readPatients(path: string): Promise<PatientLookup> {
  const { rows } = await readCsv(path, ["image", "patient"]);
  const patients = new Map<string, string>();
  for (const row of rows) {
    const image = row.get("image");
    const patient = row.get("patient");
    const before = patients.get(image);
    if (image === "" || patient === "" || (before !== undefined && before !== patient))
      throw fail("invalid-argument", {
        where: `${path} line ${row.line}`,
        expected: "an image and its one patient",
        got:
          before === undefined ? "an empty cell" : `${image} with patients \`${before}\` and \`${patient}\``,
      });
    patients.set(image, patient);
  }
  return ({ id }) => {
    const name = basename(id);
    return patients.get(id) ?? patients.get(name) ?? patients.get(basename(name, extname(name))) ?? null;
  };
}

/**
 * Takes the patient from an image's id: the group named `patient`, else the first group, of a regular expression.
 *
 * @throws LowmagError `invalid-argument` when the pattern is broken or has no group.
 * @example
 * patientsFromPattern("(Case-\\d+|P\\d+)"); // osteosarcoma tiles
 */
export function patientsFromPattern(pattern: RegExp | string): PatientLookup {
  const expression = compile(pattern);
  return ({ id }) => {
    const match = expression.exec(id);
    return match?.groups?.patient ?? match?.[1] ?? null;
  };
}

function compile(pattern: RegExp | string): RegExp {
  const refuse = (cause: unknown) =>
    fail("invalid-argument", {
      where: "patient pattern",
      expected: "a regular expression with a group that holds the patient",
      got: `\`${String(pattern)}\``,
      fix: 'For example "^[^/]+/(P\\d+)-".',
      cause,
    });
  try {
    const { source, flags } = typeof pattern === "string" ? new RegExp(pattern) : pattern;
    const groups = new RegExp(`${source}|`).exec("")!.length - 1;
    if (groups === 0) throw refuse(undefined);
    return new RegExp(source, flags.replace(/[gy]/g, ""));
  } catch (error) {
    throw error instanceof SyntaxError ? refuse(error) : error;
  }
}

/**
 * The same data set with patients filled in where the lookup knows them; images it does not know keep what they had.
 *
 * @throws LowmagError `invalid-argument` when the lookup knows no image at all.
 */
export function withPatients<T extends { readonly images: readonly Pick<TissueImage, "id" | "patient">[] }>(
  dataset: T,
  lookup: PatientLookup,
): T {
  let known = 0;
  const images = dataset.images.map((image) => {
    const patient = lookup(image);
    if (patient === null) return image;
    known++;
    return { ...image, patient };
  });
  if (known === 0)
    throw fail("invalid-argument", {
      where: "patients",
      expected: "a patient for at least one image",
      got: `none for ${dataset.images.length} images (e.g. ${dataset.images[0]?.id ?? "none"})`,
      fix: "The CSV's column image holds ids, file names, or file names without their ending; a pattern is tried on the id.",
    });
  return { ...dataset, images };
}
