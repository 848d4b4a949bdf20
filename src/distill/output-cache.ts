// A folder of teacher outputs. An entry is named by the teacher's weights, the image's content and size, the precision, and
// the versions of everything in between: nothing in it can go stale. Entries are written whole and checked on reading, so any
// number of runs may share a folder, and a damaged entry is simply made again.
import { join } from "node:path";
import { type TissueImage, viewSize } from "../dataset/index.ts";
import { runtimeInfo } from "../engine/index.ts";
import { DECODER_VERSION } from "../image/index.ts";
import { hashBytes, writeFileAtomically } from "../machine/index.ts";
import { featureChannels } from "../models/index.ts";
import { RESAMPLE_VERSION } from "../pixels/index.ts";
import {
  encodeOutputs,
  hasOutputs,
  type OutputKind,
  readOutput,
  type TeacherOutput,
} from "./output-entry.ts";
import type { Teacher } from "./teacher.ts";

/** Raise when what is in an entry, or how it is computed, changes. */
const VERSION = 1;

/** How many flips an entry holds: the image as it is, or all four ways. */
export type FlipCount = 1 | 4;

/** Cached outputs of one teacher. Making one touches nothing on disk. */
export class OutputCache {
  readonly kind: OutputKind;
  readonly #folder: string;
  readonly #mpp: number;

  /** @param modelHash SHA-256 of the teacher's file: weights, classes and standardisation. */
  constructor(folder: string, teacher: Teacher, modelHash: string, precision: OutputKind["precision"]) {
    const { architecture, classes, view } = teacher;
    this.kind = { precision, channels: featureChannels(architecture), classes: classes.length };
    this.#mpp = view.mpp;
    const versions = [VERSION, DECODER_VERSION, RESAMPLE_VERSION, runtimeInfo().version];
    const key = hashBytes(JSON.stringify([...versions, modelHash, view, precision]));
    this.#folder = join(folder, "teacher-outputs", key);
  }

  /** The output for an image under a flip, or `null` where no whole entry holds it. */
  async read(image: TissueImage, flip: number): Promise<TeacherOutput | null> {
    const all = await readOutput(this.#path(image, 4), 4, flip, this.kind);
    return all === null && flip === 0 ? readOutput(this.#path(image, 1), 1, 0, this.kind) : all;
  }

  /** True where an entry is that holds so many flips; its outputs are checked only when they are read. */
  async has(image: TissueImage, flips: FlipCount): Promise<boolean> {
    if (await hasOutputs(this.#path(image, 4), 4, this.kind)) return true;
    return flips === 1 && (await hasOutputs(this.#path(image, 1), 1, this.kind));
  }

  /**
   * Keeps the outputs for one flip or all four.
   * @throws LowmagError `not-writable` with the reason, e.g. a full disk.
   */
  async write(image: TissueImage, outputs: readonly TeacherOutput[]): Promise<void> {
    const path = this.#path(image, outputs.length === 1 ? 1 : 4);
    await writeFileAtomically(path, encodeOutputs(outputs, this.kind), false); // the checksums will tell
  }

  /** Two letters of the hash as a folder keep folders small. */
  #path(image: TissueImage, flips: FlipCount): string {
    const { contentHash } = image;
    const size = viewSize(image, this.#mpp).join("x");
    return join(this.#folder, contentHash.slice(0, 2), `${contentHash}-${size}-${flips}.outputs`);
  }
}
