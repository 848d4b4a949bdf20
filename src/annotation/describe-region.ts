// How messages call a region.
import type { AnnotationRegion } from "./types.ts";

/** A region by number, name and identifier, for messages: `region 3 "Tumour bed" (id 6423a977)`. */
export function describeRegion({ index, label, name, id }: AnnotationRegion): string {
  const called = name ?? label;
  const title = called === null ? "" : ` "${called.slice(0, 60)}"`;
  return `region ${index + 1}${title}${id === null ? "" : ` (id ${id.slice(0, 60)})`}`;
}
