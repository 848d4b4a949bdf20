// What the image room offers: pixel buffers, decoding, encoding, resampling, colour.
export {
  DECODER_VERSION,
  DEFAULT_MAX_PIXELS,
  type DecodedImage,
  type DecodeOptions,
  decodeImage,
  type ImageHeader,
  readImageHeader,
} from "./decode.ts";
export { encodeJpeg, encodePng } from "./encode.ts";
export { IMAGE_EXTENSIONS, type ImageFormat } from "./format.ts";
export {
  adjustBrightness,
  adjustContrast,
  adjustHue,
  adjustSaturation,
  type ColourJitter,
  type ColourOperation,
  jitterColours,
} from "./jitter.ts";
export { type PixelSize, PLAUSIBLE_MPP } from "./pixel-size.ts";
export { type Flips, flipImage, type Standardisation, standardisePlanes, writePlanes } from "./planes.ts";
export { RESAMPLE_VERSION, resampleArea, studentSize } from "./resample.ts";
export { type RgbImage, rgbImage } from "./rgb-image.ts";
