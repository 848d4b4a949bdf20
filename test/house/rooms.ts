// The rooms from the bottom up: the order that the imports test enforces and ARCHITECTURE.md shows.
export const ROOMS = [
  "base",
  "pixels",
  "stain",
  "codec",
  "slide",
  "annotation",
  "tissue",
  "random",
  "machine",
  "image",
  "local",
  "stats",
  "graph",
  "engine",
  "nn",
  "models",
  "synthetic",
  "dataset",
  "train",
  "distill",
  "evaluate",
  "infer",
  "report",
  "prepare",
  "options",
  "study",
  "api",
  "cli",
] as const;

/** The rooms that run in a browser as they are: no Node, no native code, nothing imported but one another. */
export const PORTABLE_ROOMS: readonly string[] = ROOMS.slice(0, ROOMS.indexOf("random"));
