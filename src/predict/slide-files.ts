// What stands beside a slide's record: pictures to look at, the overlay for viewers, and objects for QuPath.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  heatPicture,
  overlayJson,
  parseOverlay,
  predictionGeoJson,
  type SlideOverlay,
  type SlidePrediction,
} from "../classify/index.ts";
import type { TissueMap } from "../cutting/index.ts";
import { encodeJpeg, encodeRgbaPng } from "../image/index.ts";
import { safeNames } from "../jobs/index.ts";
import type { RgbImage } from "../pixels/index.ts";
import { drawPredictionOverlay, PICTURE_SIDE, shrinkThumbnail } from "../report/index.ts";
import { readAtMpp, type Slide } from "../slide/index.ts";
import { slideFolder, writeStamped } from "./slide-record.ts";
import type { FileStamp, Presentation } from "./types.ts";

/** A slide's answer and its maps. */
export interface AnsweredSlide {
  readonly prediction: SlidePrediction;
  readonly overlay: SlideOverlay;
}

/** An open slide and the tissue that was found on it. */
export interface LookedAt {
  readonly slide: Slide;
  readonly map: TissueMap | null;
}

type Stamps = Readonly<Record<string, FileStamp>>;

const QUALITY = 85;

/** Writes all of a slide's files but its record. */
export async function writeSlideFiles(
  out: string,
  answered: AnsweredSlide,
  presentation: Presentation,
  looked: LookedAt,
): Promise<Stamps> {
  const { prediction, overlay } = answered;
  const write = writerFor(out, prediction.slide);
  const { image: thumbnail } = shrinkThumbnail(await thumbnailOf(looked), prediction.facts, PICTURE_SIDE);
  const drawn = drawPredictionOverlay(thumbnail, prediction, overlay);
  const { width, height } = prediction.facts;
  const heats: Record<string, FileStamp> = {};
  for (const [index, name] of heatNames(prediction.model.classes).entries()) {
    const heat = heatPicture(overlay, index, { left: 0, top: 0, width, height }, thumbnail);
    heats[name] = await write(name, await encodeRgbaPng(heat));
  }
  return {
    "thumbnail.jpg": await write("thumbnail.jpg", await jpegOf(thumbnail)),
    "overlay.jpg": await write("overlay.jpg", await jpegOf(drawn)),
    "overlay.json": await write("overlay.json", overlayJson(overlay)),
    ...heats,
    ...(await writePresented(out, answered, presentation)),
  };
}

/** Writes the thumbnail alone: of a slide that got no answer. */
export async function writeThumbnail(out: string, slide: string, looked: LookedAt): Promise<void> {
  const level = looked.slide.levels[0]!;
  const { image } = shrinkThumbnail(await thumbnailOf(looked), level, PICTURE_SIDE);
  await writerFor(out, slide)("thumbnail.jpg", await jpegOf(image));
}

function jpegOf(image: RgbImage): Promise<Uint8Array> {
  return encodeJpeg(image, QUALITY, undefined, true);
}

/**
 * Writes the files that depend on how the answers for pieces are presented: the heat map of the slide's own label, and the
 * objects for QuPath.
 */
async function writePresented(
  out: string,
  { prediction, overlay }: AnsweredSlide,
  { geojsonOrigin: origin, cells }: Presentation,
): Promise<Stamps> {
  const write = writerFor(out, prediction.slide);
  const { classes } = prediction.model;
  const own = heatNames(classes)[classes.indexOf(prediction.answer.label)]!;
  const heat = await readFile(join(slideFolder(out, prediction.slide), own));
  const objects = cells && countCells(overlay) <= MOST_CELLS ? "both" : "pieces";
  return {
    "heatmap.png": await write("heatmap.png", heat),
    "objects.geojson": await write(
      "objects.geojson",
      predictionGeoJson(prediction, overlay, { origin, objects }),
    ),
  };
}

/** Presents stored answers anew. */
export async function presentAnew(
  out: string,
  prediction: SlidePrediction,
  presentation: Presentation,
): Promise<Stamps> {
  const path = join(slideFolder(out, prediction.slide), "overlay.json");
  const overlay = parseOverlay(await readFile(path, "utf8"), path);
  return await writePresented(out, { prediction, overlay }, presentation);
}

/** More cells than this make a file that QuPath takes minutes to open: pieces are written alone then. */
const MOST_CELLS = 200_000;

function countCells({ maps }: SlideOverlay): number {
  let count = 0;
  for (const { covered } of maps) for (const value of covered) count += value;
  return count;
}

/** The picture of each class's heat map. */
function heatNames(classes: readonly string[]): string[] {
  return safeNames(classes).map((name) => `heatmap-${name}.png`);
}

/** The slide at the scale of the tissue map; finer where that is small for a picture, as of a biopsy. */
async function thumbnailOf({ slide, map }: LookedAt): Promise<RgbImage> {
  if (map !== null && Math.max(map.thumbnail.width, map.thumbnail.height) >= PICTURE_SIDE)
    return map.thumbnail;
  const { x, y } = slide.mpp!; // known, or nothing had been found on it
  const { width, height } = slide.levels[0]!;
  return await readAtMpp(slide, Math.max(x, y, (width * x) / PICTURE_SIDE, (height * y) / PICTURE_SIDE));
}

function writerFor(out: string, slide: string) {
  const folder = slideFolder(out, slide);
  return (name: string, content: string | Uint8Array): Promise<FileStamp> =>
    writeStamped(join(folder, name), content);
}
