// What the server and the process that classifies uploaded images say to each other.
import type { PiecePrediction } from "../classify/index.ts";

/** From the server to the process. */
export interface UploadRequest {
  /** Run folder of the model. */
  readonly run: string;
  /** The image file's bytes. */
  readonly image: Uint8Array;
  /** µm per pixel, where the file's own is not to be used; `null` for the file's own. */
  readonly mpp: number | null;
  /** As `ClassifySlideOptions`: a tissue image as it is, or a picture of a slide to be cut. */
  readonly how: "whole" | "cut";
  readonly overlay: boolean;
  readonly mostPixels: number;
}

/** From the process to the server. */
export interface UploadReply {
  readonly classes: readonly string[];
  readonly label: string;
  readonly probabilities: readonly number[];
  readonly mpp: number;
  readonly width: number;
  readonly height: number;
  readonly pieces: readonly PiecePrediction[];
  readonly tissueArea: number;
  readonly seconds: number;
  readonly notes: readonly string[];
  /** As `overlayJson` writes it. */
  readonly overlay: string | null;
}
