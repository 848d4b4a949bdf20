// Which values grow with the size of an image. They are what memory is about; all others are small.
import type { TensorType, Value } from "./types.ts";

/** True for maps and what is as large: a length besides the number of images is known only when the graph runs. */
export function isSpatial({ dims }: TensorType): boolean {
  return dims.some((dim, axis) => axis > 0 && typeof dim !== "number");
}

/** True where a value of this shape holds as many numbers, whatever the sizes. */
export const byShape = ({ dims }: TensorType): string =>
  dims.map((dim) => (typeof dim === "number" ? dim : dim.text)).join(" ");

/** The spatial values among some. */
export const spatial = (values: readonly Value[]): Value[] => values.filter(isSpatial);
