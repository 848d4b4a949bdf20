// Small image files for tests of the command line: noise with a tint, so that every file and class differs.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { encodePng } from "../../src/image/index.ts";
import { rgbImage } from "../../src/pixels/index.ts";
import { Generator } from "../../src/random/index.ts";

/** An image as it is to be written. */
export interface TestImage {
  readonly path: string;
  readonly width?: number;
  readonly height?: number;
  /** Stated in the file; none by default. */
  readonly mpp?: number;
  readonly tint?: readonly [number, number, number];
}

/** Writes one image below a folder. */
export async function writeImage(folder: string, image: TestImage): Promise<string> {
  const { path, width = 64, height = 64, mpp, tint = [180, 120, 170] } = image;
  const generator = Generator.derive(1, path);
  const data = Uint8Array.from(
    { length: 3 * width * height },
    (_, i) => tint[i % 3]! + generator.integer(60) - 30,
  );
  const target = join(folder, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, await encodePng(rgbImage(width, height, data), mpp));
  return target;
}

const TINTS: readonly (readonly [number, number, number])[] = [
  [200, 110, 170],
  [120, 90, 160],
  [210, 190, 200],
];

/** A folder per class with images of two patients in each split, named by patient and split. */
export async function writeClasses(
  folder: string,
  classes: readonly string[],
  image: Omit<TestImage, "path" | "tint"> = {},
): Promise<string> {
  const rows = ["image,label,patient,split,mpp"];
  for (const [c, label] of classes.entries())
    for (const split of ["train", "val", "test"])
      for (const number of [1, 2]) {
        const patient = `${label}-${split}-${number}`;
        const path = `${label}/${patient}.png`;
        await writeImage(folder, { mpp: 1, ...image, path, tint: TINTS[c % TINTS.length]! });
        rows.push(`${path},${label},${patient},${split},`);
      }
  writeFileSync(join(folder, "list.csv"), `${rows.join("\n")}\n`);
  return folder;
}
