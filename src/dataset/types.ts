// The nouns of the dataset room. Everything here is plain data that can be sent to a worker or written to a file.
import type { Tensor } from "../engine/index.ts";
import type { ColourJitter, ColourOperation, Standardisation } from "../pixels/index.ts";
import type { Template, Triple } from "../stain/index.ts";

/** Which part of a data set an image belongs to; all images of one patient share it. */
export type Split = "train" | "val" | "test";

/** The splits in their usual order. */
export const SPLITS: readonly Split[] = ["train", "val", "test"];

/** One image of tissue on disk. */
export interface TissueImage {
  /** Unique and stable: the path relative to its root, with "/" between folders. */
  readonly id: string;
  /** Absolute path of the file. */
  readonly path: string;
  /** Class, or `null` for an unlabelled image. */
  readonly label: string | null;
  readonly patient: string | null;
  readonly split: Split | null;
  /** µm per pixel of the file as stored. */
  readonly mpp: number;
  /** Where the µm per pixel came from; "file" = its resolution tag, or the objective in the name of its folder. */
  readonly mppSource: "manifest" | "option" | "file";
  /** Pixels as stored. */
  readonly width: number;
  readonly height: number;
  /** SHA-256 of the file's bytes, lower-case hex. */
  readonly contentHash: string;
  /** Where it was cut from a slide; absent where no manifest says so. */
  readonly cut?: SlideCut;
}

/** The place on a slide that an image was cut from, as `lowmag prepare` writes it. */
export interface SlideCut {
  /** Name of the slide within its manifest. */
  readonly slide: string;
  /** Absolute path of the manifest. */
  readonly manifest: string;
  /** SHA-256 of the slide's bytes, or `null` where it was not taken. */
  readonly slideHash: string | null;
  /** In pixels of level 0. */
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/** Images and the classes they are sorted into, in lexical order unless the caller gave an order. */
export interface Dataset {
  readonly classes: readonly string[];
  readonly images: readonly TissueImage[];
}

/** Mean and population standard deviation per channel (R, G, B) of pixels scaled to 0..1. */
export type ChannelStatistics = Standardisation;

/** One magnification that a model wants, and how its pixels are standardised. */
export interface View extends ChannelStatistics {
  /** µm per pixel of the network's input. */
  readonly mpp: number;
  /** True where augmentation flips this view but leaves its colours and stains as they are. Default false. */
  readonly keepsColours?: boolean;
}

/** The four colour operations, by torchvision's names. */
export type JitterOperation = ColourOperation;

/** One draw of colour jitter: the order of the operations and the factor of each. */
export type JitterDraw = ColourJitter;

/** One draw of stain augmentation: new amounts of stain, or a template to move the colours to. */
export type StainDraw =
  | { readonly method: "hed"; readonly alpha: Triple; readonly beta: Triple }
  | { readonly method: "randstainna"; readonly template: Template };

/**
 * What is done to one image in one epoch. Flips are the same for every view of it, so that pairs stay aligned; so are
 * colours, but for views that keep theirs.
 */
export interface AugmentationDraw {
  readonly flipHorizontal: boolean;
  readonly flipVertical: boolean;
  readonly jitter: JitterDraw | null;
  /** Absent where stains are not augmented. */
  readonly stain?: StainDraw;
}

/** A micro-batch to load: images of equal size in every view, and what to do to each (`null` = nothing). */
export interface LoadRequest {
  /** Indexes into `dataset.images`. */
  readonly images: readonly number[];
  /** One per image. */
  readonly draws: readonly (AugmentationDraw | null)[];
}

/** One view of a micro-batch. The buffer is an ordinary ArrayBuffer that the receiver owns. */
export interface LoadedView {
  /** [N, 3, H, W], standardised. */
  readonly data: Float32Array;
  readonly dims: readonly [number, 3, number, number];
}

/** The views of a micro-batch, in the order of the loader's `views`. */
export interface LoadedBatch {
  readonly views: readonly LoadedView[];
  /** What a loader that was built upon this one adds for the same images, by the name of the input it is meant for. */
  readonly tensors?: Readonly<Record<string, Tensor>>;
}

/** Loads micro-batches in worker threads; several loads may be in flight. */
export interface Loader {
  /**
   * Reads, augments and standardises a micro-batch. The result does not depend on the number of workers.
   *
   * @throws LowmagError `shape-mismatch` for images of different sizes in a view; `invalid-argument` for a view finer
   * than an image or smaller than the smallest side allowed; `corrupt-data` and others naming the image.
   */
  load(request: LoadRequest): Promise<LoadedBatch>;
  /** Stops the workers; loads still in flight are rejected as `cancelled`. */
  close(): Promise<void>;
}
