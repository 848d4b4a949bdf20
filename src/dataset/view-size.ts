// How large an image is at a magnification, and which magnifications it cannot be brought to. Every view is made from the
// stored pixels and covers the whole field of the image, so two views of one image show the same tissue, edge to edge.
import { fail } from "../base/index.ts";
import { studentSize } from "../pixels/index.ts";

/**
 * The smallest side, in pixels, that an image may have at a view's µm/px. The network shrinks 32 times, so anything
 * below 32 pixels becomes a 1 x 1 feature map, which still works; below 8 there is no tissue left to look at, and a
 * wrong µm/px is the likelier cause.
 */
export const MINIMUM_VIEW_SIDE = 8;

/** A view may be finer than the file by this much, relatively, before it counts as finer: rounding in the metadata. */
const MPP_TOLERANCE = 1e-6;

/** What is needed of an image to know its size in a view. */
export interface SizedImage {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly mpp: number;
}

/**
 * Pixels [width, height] of an image at `mpp`: round(side * image.mpp / mpp). Images of equal size in every view can
 * share a micro-batch.
 *
 * @throws LowmagError `invalid-argument` when `mpp` is finer than the file's, or a side would be below
 * {@link MINIMUM_VIEW_SIDE}.
 */
export function viewSize(image: SizedImage, mpp: number): [number, number] {
  if (!(Number.isFinite(mpp) && mpp > 0))
    throw fail("invalid-argument", { where: "view", expected: "mpp above 0 µm/px", got: `${mpp}` });
  if (mpp < image.mpp * (1 - MPP_TOLERANCE))
    throw fail("invalid-argument", {
      where: image.path,
      expected: `a view no finer than the image, ${round(image.mpp)} µm/px`,
      got: `${round(mpp)} µm/px`,
      fix: "Neither teacher nor student can be finer than the data: detail that was not scanned cannot be made up. Choose a larger --mpp.",
    });
  const [width, height] = isStoredScale(image, mpp)
    ? [image.width, image.height]
    : studentSize(image.width, image.height, image.mpp, mpp);
  if (width < MINIMUM_VIEW_SIDE || height < MINIMUM_VIEW_SIDE)
    throw fail("invalid-argument", {
      where: image.path,
      expected: `at least ${MINIMUM_VIEW_SIDE} x ${MINIMUM_VIEW_SIDE} pixels at ${round(mpp)} µm/px`,
      got: `${width} x ${height} (${image.width} x ${image.height} pixels of ${round(image.mpp)} µm)`,
      fix: "Leave the image out, choose a smaller --mpp, or check the stored µm/px (--data-mpp).",
    });
  return [width, height];
}

function isStoredScale(image: SizedImage, mpp: number): boolean {
  return Math.abs(mpp - image.mpp) <= MPP_TOLERANCE * image.mpp;
}

function round(mpp: number): string {
  return `${Number(mpp.toPrecision(6))}`;
}
