// What stands beside a slide's images for a person to look at: `slides/<name>/thumbnail.jpg` with outlines, `mask.png`,
// and `pieces.geojson` for QuPath. Written before the first image, also for a slide without tissue.
import { join } from "node:path";
import { type GeoJsonFeature, writeGeoJson } from "../annotation/index.ts";
import type { PixelWindow } from "../codec/index.ts";
import { type Cut, pieceOutlines, rectangle, type TissueMap } from "../cutting/index.ts";
import { encodeJpeg, encodePng } from "../image/index.ts";
import { writeFileAtomically } from "../machine/index.ts";
import type { RgbImage } from "../pixels/index.ts";
import { drawOverlay } from "../tissue/index.ts";
import type { PrepareBasis } from "./types.ts";

/** Writes the three files. */
export async function writeSlideFiles(
  folder: string,
  basis: PrepareBasis,
  cuts: readonly Cut[],
): Promise<void> {
  const { map, rules, slide } = basis;
  const first = cuts.filter(({ mpp }) => mpp === rules.mpp[0]);
  const boxes = first.map(({ box, number }) => ({
    box: toMask(map, box),
    number: rules.grid === null ? number : null,
  }));
  const thumbnail = drawOverlay(map.thumbnail, map.mask, map.pieces, boxes);
  await writeFileAtomically(join(folder, "thumbnail.jpg"), await encodeJpeg(thumbnail, 85, map.mpp));
  await writeFileAtomically(join(folder, "mask.png"), await encodePng(maskPicture(map), map.mpp));
  const origin =
    rules.annotationOrigin === "bounds" && slide.bounds !== null
      ? { x: slide.bounds.left, y: slide.bounds.top }
      : undefined;
  await writeFileAtomically(join(folder, "pieces.geojson"), writeGeoJson(features(basis, first), { origin }));
}

/** The mask in black on white; ink is grey. */
export function maskPicture({ mask, pen }: TissueMap): RgbImage {
  const data = new Uint8Array(3 * mask.data.length);
  for (let k = 0; k < mask.data.length; k++)
    data.fill(mask.data[k] === 1 ? 0 : pen.data[k] === 1 ? 160 : 255, 3 * k, 3 * k + 3);
  return { width: mask.width, height: mask.height, data };
}

function toMask({ scale }: TissueMap, { left, top, width, height }: PixelWindow): PixelWindow {
  const x = Math.round(left / scale.x);
  const y = Math.round(top / scale.y);
  return {
    left: x,
    top: y,
    width: Math.max(1, Math.round((left + width) / scale.x) - x),
    height: Math.max(1, Math.round((top + height) / scale.y) - y),
  };
}

/** Pieces by the outline of their tissue; regions and tiles by the window that was cut. */
function features({ map, rules }: PrepareBasis, cuts: readonly Cut[]): GeoJsonFeature[] {
  const byTissue = rules.grid === null && rules.cutBy === "tissue";
  const outlines = byTissue ? pieceOutlines(map) : [];
  return cuts.map(({ box, number, label, tissue, pen }, i) => ({
    polygons: outlines[i] ?? [rectangle(box)],
    label,
    name: `${rules.grid === null ? "piece" : "tile"} ${number}`,
    kind: rules.grid === null ? "annotation" : "detection",
    measurements: { "tissue share": tissue, "pen share": pen },
  }));
}
