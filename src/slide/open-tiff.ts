// Opens a TIFF-based slide: directories, the format's plan, then what is the same for all formats.
import { fail, isLowmagError } from "../base/index.ts";
import type { Decoders } from "../codec/index.ts";
import type { RgbImage } from "../pixels/index.ts";
import { TIFF_FORMATS } from "./formats/index.ts";
import { believe } from "./formats/pixel-size.ts";
import type { PlannedPicture, SlidePlan } from "./formats/plan.ts";
import { RegionComposer } from "./region.ts";
import { openTiffLevel } from "./tiff/level.ts";
import { readPages, type TiffPage } from "./tiff/pages.ts";
import { readTiff } from "./tiff/read-tiff.ts";
import { TAG } from "./tiff/tags.ts";
import { TileCache } from "./tile-cache.ts";
import type { AssociatedImage, ByteSource, SlideContent, TiledLevel } from "./types.ts";

/** Colour profiles are some kilobytes; printers' reach megabytes. */
const ICC_BYTES = 16 * 2 ** 20;

/** Pictures beside the tissue of more pixels than this are not decoded. */
const PICTURE_PIXELS = 50_000_000;

/**
 * Opens a slide in a TIFF or BigTIFF file: Aperio, OME-TIFF, Philips, Leica, Ventana, or a plain pyramid.
 *
 * @throws LowmagError `corrupt-data`, `unsupported-format` with the reason.
 */
export async function openTiffSlide(source: ByteSource, decoders: Decoders): Promise<SlideContent> {
  const file = await readTiff(source);
  const pages = await readPages(file);
  const plan = await planOf(pages);
  const { levels, notes } = await openLevels(source, plan, decoders);
  const { mpp, mppSource, notes: mppNotes } = believe(plan.stated);
  const pictures = new Pictures(source, plan.pictures, decoders);
  const { format, vendor, objective, bounds, properties } = plan;
  const profile = plan.levels[0]!.page.directory;
  return {
    name: source.name,
    format,
    vendor,
    levels,
    mpp,
    mppSource,
    objective,
    bounds,
    properties,
    associated: pictures.list,
    notes: [...plan.notes, ...file.problems.map(({ message }) => message), ...notes, ...mppNotes],
    readAssociated: (name) => pictures.read(name),
    readIccProfile: async () => (await profile.bytes(TAG.iccProfile, ICC_BYTES)) ?? null,
    close: () => source.close(),
  };
}

async function planOf(pages: readonly TiffPage[]): Promise<SlidePlan> {
  for (const format of TIFF_FORMATS) {
    const plan = await format.plan(pages);
    if (plan !== null) return plan;
  }
  throw fail("internal", { where: "openTiffSlide", expected: "a format that claims the file", got: "none" });
}

/** Opens the levels; one behind the first that cannot be shown is left out with a note. */
async function openLevels(source: ByteSource, plan: SlidePlan, decoders: Decoders) {
  const levels: TiledLevel[] = [];
  const notes: string[] = [];
  for (const { page, width, height } of plan.levels) {
    try {
      const label = `level ${levels.length}`;
      levels.push(await openTiffLevel(source, page.image!, decoders, label, { width, height }));
    } catch (error) {
      if (levels.length === 0 || !isLowmagError(error)) throw error;
      notes.push(`directory ${page.directory.label} is left out: ${error.message}`);
    }
  }
  const image = plan.levels[0]!.page.image!;
  if (image.samples === 1) notes.push("the slide has one channel, shown as grey");
  if (image.bits === 16) notes.push("16-bit samples are rounded to 8");
  return { levels, notes };
}

/** The pictures beside the tissue: listed at once, decoded when asked for by name. */
class Pictures {
  readonly list: readonly AssociatedImage[];
  readonly #byName = new Map<string, PlannedPicture["source"]>();

  constructor(
    private readonly source: ByteSource,
    pictures: readonly PlannedPicture[],
    private readonly decoders: Decoders,
  ) {
    this.list = pictures.map(({ name, kind, source: from }) => {
      const unique = this.#unique(name);
      this.#byName.set(unique, from);
      const { width, height } = "jpeg" in from ? from : from.image!;
      return { name: unique, kind, width, height };
    });
  }

  async read(name: string): Promise<RgbImage> {
    const from = this.#byName.get(name);
    if (from === undefined) throw this.#unknown(name);
    const { width, height } = "jpeg" in from ? from : from.image!;
    if (width * height > PICTURE_PIXELS) throw this.#tooLarge(name, width, height);
    if ("jpeg" in from) {
      const where = `${this.source.name} ${name}`;
      const tile = { data: from.jpeg, width, height, colour: "ycbcr" as const, where };
      return { width, height, data: this.decoders.jpeg.decode(tile) };
    }
    const level = await openTiffLevel(this.source, from.image!, this.decoders, name);
    const composed = { level, columns: from.image!.columns, firstKey: 0 };
    const window = { left: 0, top: 0, width, height };
    const data = await new RegionComposer(new TileCache(0)).read(composed, window, () => undefined);
    return { width, height, data };
  }

  #unique(name: string): string {
    if (!this.#byName.has(name)) return name;
    let count = 2;
    while (this.#byName.has(`${name} ${count}`)) count += 1;
    return `${name} ${count}`;
  }

  #unknown(name: string): Error {
    const names = [...this.#byName.keys()];
    return fail("not-found", {
      where: this.source.name,
      expected: names.length === 0 ? "no pictures beside the slide" : `one of ${names.join(", ")}`,
      got: name,
    });
  }

  #tooLarge(name: string, width: number, height: number): Error {
    return fail("unsupported-format", {
      where: `${this.source.name} ${name}`,
      expected: `a picture of at most ${PICTURE_PIXELS} pixels`,
      got: `${width} x ${height}`,
    });
  }
}
