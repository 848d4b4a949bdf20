// The script of the processes that read slides and write JPEGs for the server. Decoders meet files from anywhere here, so
// that a crash costs one request. Labels and macros are never read: nothing in this file asks for them.
import type { Decoders } from "../codec/index.ts";
import { TileEncoder } from "../image/index.ts";
import { loadDecoders, openSlide } from "../local/index.ts";
import { serveJobs } from "../machine/index.ts";
import { type Slide, SlidePixels, tileAt } from "../slide/index.ts";
import type { OpenFacts, PictureOptions, PictureReply, PictureRequest } from "./picture-protocol.ts";
import { SLIDE_CACHE_BYTES, SlideShelf } from "./slide-shelf.ts";

const shelf = new SlideShelf();
let decoders: Promise<Decoders> | null = null;
let encoder: { readonly quality: number; readonly encoder: TileEncoder } | null = null;

serveJobs<PictureRequest, PictureReply>(async ({ source, options, work }, { signal }) => {
  decoders ??= loadDecoders(options.decoder);
  const loaded = await decoders;
  const open = async () => {
    const { backend, tileSize } = options;
    const slide = await openSlide(source.path, { backend, decoders: loaded, cacheBytes: SLIDE_CACHE_BYTES });
    return new SlidePixels(slide, tileSize);
  };
  const pixels = await shelf.take(`${source.path}\n${source.state}`, open);
  if (work.kind === "facts") return factsOf(pixels.slide, loaded);
  if (work.kind === "thumbnail") return await freshEncoder(options).encode(await pixels.thumbnail(work.side));
  const tile = tileAt(pixels.plan, work.level, work.column, work.row);
  if (tile === null) return null;
  const image = await pixels.tile(work.level, tile, signal);
  const whole = tile.width === options.tileSize && tile.height === options.tileSize;
  return await (whole ? keptEncoder(options) : freshEncoder(options)).encode(image);
});

/** Remembers tiles of one colour, so it serves tiles of one size. */
function keptEncoder({ quality }: PictureOptions): TileEncoder {
  if (encoder?.quality !== quality) encoder = { quality, encoder: freshEncoder({ quality }) };
  return encoder.encoder;
}

function freshEncoder({ quality }: Pick<PictureOptions, "quality">): TileEncoder {
  return new TileEncoder({ kind: "jpeg", quality, chroma: "4:2:0", fast: true });
}

function factsOf(slide: Slide, { jpeg, jpeg2000 }: Decoders): OpenFacts {
  const { format, vendor, levels, mpp, mppSource, objective, bounds } = slide;
  const { width, height, compression } = levels[0]!;
  const kind = compression.toLowerCase();
  const own = kind.includes("2000") ? jpeg2000.description : kind.includes("jpeg") ? jpeg.description : "";
  const decoder = format === "openslide" ? "OpenSlide" : format === "image" ? "" : own;
  return { format, vendor, width, height, levels: levels.length, mpp, mppSource, objective, bounds, decoder };
}
