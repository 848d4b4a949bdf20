// Where an image was cut from its slide: the columns slide, x, y, width, height and slideHash that `lowmag prepare` writes.
import { resolve } from "node:path";
import { fail } from "../base/index.ts";
import type { CsvRow } from "./csv-table.ts";
import type { SlideCut } from "./types.ts";

/**
 * The place of a manifest's row; `null` where the row names no slide or no box.
 *
 * @throws LowmagError `invalid-argument` for a box that is not four numbers, or has no area.
 */
export function readSlideCut(manifest: string, row: CsvRow): SlideCut | null {
  const slide = row.get("slide");
  const cells = ["x", "y", "width", "height"].map((name) => row.get(name));
  if (slide === "" || cells.every((cell) => cell === "")) return null;
  const [x = 0, y = 0, width = 0, height = 0] = cells.map((cell) =>
    cell === "" ? Number.NaN : Number(cell),
  );
  if (![x, y, width, height].every(Number.isFinite) || width <= 0 || height <= 0)
    throw fail("invalid-argument", {
      where: `${manifest} line ${row.line}`,
      expected: "the box on the slide as numbers x, y, width, height, in pixels of level 0",
      got: cells.map((cell) => `\`${cell}\``).join(", "),
      fix: "Correct the row, or leave the four cells empty where the place is not known.",
    });
  const slideHash = row.get("slidehash").toLowerCase() || null;
  return { slide, manifest: resolve(manifest), slideHash, box: { x, y, width, height } };
}
