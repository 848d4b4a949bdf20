// What the server and the processes that read its slides say to each other.
import type { SlideFacts } from "../classify/index.ts";

/** A slide's file, and a text that changes when the file does. */
export interface SlideSource {
  readonly path: string;
  readonly state: string;
}

/** How slides are read and pictures are written. */
export interface PictureOptions {
  readonly backend: "auto" | "own" | "openslide";
  readonly decoder: "auto" | "wasm" | "native";
  /** JPEG quality of what is encoded, 1 to 100. */
  readonly quality: number;
  /** Encodes every tile, also where the slide's own JPEG could be handed on. */
  readonly reencode: boolean;
}

/** One thing to be made of a slide. */
export type PictureWork =
  | { readonly kind: "facts" }
  | { readonly kind: "tile"; readonly level: number; readonly column: number; readonly row: number }
  | { readonly kind: "thumbnail"; readonly side: number };

/** From the server to a process. */
export interface PictureRequest {
  readonly source: SlideSource;
  readonly options: PictureOptions;
  readonly work: PictureWork;
}

/** What is known of a slide that can be opened; µm/px may be unknown here. */
export type OpenFacts = Omit<SlideFacts, "mpp" | "mppSource"> & {
  readonly mpp: { readonly x: number; readonly y: number } | null;
  readonly mppSource: string | null;
  /** Side of the tiles that are asked for, in pixels. */
  readonly tileSize: number;
};

/** Side of tiles where the slide's own have no use, in pixels. */
export const USUAL_TILE = 256;

/** From a process to the server: facts, or a JPEG; `null` for a tile that is not there. */
export type PictureReply = OpenFacts | Uint8Array | null;
