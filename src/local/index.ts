// What the local room offers: slides on this machine.

export { readColourTable } from "./colour-profile.ts";
export { isDicomFile, seriesOf } from "./dicom-files.ts";
export { fileSource } from "./file-source.ts";
export { findSlides, SLIDE_EXTENSIONS } from "./find-slides.ts";
export { type DecoderKind, loadDecoders } from "./load-decoders.ts";
export { type OpenSlideFileOptions, openSlide, type SlideBackend } from "./open-slide.ts";
export type { OpenSlideVersion } from "./openslide-protocol.ts";
export { type OpenSlideOptions, openslideVersion } from "./openslide-slide.ts";
export { type GridPiece, type GridRequest, readGrid } from "./read-grid.ts";
export { profileChange } from "./slide-profile.ts";
