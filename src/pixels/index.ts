// What the pixels room offers: the pixel buffer and what is computed on it. Nothing here needs Node.
export { type AreaColumns, type AreaRowSpan, sumAreas } from "./area-kernel.ts";
export { AreaRows } from "./area-rows.ts";
export { applyColourTable, COLOUR_NODES, type ColourTable, colourNodes } from "./colour-table.ts";
export { cropImage } from "./crop.ts";
export { IMAGE_EXTENSIONS, type ImageFormat, sniffFormat } from "./image-format.ts";
export { type ColourJitter, type ColourOperation, jitterColours, writeJittered } from "./jitter.ts";
export {
  isPlausibleMpp,
  isSquarish,
  MICROMETRES_PER,
  type PixelSize,
  PLAUSIBLE_MPP,
  pixelSizeFromDensity,
} from "./pixel-size.ts";
export { type Flips, flipImage, type Standardisation, writePlanes } from "./planes.ts";
export { RESAMPLE_VERSION, resampleArea, studentSize } from "./resample.ts";
export { type RgbImage, rgbImage } from "./rgb-image.ts";
export { statedPixelSize } from "./stated-pixel-size.ts";
export { toRgb } from "./to-rgb.ts";
