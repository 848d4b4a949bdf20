// The XML of Aperio ImageScope and of HALO, which are of one family: layers (`Annotation`) hold regions, a region may be
// negative, the layer's name is the label. ImageScope numbers its shapes and writes `Vertex`; HALO names them, writes `V`.
import { AnnotationDraft } from "./draft.ts";
import { ringOf } from "./ring.ts";
import { ellipseRing, rectangleRing } from "./shapes.ts";
import type { Colour, Ring } from "./types.ts";
import { type Attributes, numberOf, readXml } from "./xml.ts";

/** How each type that encloses an area becomes an outline. The rest are rulers, arrows, pins, counters. */
const SHAPES: ReadonlyMap<string, (points: ArrayLike<number>) => Ring> = new Map([
  ["0", ringOf],
  ["1", rectangleRing],
  ["2", ellipseRing],
  ["Polygon", ringOf],
  ["Rectangle", rectangleRing],
  ["Ellipse", ellipseRing],
]);

interface Layer {
  readonly label: string;
  readonly colour: Colour | null;
}

interface OpenRegion {
  readonly attributes: Attributes;
  readonly points: number[];
}

/** Reads a document whose root is `Annotations`. Coordinates are level-0 pixels and may be negative. */
export function readLayers(text: string, file: string): AnnotationDraft {
  const draft = new AnnotationDraft(file, "halo");
  let layers = 0;
  let layer: Layer | null = null;
  let region: OpenRegion | null = null;
  readXml(text, file, {
    open(name, attributes, depth) {
      if (depth === 0) readRoot(attributes, draft);
      else if (name === "Annotation") layer = layerOf(attributes, ++layers);
      else if (name === "Region") region = { attributes, points: [] };
      else if ((name === "V" || name === "Vertex") && region !== null) {
        draft.countVertex();
        region.points.push(numberOf(attributes.X), numberOf(attributes.Y));
      }
    },
    close(name) {
      if (name === "Annotation") layer = null;
      if (name !== "Region" || region === null) return;
      addRegion(region, layer, draft);
      region = null;
    },
  });
  return draft;
}

/** Only ImageScope states the pixel size. */
function readRoot({ MicronsPerPixel }: Attributes, draft: AnnotationDraft): void {
  if (MicronsPerPixel === undefined) return;
  draft.format = "imagescope";
  const mpp = numberOf(MicronsPerPixel);
  draft.mpp = mpp > 0 ? mpp : null;
}

/** A layer without a name is called as the programs show it: "Layer 2". */
function layerOf({ Name, Id, LineColor }: Attributes, count: number): Layer {
  return { label: Name?.trim() || `Layer ${Id ?? count}`, colour: colourOf(LineColor) };
}

/** Windows' order: blue, green, red from the top byte. */
function colourOf(text: string | undefined): Colour | null {
  const value = numberOf(text);
  if (!Number.isInteger(value) || value < 0 || value > 0xffffff) return null;
  return [value & 255, (value >> 8) & 255, value >> 16];
}

function addRegion({ attributes, points }: OpenRegion, layer: Layer | null, draft: AnnotationDraft): void {
  const { Type = "", Id, Text, NegativeROA } = attributes;
  if (/^\d+$/.test(Type)) draft.format = "imagescope";
  const shape = SHAPES.get(Type);
  if (shape === undefined) {
    draft.skip(/^\d*$/.test(Type) ? `region of type ${Type || "unknown"}` : Type);
    return;
  }
  draft.add({
    id: Id ?? null,
    name: Text ?? null,
    label: layer?.label ?? null,
    negative: /^(?:1|true)$/i.test(NegativeROA ?? ""),
    colour: layer?.colour ?? null,
    polygons: [{ outer: shape(points), holes: [] }],
  });
}
