// Decides the classes of a data set and their order, and refuses labels and classes that cannot be meant.
import { closestWord, fail } from "../base/index.ts";
import type { FoundImage } from "./found-image.ts";

/** The classes in order, after checking that every label is one of them and every one has an image. */
export function decideClasses(
  where: string,
  named: readonly string[] | null,
  images: readonly FoundImage[],
  wanted: readonly string[] | null,
): string[] {
  const labels = images.flatMap(({ label }) => (label === null ? [] : [label]));
  const classes = wanted === null ? [...new Set([...(named ?? []), ...labels])].sort() : [...wanted];
  checkLabels(images, classes);
  const empty = classes.find((name) => !labels.includes(name));
  if (empty !== undefined)
    throw fail("invalid-argument", {
      where,
      expected: `at least one image of class \`${empty}\``,
      got: "none",
      fix: "Add images, or name the classes wanted with --classes.",
    });
  if (classes.length < 2)
    throw fail("invalid-argument", {
      where,
      expected: "at least two classes",
      got: classes.length === 0 ? "no labels" : `only \`${classes[0]}\``,
      fix: "Make one folder per class, or fill the manifest's column label.",
    });
  return classes;
}

function checkLabels(images: readonly FoundImage[], classes: readonly string[]): void {
  for (const { id, label } of images) {
    if (label === null) continue;
    const twin = classes.find((name) => name !== label && name.toLowerCase() === label.toLowerCase());
    if (classes.includes(label) && twin === undefined) continue;
    const close = twin ?? closestWord(label, classes);
    throw fail("invalid-argument", {
      where: id,
      expected: `one of the classes ${classes.filter((name) => name !== label).join(", ")}`,
      got: `the label \`${label}\``,
      ...(close === undefined ? {} : { fix: `Did you mean \`${close}\`?` }),
    });
  }
}
