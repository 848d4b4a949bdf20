// Tissue small enough to train on in a blink: noise whose colour and grain say its class, in files with patients and splits.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodePng } from "../../src/image/index.ts";
import { rgbImage } from "../../src/pixels/index.ts";
import { Generator } from "../../src/random/index.ts";

/** How much tissue. */
export interface TinyTissue {
  /** Images of each class in each split. */
  readonly perClass?: { readonly train: number; readonly val: number; readonly test: number };
  readonly unlabelled?: number;
  /** Pixels. */
  readonly side?: number;
}

export const TINY_CLASSES = ["calm", "dense"] as const;

/** Writes `manifest.csv` (1 µm/px, a patient per image), `unlabelled.csv` and their images into the folder. */
export async function writeTinyTissue(folder: string, options: TinyTissue = {}): Promise<void> {
  const { perClass = { train: 3, val: 2, test: 3 }, unlabelled = 2, side = 64 } = options;
  mkdirSync(join(folder, "images"), { recursive: true });
  const rows: string[] = [];
  let patient = 0;
  for (const split of ["train", "val", "test"] as const)
    for (const [i, label] of TINY_CLASSES.entries())
      for (let n = 0; n < perClass[split]; n++) {
        const image = `images/${split}-${label}-${n}.png`;
        await writeTissue(join(folder, image), side, i, `${split} ${n}`);
        rows.push(`${image},${label},P${++patient},${split},1`);
      }
  writeFileSync(join(folder, "manifest.csv"), `image,label,patient,split,mpp\n${rows.join("\n")}\n`);
  const more: string[] = [];
  for (let n = 0; n < unlabelled; n++) {
    const image = `images/unlabelled-${n}.png`;
    await writeTissue(join(folder, image), side, n % 2, `unlabelled ${n}`);
    more.push(`${image},P${++patient},1`);
  }
  writeFileSync(join(folder, "unlabelled.csv"), `image,patient,mpp\n${more.join("\n")}\n`);
}

async function writeTissue(path: string, side: number, kind: number, name: string): Promise<void> {
  const generator = Generator.derive(7, "tiny tissue", kind, name);
  const data = new Uint8Array(3 * side * side);
  const base = kind === 0 ? [225, 180, 205] : [190, 150, 205];
  for (let i = 0; i < side * side; i++) {
    const grain = (kind === 0 ? 60 : 110) * (generator.uniform() - 0.5);
    for (let c = 0; c < 3; c++) data[3 * i + c] = Math.max(0, Math.min(255, base[c]! + grain));
  }
  writeFileSync(path, await encodePng(rgbImage(side, side, data)));
}
