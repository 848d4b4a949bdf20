// What the routes have at hand: the collection, the makers of pictures and answers, and how a slide is found by its id.
import type { Collection } from "./collection.ts";
import type { KnownSlide } from "./known-slide.ts";
import type { OpaqueIds } from "./opaque-ids.ts";
import type { SlideSource } from "./picture-protocol.ts";
import type { PictureService } from "./picture-service.ts";
import { refusal } from "./refusal.ts";
import type { UploadModel, UploadService } from "./upload-service.ts";

/** A slide whose file can be opened, or the answer why not. */
export type FoundSlide =
  | { readonly kind: "found"; readonly slide: KnownSlide; readonly source: SlideSource }
  | { readonly kind: "refused"; readonly answer: Response };

/** All that routes use. */
export class Services {
  constructor(
    readonly collection: Collection,
    readonly pictures: PictureService,
    readonly predictor: UploadService,
    readonly ids: OpaqueIds,
    /** A text that changes when pictures of the same slide are made in another way. */
    readonly encoding: string,
    /** Bytes of an uploaded image. */
    readonly uploadBytes: number,
  ) {}

  /** Models that classify uploaded images. */
  get uploads(): readonly UploadModel[] {
    return this.predictor.models;
  }

  /** A text that changes when the slide's file does, and tells nothing of it. */
  stateId({ path, state }: SlideSource): string {
    return this.ids.of("state", `${path}\n${state}`);
  }

  /** A slide by its id. */
  async find(id: string): Promise<FoundSlide> {
    const slide = await this.known(id);
    if (slide === undefined)
      return refused(
        refusal("not-found", "There is no such slide. The list may have changed: open it again."),
      );
    const found = await this.collection.source(slide);
    if (found.kind === "problem") return refused(refusal("not-found", found.sentence));
    return { kind: "found", slide, source: found.source };
  }

  /** A slide by its id, whether its file is there or not. */
  async known(id: string): Promise<KnownSlide | undefined> {
    const there = this.collection.slide(id);
    if (there !== undefined) return there;
    await this.collection.refresh();
    return this.collection.slide(id);
  }
}

function refused(answer: Response): FoundSlide {
  return { kind: "refused", answer };
}
