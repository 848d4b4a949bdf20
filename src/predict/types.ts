// The nouns of the predict room: what is asked of a slide, what decides its answer, and what is kept of it. All of it is
// plain data that crosses to a worker process or stands in a file.
import type { ModelFacts, SlideAnswer, SlidePrediction, SlideRule } from "../classify/index.ts";
import type { RememberedRules } from "../cutting/index.ts";
import type { Device } from "../engine/index.ts";
import type { NamedSlide } from "../jobs/index.ts";
import type { DecoderKind, SlideBackend } from "../local/index.ts";

/** What becomes of an input: `auto` cuts slides and takes plain images as they are. */
export type CutKind = "auto" | "tissue" | "none";

/** One slide as it is asked for. */
export interface RequestedSlide {
  /** Absolute path of the file or folder. */
  readonly path: string;
  /** For errors: the path, or the list and its line. */
  readonly where: string;
  /** µm per pixel of level 0, where it is known better than by the file. */
  readonly mpp: number | null;
  readonly truth: string | null;
  readonly patient: string | null;
  /** Cut by these; `null` for the model's own. */
  readonly rules: RememberedRules | null;
}

/** A slide with its name in the results. */
export type PlannedSlide = RequestedSlide & NamedSlide;

/** Which model answers. */
export interface RunOfModel {
  /** Folder of the finished run, or its exported file. */
  readonly path: string;
  readonly facts: ModelFacts;
}

/** How slides are read and cut: with the model, all that decides the answers for pieces. */
export interface AnswerSettings {
  readonly cut: CutKind;
  readonly backend: SlideBackend;
  /** For slides without rules of their own; `null` for the model's own. */
  readonly rules: RememberedRules | null;
}

/** What is made of the answers for pieces: it can change without asking the network again. */
export interface Presentation {
  readonly slideRule: SlideRule;
  /** Where (0, 0) of GeoJSON lies: at the corner of level 0, or of the scanned part. */
  readonly geojsonOrigin: "slide" | "bounds";
  /** Cells of the heat map as detections in GeoJSON. */
  readonly cells: boolean;
}

/** What a process is told to do. */
export interface PredictTask extends AnswerSettings {
  readonly slide: PlannedSlide;
  readonly run: RunOfModel;
  /** Folder of the results; `null` to write nothing. */
  readonly out: string | null;
  /** Look at the slide and plan only. */
  readonly planOnly: boolean;
  readonly presentation: Presentation;
  readonly decoder: DecoderKind;
  /** Threads of one forward pass. */
  readonly threads: number;
  /** What runs the network. */
  readonly device: Device;
  /** Tiles per forward pass. */
  readonly batch: number;
  /** Images of more pixels are refused. */
  readonly pixelLimit: number;
  readonly sourceHash: boolean;
  /** See `Fingerprints`. */
  readonly fingerprint: string;
  readonly settings: string;
}

/** What the caller needs to know of a slide. */
export interface SlideSummary {
  /** `null` where it was only planned. */
  readonly answer: SlideAnswer | null;
  readonly pieces: number;
  /** Of the pieces' images together. */
  readonly pixels: number;
  /** Of the largest image. */
  readonly largest: { readonly width: number; readonly height: number };
  /** mm²; of a planned slide that of its tissue. */
  readonly tissueArea: number;
  readonly mpp: number;
  readonly mppSource: string;
  readonly seconds: number;
  readonly notes: readonly string[];
}

/** A file beside a record, by which it is known to be whole. */
export interface FileStamp {
  readonly bytes: number;
  readonly sha256: string;
}

/** What `prediction.json` holds besides the prediction. */
export interface StoredFacts {
  /** Hash over model, rules, file and versions: a record with another one is not used again. */
  readonly fingerprint: string;
  /** Hash over what all slides of the folder share of that. */
  readonly settings: string;
  readonly presentation: Presentation;
  /** The files beside it by name. */
  readonly files: Readonly<Record<string, FileStamp>>;
}

/** A finished slide. */
export interface StoredSlide {
  readonly prediction: SlidePrediction;
  readonly stored: StoredFacts;
}

/** What `source.json` says: where the slide is, for whoever opens it again. Not for sharing. */
export interface SlideSource {
  readonly path: string;
  readonly bytes: number;
  /** Changes when the file is written to. */
  readonly state: string;
  /** `null` where hashing was not asked for. */
  readonly sha256: string | null;
  readonly patient: string | null;
}
