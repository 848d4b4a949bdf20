// The study file, complete: defaults filled in, arms spelt out, paths absolute. And where in the file a key stands.
import type { ArmKind } from "../evaluate/index.ts";
import type { ParsedStudyFile } from "../options/index.ts";

/** How long a training is. */
export type Budget = { readonly steps: number } | { readonly epochs: number };

/** What is compared, spelt out. */
export interface StudyArm {
  readonly name: string;
  readonly kind: Exclude<ArmKind, "teacher">;
  /** Name of the distilled arm that a fine-tuned arm starts from; else `null`. */
  readonly from: string | null;
  /** Resolutions in µm per pixel; absent: those of `students`. */
  readonly mpp?: readonly number[];
  /** Of a distilled or fine-tuned arm; absent: those of the study. */
  readonly unlabelledFractions?: readonly number[];
  readonly budget?: Budget;
  readonly options: Readonly<Record<string, unknown>>;
  /** Values to try by option; `null` where nothing is chosen. */
  readonly choose: Readonly<Record<string, readonly unknown[]>> | null;
}

/** A whole study file with defaults. Paths are absolute. */
export type CompleteStudyFile = Omit<ParsedStudyFile, "arms"> & { readonly arms: readonly StudyArm[] };

/** Keys and positions from the top of the file: ["arms", 2, "options", "temperature"]. */
export type KeyPath = readonly (string | number)[];

/** Opens a message: names the study file, and the line where a key stands. */
export type Locate = (path: KeyPath) => string;

/** A study file that was read. */
export interface StudyFile {
  /** Absolute. */
  readonly path: string;
  /** As it was read. */
  readonly text: string;
  readonly content: CompleteStudyFile;
  readonly locate: Locate;
}

/** A key in words: "`arms[2].options.temperature`". */
export function keyText(path: KeyPath): string {
  const text = path.reduce<string>(
    (before, part) =>
      typeof part === "number" ? `${before}[${part}]` : before === "" ? part : `${before}.${part}`,
    "",
  );
  return `\`${text}\``;
}

/** Names the key where there is no file to name a line of. */
export const locateByKey: Locate = (path) =>
  path.length === 0 ? "study file" : `study file, ${keyText(path)}`;
