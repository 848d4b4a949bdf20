// What the main process and the process that runs OpenSlide say to each other. Every request names the file, so that a
// process that replaces a crashed one can go on.

/** A request to the process. `library` is the path or name of the library to load; without one the usual are tried. */
export type OpenSlideRequest = { readonly library?: string | undefined } & (
  | { readonly kind: "version" }
  | { readonly kind: "open"; readonly path: string }
  | {
      readonly kind: "region";
      readonly path: string;
      readonly level: number;
      /** The upper left corner in level-0 pixels. */
      readonly x: number;
      readonly y: number;
      /** In pixels of the level. */
      readonly width: number;
      readonly height: number;
    }
  | { readonly kind: "associated"; readonly path: string; readonly name: string }
  | { readonly kind: "profile"; readonly path: string }
);

/** An OpenSlide library that was found. */
export interface OpenSlideVersion {
  /** As the library says it: "3.4.1". */
  readonly version: string;
  /** The path or name by which it was loaded. */
  readonly path: string;
}

/** What OpenSlide says of a slide. */
export interface OpenSlideFacts {
  readonly version: string;
  readonly levels: readonly { readonly width: number; readonly height: number }[];
  /** Those of an allow-list. */
  readonly properties: Readonly<Record<string, string>>;
  readonly associated: readonly { readonly name: string; readonly width: number; readonly height: number }[];
}

/** RGB, interleaved. */
export interface OpenSlidePixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export type OpenSlideReply = OpenSlideVersion | OpenSlideFacts | OpenSlidePixels | Uint8Array | null;
