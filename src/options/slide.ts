// Options of `slide info`, `slide thumbnail`, `slide region`, `slide tissue` and `slide associated`: what the reader sees.
import * as z from "zod";
import { mpp, seed } from "./fragments.ts";
import { slideReadingOptions } from "./slide-fragments.ts";
import { tissueOptions } from "./tissue-fragments.ts";

const file = z.string().min(1).meta({
  placeholder: "FILE",
  description: "Slide: a file, or a folder of DICOM instances.",
});
const out = z.string().min(1).meta({
  placeholder: "FILE",
  description: "Picture to write: .png, .jpg or .webp (lossless).",
});
const overwrite = z.boolean().default(false).meta({ description: "Replace an existing file." });
const noRandomPart = seed.meta({ description: "Accepted for uniformity; reading has no random part." });
const wholeNumber = z.int().min(-100_000_000).max(100_000_000);

/** Options of {@link slideInfo}. */
export const slideInfoOptions = z.strictObject({ file, ...slideReadingOptions, seed: noRandomPart });

/** Options of {@link slideThumbnail}. */
export const slideThumbnailOptions = z.strictObject({
  file,
  mpp: mpp.optional().meta({ description: "Resolution in µm per pixel." }),
  size: z.int().min(16).max(16_384).optional().meta({
    placeholder: "PX",
    description: "Longer side in pixels, instead of --mpp (default: 1024).",
  }),
  ...slideReadingOptions,
  out,
  overwrite,
  seed: noRandomPart,
});

/** Options of {@link slideRegion}. */
export const slideRegionOptions = z.strictObject({
  file,
  x: wholeNumber.meta({ placeholder: "PX", description: "Left edge in pixels of level 0." }),
  y: wholeNumber.meta({ placeholder: "PX", description: "Upper edge in pixels of level 0." }),
  width: z
    .int()
    .min(1)
    .max(10_000_000)
    .meta({ placeholder: "PX", description: "Width in pixels of level 0." }),
  height: z
    .int()
    .min(1)
    .max(10_000_000)
    .meta({ placeholder: "PX", description: "Height in pixels of level 0." }),
  mpp: mpp.optional().meta({
    description: "Resolution of the picture in µm per pixel (default: that of level 0).",
  }),
  level: z.int().min(0).max(512).optional().meta({
    description: "Level whose pixels are written as they are, instead of --mpp.",
  }),
  ...slideReadingOptions,
  out,
  overwrite,
  seed: noRandomPart,
});

/** Options of {@link slideTissue}. */
export const slideTissueOptions = z.strictObject({
  file,
  ...tissueOptions,
  ...slideReadingOptions,
  out,
  overwrite,
  seed: noRandomPart,
});

/** Options of {@link slideAssociated}. */
export const slideAssociatedOptions = z.strictObject({
  file,
  name: z.string().min(1).meta({
    description:
      "Picture to write, by the name that `lowmag slide info` lists; labels can show a person's name.",
  }),
  ...slideReadingOptions,
  out,
  overwrite,
  seed: noRandomPart,
});

/** What a caller of `slideInfo` gives. */
export type SlideInfoOptions = z.input<typeof slideInfoOptions>;
/** What a caller of `slideThumbnail` gives. */
export type SlideThumbnailOptions = z.input<typeof slideThumbnailOptions>;
/** What a caller of `slideRegion` gives. */
export type SlideRegionOptions = z.input<typeof slideRegionOptions>;
/** What a caller of `slideTissue` gives. */
export type SlideTissueOptions = z.input<typeof slideTissueOptions>;
/** What a caller of `slideAssociated` gives. */
export type SlideAssociatedOptions = z.input<typeof slideAssociatedOptions>;
