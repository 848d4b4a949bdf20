// lowmag's slide reader for programs on Node: any slide on this machine at any µm/px. Research use only.
//
//   import { openSlide, readAtMpp } from "lowmag/slides";
//   const slide = await openSlide("slide.svs");
//   const { width, height, data } = await readAtMpp(slide, 2, { left: 0, top: 0, width: 4096, height: 4096 });
//   await slide.close();
export {
  type DecoderKind,
  fileSource,
  findSlides,
  type GridPiece,
  type GridRequest,
  loadDecoders,
  type OpenSlideFileOptions,
  openSlide,
  openslideVersion,
  readColourTable,
  readGrid,
  type SlideBackend,
} from "./local/index.ts";
export * from "./portable.ts";
