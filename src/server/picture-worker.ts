// The script of the processes that read slides and write JPEGs for the server. Decoders meet files from anywhere here, so
// that a crash costs one request. Labels and macros are never read: nothing in this file asks for them.
import type { Decoders } from "../codec/index.ts";
import { TileEncoder } from "../image/index.ts";
import { loadDecoders, openSlide } from "../local/index.ts";
import { serveJobs } from "../machine/index.ts";
import { ownTileSize, SlidePixels, tileAt } from "../slide/index.ts";
import {
  type OpenFacts,
  type PictureOptions,
  type PictureReply,
  type PictureRequest,
  USUAL_TILE,
} from "./picture-protocol.ts";
import { SLIDE_CACHE_BYTES, SlideShelf } from "./slide-shelf.ts";

const shelf = new SlideShelf();
let decoders: Promise<Decoders> | null = null;
let kept: { readonly key: string; readonly encoder: TileEncoder } | null = null;

serveJobs<PictureRequest, PictureReply>(async ({ source, options, work }, { signal }) => {
  decoders ??= loadDecoders(options.decoder);
  const loaded = await decoders;
  const open = async () => {
    const reading = { backend: options.backend, decoders: loaded, cacheBytes: SLIDE_CACHE_BYTES };
    const slide = await openSlide(source.path, reading);
    return new SlidePixels(slide, ownTileSize(slide, USUAL_TILE));
  };
  const pixels = await shelf.take(`${source.path}\n${source.state}`, open);
  if (work.kind === "facts") return factsOf(pixels, loaded);
  if (work.kind === "thumbnail") return await freshEncoder(options).encode(await pixels.thumbnail(work.side));
  const tile = tileAt(pixels.plan, work.level, work.column, work.row);
  if (tile === null) return null;
  const stored = options.reencode ? null : await pixels.storedTile(work.level, tile);
  if (stored !== null) return stored;
  const image = await pixels.tile(work.level, tile, signal);
  const { tileSize } = pixels.plan;
  const whole = tile.width === tileSize && tile.height === tileSize;
  return await (whole ? keptEncoder(options, tileSize) : freshEncoder(options)).encode(image);
});

/** Remembers tiles of one colour, so it serves tiles of one size: those of the slide that was asked for last. */
function keptEncoder({ quality }: PictureOptions, tileSize: number): TileEncoder {
  const key = `${quality} ${tileSize}`;
  if (kept?.key !== key) kept = { key, encoder: freshEncoder({ quality }) };
  return kept.encoder;
}

function freshEncoder({ quality }: Pick<PictureOptions, "quality">): TileEncoder {
  return new TileEncoder({ kind: "jpeg", quality, chroma: "4:2:0", fast: true });
}

function factsOf({ slide, plan }: SlidePixels, { jpeg, jpeg2000 }: Decoders): OpenFacts {
  const { tileSize } = plan;
  const { format, vendor, levels, mpp, mppSource, objective, bounds } = slide;
  const { width, height, compression } = levels[0]!;
  const kind = compression.toLowerCase();
  const own = kind.includes("2000") ? jpeg2000.description : kind.includes("jpeg") ? jpeg.description : "";
  const decoder = format === "openslide" ? "OpenSlide" : format === "image" ? "" : own;
  return {
    format,
    vendor,
    width,
    height,
    levels: levels.length,
    mpp,
    mppSource,
    objective,
    bounds,
    decoder,
    tileSize,
  };
}
