// What a TIFF-based format decides after looking at the pages of a file: which are levels, which are pictures beside the
// tissue, how large a pixel is. Opening the plan is the same work for all of them.

import type { PixelWindow } from "../../codec/index.ts";
import type { PixelSize } from "../../pixels/index.ts";
import type { TiffPage } from "../tiff/pages.ts";
import type { AssociatedKind, SlideFormat, SlideMppSource } from "../types.ts";

/** A page that is a level, with its true size where the format pads it. */
export interface PlannedLevel {
  readonly page: TiffPage;
  readonly width: number;
  readonly height: number;
}

/** A picture beside the tissue: a page, or a JPEG inside the description. */
export interface PlannedPicture {
  /** Made unique when the plan is opened. */
  readonly name: string;
  readonly kind: AssociatedKind;
  readonly source: TiffPage | { readonly jpeg: Uint8Array; readonly width: number; readonly height: number };
}

/** One statement of the file about its µm/px, not yet believed. */
export interface StatedMpp {
  readonly mpp: PixelSize;
  readonly source: SlideMppSource;
}

/** A slide as its format understands it. */
export interface SlidePlan {
  readonly format: SlideFormat;
  readonly vendor: string;
  /** Finest first; the first must be readable, others are left out with a note when they are not. */
  readonly levels: readonly PlannedLevel[];
  /** In the order in which they are believed. */
  readonly stated: readonly StatedMpp[];
  readonly objective: number | null;
  readonly bounds: PixelWindow | null;
  readonly properties: Readonly<Record<string, string>>;
  readonly pictures: readonly PlannedPicture[];
  readonly notes: readonly string[];
}

/** A format: recognises its files and plans them. */
export interface TiffFormat {
  /** The plan, or `null` for a file of another format. Throws typed errors for files it knows but cannot read. */
  plan(pages: readonly TiffPage[]): Promise<SlidePlan | null> | SlidePlan | null;
}
