// Runs the frozen teacher over whole images, one image and flip at a time on each worker thread: what comes out does not
// depend on which images are near, so it is the same whenever and by whomever it is computed.
import {
  type AugmentationDraw,
  createLoader,
  type Dataset,
  type Loader,
  viewSize,
} from "../dataset/index.ts";
import { cpuTarget, layoutOf, Pool, type Tensor } from "../engine/index.ts";
import { bandCount } from "../graph/index.ts";
import { encodeFrozen } from "../train/index.ts";
import { TEACHER_IMAGE, TEACHER_LOGITS, TEACHER_MAP, type Teacher, teacherGraph } from "./teacher.ts";

/** Pixels kept between the flips of an image. */
const PIXEL_BYTES = 2 ** 27;

/** The four ways an image can be flipped, by number: 1 is added for a horizontal flip, 2 for a vertical one. */
export function flipOf(draw: AugmentationDraw | null): number {
  return (draw?.flipHorizontal ? 1 : 0) + (draw?.flipVertical ? 2 : 0);
}

/** The draw that flips and does nothing else. */
function drawOf(flip: number): AugmentationDraw {
  return { flipHorizontal: (flip & 1) > 0, flipVertical: (flip & 2) > 0, jitter: null };
}

/** Feature map [1, C, H, W] and logits [1, K]. */
export interface RawOutput {
  readonly map: Tensor;
  readonly logits: Float32Array;
}

/** A teacher with threads that load and threads that compute. Close it when done. */
export class TeacherRunner {
  readonly #loader: Loader;
  readonly #pool: Pool;

  private constructor(loader: Loader, pool: Pool) {
    this.#loader = loader;
    this.#pool = pool;
  }

  /** @throws LowmagError as `createLoader`. */
  static async open(
    teacher: Teacher,
    dataset: Dataset,
    cacheFolder: string,
    workers: number,
  ): Promise<TeacherRunner> {
    const loader = await createLoader({
      dataset,
      views: [teacher.view],
      cacheFolder,
      workers: Math.ceil(workers / 2),
      memoryBytes: PIXEL_BYTES,
    });
    const stage = {
      model: encodeFrozen(teacherGraph(teacher), {
        ...(await cpuTarget()),
        images: 1,
        bands: bandCount(dataset.images.map((image) => viewSize(image, teacher.view.mpp))),
      }),
      takesParameters: false,
      givesGradients: false,
    };
    const programs = { teacher: { stages: [stage], returns: [TEACHER_MAP, TEACHER_LOGITS] } };
    return new TeacherRunner(loader, new Pool({ programs, parameters: layoutOf([]), trainable: 0 }, workers));
  }

  /** What the teacher puts out for the flipped image. Several may be under way. */
  async run(image: number, flip: number): Promise<RawOutput> {
    const { views } = await this.#loader.load({ images: [image], draws: [drawOf(flip)] });
    const { outputs } = await this.#pool.run("teacher", { [TEACHER_IMAGE]: views[0]! });
    return { map: outputs[TEACHER_MAP]!, logits: outputs[TEACHER_LOGITS]!.data as Float32Array };
  }

  async close(): Promise<void> {
    await Promise.all([this.#loader.close(), this.#pool.close()]);
  }
}
