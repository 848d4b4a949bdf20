// Stain augmentation from the statistics of a training set (RandStainNA, Shen 2022): each image's channel means and
// standard deviations are measured in three colour spaces; over the set they have a centre and a spread; a virtual
// template is drawn from these, and an image moved to it as Reinhard's transfer would.
import type { RgbImage } from "../pixels/index.ts";
import { measureMoments, moveMoments } from "./moments.ts";
import type { ColourSpaceName, Moments, Triple } from "./types.ts";

/** The spaces that a template may be drawn in. */
export const TEMPLATE_SPACES: readonly ColourSpaceName[] = ["lab", "hsv", "hed"];

/** Moments of one image in each space. */
export type ImageMoments = Readonly<Record<ColourSpaceName, Moments>>;

/** Centre and spread (mean, population standard deviation) over images, of three numbers. */
export interface Spread {
  readonly centre: Triple;
  readonly spread: Triple;
}

/** What is known of a training set: how image means, and image standard deviations, are distributed in each space. */
export type TemplateStatistics = Readonly<
  Record<ColourSpaceName, { readonly mean: Spread; readonly std: Spread }>
>;

/** A virtual template. */
export interface Template extends Moments {
  readonly space: ColourSpaceName;
}

/** A pixel is glass when its darkest channel is brighter than this: how much glass is in view says nothing of stain. */
const DARKEST_GLASS = 220;
/** Less tissue than this share of the pixels is not measured. */
const LEAST_TISSUE = 0.01;

/** Moments of an image's tissue in one space; `null` for an image of (nearly) bare glass, which is then left as it is. */
export function tissueMoments(image: RgbImage, space: ColourSpaceName): Moments | null {
  const { data, width, height } = image;
  const isTissue = (p: number) => Math.min(data[3 * p]!, data[3 * p + 1]!, data[3 * p + 2]!) <= DARKEST_GLASS;
  return measureMoments(image, space, isTissue, Math.max(1, LEAST_TISSUE * width * height));
}

/** Collects the moments of images, each counting once. */
export class TemplateCollector {
  readonly #sums = new Float64Array(TEMPLATE_SPACES.length * 12);
  #images = 0;

  /** Images that had tissue to measure. */
  get images(): number {
    return this.#images;
  }

  add(image: RgbImage): void {
    const all = TEMPLATE_SPACES.map((space) => tissueMoments(image, space));
    if (all.some((moments) => moments === null)) return;
    this.#images++;
    for (const [s, moments] of all.entries())
      for (const [i, value] of [...moments!.mean, ...moments!.std].entries()) {
        this.#sums[12 * s + 2 * i]! += value;
        this.#sums[12 * s + 2 * i + 1]! += value * value;
      }
  }

  /** The statistics so far; of no use before two images have been added. */
  statistics(): TemplateStatistics {
    const spread = (s: number, from: number): Spread => {
      const centre = (i: number) => this.#sums[12 * s + 2 * i]! / this.#images;
      const width = (i: number) =>
        Math.sqrt(Math.max(0, this.#sums[12 * s + 2 * i + 1]! / this.#images - centre(i) ** 2));
      return {
        centre: [centre(from), centre(from + 1), centre(from + 2)],
        spread: [width(from), width(from + 1), width(from + 2)],
      };
    };
    const of = (s: number) => ({ mean: spread(s, 0), std: spread(s, 3) });
    return { lab: of(0), hsv: of(1), hed: of(2) };
  }
}

/** A template's standard deviations are at least this share of the set's: a draw must not flatten an image. */
const LEAST_STD = 0.1;

/**
 * Makes a template of six standard normal draws.
 *
 * @param strength scales the spreads: 1 draws templates as different as the images of the set are.
 */
export function templateOf(
  statistics: TemplateStatistics,
  space: ColourSpaceName,
  strength: number,
  normals: { readonly mean: Triple; readonly std: Triple },
): Template {
  const { mean, std } = statistics[space];
  const drawn = ({ centre, spread }: Spread, z: Triple): Triple => [
    centre[0] + strength * spread[0] * z[0],
    centre[1] + strength * spread[1] * z[1],
    centre[2] + strength * spread[2] * z[2],
  ];
  const wide = drawn(std, normals.std);
  const floor = (c: 0 | 1 | 2) => Math.max(wide[c], LEAST_STD * std.centre[c]);
  return { space, mean: drawn(mean, normals.mean), std: [floor(0), floor(1), floor(2)] };
}

/**
 * Moves an image to a template.
 *
 * @param own the image's own moments in the template's space, of one resolution for all views of it, so that all views
 *   change alike; `null` leaves the image as it is.
 */
export function applyTemplate(image: RgbImage, own: Moments | null, template: Template): RgbImage {
  return own === null ? image : moveMoments(image, template.space, own, template);
}
