// ASAP's XML: annotations with coordinates, each part of a group; groups can be parts of groups. The group is the label.
import { AnnotationDraft, type RegionDraft } from "./draft.ts";
import { ringOf } from "./ring.ts";
import { rectangleRing, splineRing } from "./shapes.ts";
import type { Colour, Ring } from "./types.ts";
import { type Attributes, numberOf, readXml } from "./xml.ts";

/** How each type that encloses an area becomes an outline. */
const SHAPES: ReadonlyMap<string, (points: ArrayLike<number>) => Ring> = new Map([
  ["Polygon", ringOf],
  ["Rectangle", rectangleRing],
  ["Spline", splineRing],
]);

/** An annotation whose coordinates are being read. */
interface OpenAnnotation {
  readonly attributes: Attributes;
  readonly points: number[];
  readonly order: number[];
}

/** Reads a document whose root is `ASAP_Annotations`. Coordinates are level-0 pixels. */
export function readAsap(text: string, file: string): AnnotationDraft {
  const draft = new AnnotationDraft(file, "asap");
  const parents = new Map<string, string>();
  const regions: RegionDraft[] = [];
  let current: OpenAnnotation | null = null;
  readXml(text, file, {
    open(name, attributes) {
      if (name === "Annotation") current = { attributes, points: [], order: [] };
      else if (name === "Coordinate" && current !== null) addPoint(current, attributes, draft);
      else if (name === "Group") addGroup(parents, attributes);
    },
    close(name) {
      if (name !== "Annotation" || current === null) return;
      const region = regionOf(current, draft);
      if (region !== null) regions.push(region);
      current = null;
    },
  });
  for (const region of regions) draft.add({ ...region, baseLabel: topGroup(region.label ?? null, parents) });
  return draft;
}

function addPoint(
  { points, order }: OpenAnnotation,
  { X, Y, Order }: Attributes,
  draft: AnnotationDraft,
): void {
  draft.countVertex();
  points.push(numberOf(X), numberOf(Y));
  order.push(Order === undefined ? order.length : numberOf(Order));
}

function addGroup(parents: Map<string, string>, { Name, PartOfGroup }: Attributes): void {
  const parent = groupOf(PartOfGroup);
  if (Name !== undefined && parent !== null) parents.set(Name, parent);
}

/** ASAP writes "None" for no group. */
function groupOf(name: string | undefined): string | null {
  return name === undefined || name === "" || name === "None" ? null : name;
}

/** The group that holds all others of the chain; a chain that bites its tail ends where it would repeat. */
function topGroup(group: string | null, parents: ReadonlyMap<string, string>): string | null {
  const seen = new Set<string>();
  let top = group;
  while (top !== null && !seen.has(top)) {
    seen.add(top);
    top = parents.get(top) ?? null;
    if (top === null) return [...seen].at(-1) ?? null;
  }
  return group;
}

function regionOf(annotation: OpenAnnotation, draft: AnnotationDraft): RegionDraft | null {
  const { Type = "", Name, PartOfGroup, Color } = annotation.attributes;
  const shape = SHAPES.get(Type);
  if (shape === undefined) {
    draft.skip(Type === "" ? "annotation without type" : Type);
    return null;
  }
  return {
    name: Name ?? null,
    label: groupOf(PartOfGroup),
    colour: hexColour(Color),
    polygons: [{ outer: shape(inOrder(annotation)), holes: [] }],
  };
}

/** Points in the order that the file numbers them; as written where it does not. */
function inOrder({ points, order }: OpenAnnotation): ArrayLike<number> {
  if (order.every((value, i) => i === 0 || value >= order[i - 1]! || Number.isNaN(value))) return points;
  const places = order.map((_, i) => i).sort((a, b) => order[a]! - order[b]!);
  return places.flatMap((place) => [points[2 * place]!, points[2 * place + 1]!]);
}

function hexColour(text: string | undefined): Colour | null {
  const digits = /^#([0-9a-f]{6})$/i.exec(text ?? "")?.[1];
  if (digits === undefined) return null;
  const value = Number.parseInt(digits, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
