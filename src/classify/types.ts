// The nouns of using a model on a slide: what a network answers for an image, for the places in it, for a piece of tissue
// and for the slide. All of it is plain data: the same from the command line, the server and the page.
import type { Polygon } from "../annotation/index.ts";
import type { PixelWindow } from "../codec/index.ts";
import type { FailureReason, RememberedRules } from "../cutting/index.ts";
import type { PixelSize, RgbImage } from "../pixels/index.ts";

/** What must be known of a model to use it and to say which one was used. */
export interface ModelFacts {
  /** The run's name, or the file's. */
  readonly name: string;
  readonly architecture: string;
  /** In the order of the probabilities. */
  readonly classes: readonly string[];
  /** µm per pixel of its images. */
  readonly mpp: number;
  /** SHA-256 of its weights (`model.safetensors`), in hex. */
  readonly hash: string;
  /** By which rules the images that it learned from were cut; `null` where that is not known. */
  readonly rules: RememberedRules | null;
}

/** What a network says of one image. */
export interface NetworkAnswer {
  /** [K]; they sum to 1. */
  readonly probabilities: Float32Array;
  /** [K]. */
  readonly logits: Float32Array;
  /** Cells of the last feature map. */
  readonly columns: number;
  readonly rows: number;
  /**
   * Class activation (Zhou et al. 2016) as probabilities [K, rows, columns]: the softmax of the classifier applied to each
   * place of the last feature map, before the average over places.
   */
  readonly places: Float32Array;
}

/** A network at hand, wherever it runs: native, WebAssembly, WebGPU. */
export interface SlideNetwork {
  readonly model: ModelFacts;
  /** What computes, for records: "onnxruntime-node 1.30.0, CPU". */
  readonly engine: string;
  /** Answers for images at the model's µm/px, all of one size; in their order. Never changes the images. */
  run(images: readonly RgbImage[]): Promise<readonly NetworkAnswer[]>;
  close(): Promise<void>;
}

/** How the answers for pieces become the answer for a slide. */
export type SlideRule =
  /** Mean of the pieces' probabilities, weighted by their tissue area. */
  | { readonly kind: "mean" }
  /** The piece with the highest probability of `positive` speaks for that class; the others share the rest by their means. */
  | { readonly kind: "max"; readonly positive: string }
  /** `positive` where any piece's probability of it is at least `threshold`; probabilities as for "max". */
  | { readonly kind: "any"; readonly positive: string; readonly threshold: number };

/** The answer for a slide. */
export interface SlideAnswer {
  readonly label: string;
  /** [K]; they sum to 1. */
  readonly probabilities: readonly number[];
}

/** The answer for one piece of tissue, or one tile. */
export interface PiecePrediction {
  /** Counted from 1. */
  readonly number: number;
  /** Where the image was cut, in pixels of level 0; may be fractional. */
  readonly box: PixelWindow;
  /** Of the image, in pixels at the model's µm/px. */
  readonly width: number;
  readonly height: number;
  /** Tissue inside the box, in mm². */
  readonly tissueArea: number;
  /** Share of the box that is tissue, 0 to 1. */
  readonly tissue: number;
  readonly pen: number;
  /** Width of the blur in µm; `null` where it cannot be told. */
  readonly blur: number | null;
  readonly blurred: boolean;
  readonly label: string;
  /** [K]. */
  readonly probabilities: readonly number[];
  readonly logits: readonly number[];
  /** Of reading, making and classifying its image; tiles share the time of their batch. */
  readonly seconds: number;
}

/** What is known of the slide's file. Nothing here identifies a person. */
export interface SlideFacts {
  readonly format: string;
  readonly vendor: string;
  /** Of level 0, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly levels: number;
  readonly mpp: PixelSize;
  readonly mppSource: string;
  readonly objective: number | null;
  /** The scanned part in pixels of level 0; `null` where the format knows none. */
  readonly bounds: PixelWindow | null;
  /** Of tiles: "libjpeg-turbo 2.1.5 (WebAssembly)", "OpenSlide". */
  readonly decoder: string;
}

/** Wall seconds of a slide by what they were spent on. */
export interface SlideSeconds {
  /** Opening the file. */
  readonly opening: number;
  /** Reading and decoding pixels, those of the tissue map among them. */
  readonly reading: number;
  /** Finding tissue and planning the images. */
  readonly finding: number;
  /** Forward passes. */
  readonly computing: number;
  /** Writing pictures and files. */
  readonly writing: number;
  readonly total: number;
}

/** The record of one slide: `slides/<name>/prediction.json`. */
export interface SlidePrediction {
  readonly format: "lowmag-prediction-1";
  /** The slide's name in the results. */
  readonly slide: string;
  readonly facts: SlideFacts;
  readonly model: ModelFacts;
  readonly engine: string;
  /** The rules by which the images were cut. */
  readonly rules: RememberedRules;
  readonly slideRule: SlideRule;
  readonly answer: SlideAnswer;
  /** What the slide's list says it is; `null` where it says nothing. */
  readonly truth: string | null;
  readonly pieces: readonly PiecePrediction[];
  /** In mm², of all pieces. */
  readonly tissueArea: number;
  readonly seconds: SlideSeconds;
  /** Remarks for a person. */
  readonly notes: readonly string[];
}

/** Class activation over one piece, or over the grid of a tile model, placed on the slide. */
export interface ActivationMap {
  /** The piece's number; `null` for the grid of tiles. */
  readonly piece: number | null;
  /** Upper left corner of the first cell, in pixels of level 0; may lie a little outside the piece's box. */
  readonly left: number;
  readonly top: number;
  /** Of a cell, in pixels of level 0. */
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly columns: number;
  readonly rows: number;
  /** [rows, columns]: 1 where a cell holds tissue and is shown, 0 elsewhere. */
  readonly covered: Uint8Array;
  /** [K, rows, columns]: probability in steps of 1/255. */
  readonly values: Uint8Array;
}

/** What is drawn over a slide: `slides/<name>/overlay.json`, where arrays of bytes stand as base64. */
export interface SlideOverlay {
  readonly classes: readonly string[];
  readonly maps: readonly ActivationMap[];
  /** Outline of each piece's tissue, in pixels of level 0; none for tiles. */
  readonly outlines: readonly { readonly piece: number; readonly polygons: readonly Polygon[] }[];
}

/** A slide that got no answer. */
export interface SlideRefusal {
  readonly slide: string;
  readonly reason: FailureReason;
  readonly message: string;
}
