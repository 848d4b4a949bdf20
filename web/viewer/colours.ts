// Colours of classes: outlines, labels, chips. From Okabe and Ito (2008), told apart with every kind of colour vision, and
// deep enough to be seen on a white slide.

const CLASS_COLOURS = [
  "#0072b2",
  "#d55e00",
  "#00795b",
  "#aa3377",
  "#7a5c00",
  "#4b4fc4",
  "#a3222f",
  "#3d6b1f",
] as const;

/** The colour of a class by its place among the model's classes; they repeat after eight. */
export function classColour(index: number): string {
  return CLASS_COLOURS[((index % CLASS_COLOURS.length) + CLASS_COLOURS.length) % CLASS_COLOURS.length]!;
}
