// The slides that the page has open: what was read of each, the slide that classification and tiles use, and what is known of
// it for a person. Lives in the slide worker.
import { fail } from "../../src/base/index.ts";
import type { Decoders } from "../../src/codec/index.ts";
import type { PixelSize } from "../../src/pixels/index.ts";
import { type Slide, type SlideContent, SlidePixels } from "../../src/slide/index.ts";
import type { FileGroup } from "./group-files.ts";
import { openFiles, slideOf } from "./open-files.ts";

/** Side of the viewer's tiles, in pixels. */
export const TILE_SIDE = 512;

/** What the page is told of a slide that it opened. */
export interface SlideCard {
  readonly id: string;
  readonly name: string;
  readonly format: string;
  readonly vendor: string;
  readonly width: number;
  readonly height: number;
  readonly levels: number;
  readonly compression: string;
  /** µm per pixel as the file or the person stated it; `null` where a person must be asked. */
  readonly mpp: PixelSize | null;
  readonly mppSource: string | null;
  readonly objective: number | null;
  readonly decoder: string;
  /** An ordinary image, which may be one piece of tissue already. */
  readonly picture: boolean;
}

/** One open slide. */
export interface ShelvedSlide {
  readonly card: SlideCard;
  readonly slide: Slide;
  readonly pixels: SlidePixels;
  /** Seconds that opening took. */
  readonly opening: number;
}

interface Entry extends ShelvedSlide {
  readonly content: SlideContent;
  /** As stated by a person; `null` where the file's own holds. */
  readonly stated: number | null;
}

/** How many slides keep the tiles that they decoded: those used last. */
const WARM = 4;

/** Opens and keeps slides. */
export class Shelf {
  readonly #entries = new Map<string, Entry>();
  /** Ids of slides with decoded tiles, the last used at the end. */
  #warm: string[] = [];
  #last = 0;

  constructor(readonly decoders: Decoders) {}

  /** Opens the files of one slide. */
  async open(group: FileGroup): Promise<SlideCard> {
    const started = performance.now();
    const { content, decoder } = await openFiles(group, this.decoders);
    const id = `${++this.#last}`;
    const opening = (performance.now() - started) / 1000;
    return this.#keep({ card: { id, name: group.name, decoder }, content, stated: null, opening });
  }

  /** The same slide with a stated µm/px. */
  state(id: string, mpp: number): SlideCard {
    return this.#keep({ ...this.#entry(id), stated: mpp });
  }

  /** An open slide, for use now; the slide that was used longest ago lets go of what it decoded. */
  get(id: string): ShelvedSlide {
    const entry = this.#entry(id);
    if (this.#warm.at(-1) === id) return entry;
    this.#warm = [...this.#warm.filter((other) => other !== id), id];
    const coldest = this.#warm.length > WARM ? this.#warm.shift() : undefined;
    const cooled = coldest === undefined ? undefined : this.#entries.get(coldest);
    if (cooled !== undefined) this.#keep(cooled);
    return entry;
  }

  async close(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    await entry?.slide.close();
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry !== undefined) return entry;
    throw fail("not-found", {
      where: "the page",
      expected: "a slide that is open",
      got: "one that was closed",
    });
  }

  #keep({ card: { id, name, decoder }, content, stated, opening }: Keeping): SlideCard {
    const slide = slideOf(content, stated);
    const card = cardOf(id, name, slide, decoder);
    this.#entries.set(id, {
      card,
      slide,
      pixels: new SlidePixels(slide, TILE_SIDE),
      opening,
      content,
      stated,
    });
    return card;
  }
}

type Keeping = Pick<Entry, "content" | "stated" | "opening"> & {
  readonly card: Pick<SlideCard, "id" | "name" | "decoder">;
};

function cardOf(id: string, name: string, slide: Slide, decoder: string): SlideCard {
  const { format, vendor, levels, mpp, mppSource, objective } = slide;
  const { width, height, compression } = levels[0]!;
  const picture = format === "image";
  return {
    ...{ id, name, format, vendor, width, height, levels: levels.length, compression },
    ...{ mpp, mppSource, objective, decoder, picture },
  };
}
