// What the slide room offers: whole-slide images of many formats behind one interface.
export { blobSource, bytesSource, checkRange } from "./source.ts";
export type {
  AssociatedImage,
  AssociatedKind,
  ByteSource,
  ReadOptions,
  Slide,
  SlideContent,
  SlideFormat,
  SlideLevel,
  SlideMppSource,
  TiledLevel,
} from "./types.ts";
