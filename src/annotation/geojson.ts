// QuPath's GeoJSON: a FeatureCollection, an array of features, one feature, or a bare geometry. Reads what QuPath 0.2 to
// 0.6 write (class as an object, as names, as a text; types under `objectType`, `object_type` or `id`; child objects).
import { AnnotationDraft, type RegionDraft } from "./draft.ts";
import { elements, field, isObject, type JsonObject } from "./json.ts";
import { ringOfPositions } from "./positions.ts";
import type { Colour, Polygon, RegionKind } from "./types.ts";

const GEOMETRIES = [
  "Polygon",
  "MultiPolygon",
  "GeometryCollection",
  "Point",
  "MultiPoint",
  "LineString",
  "MultiLineString",
];

/** True for what this reader reads: an object or array that calls itself GeoJSON. */
export function isGeoJson(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0 || isGeoJson(value[0]);
  const type = field(value, "type");
  if (type === "FeatureCollection") return Array.isArray(field(value, "features"));
  return type === "Feature" || GEOMETRIES.includes(String(type));
}

/** Reads parsed GeoJSON. Coordinates are level-0 pixels; a third one (z) is ignored. */
export function readGeoJson(value: unknown, file: string): AnnotationDraft {
  const draft = new AnnotationDraft(file, "geojson");
  const features = Array.isArray(value) ? value : elements(field(value, "features"));
  // A stack, not recursion: child objects stand directly behind their parent.
  const waiting: unknown[] =
    field(value, "features") || Array.isArray(value) ? [...features].reverse() : [value];
  while (waiting.length > 0) {
    const feature = waiting.pop();
    if (field(feature, "type") === "FeatureCollection") pushAll(waiting, field(feature, "features"));
    else readFeature(feature, draft);
    const properties = field(feature, "properties");
    pushAll(waiting, field(properties, "childObjects") ?? field(properties, "children"));
  }
  return draft;
}

function pushAll(waiting: unknown[], values: unknown): void {
  const list = elements(values);
  for (let i = list.length - 1; i >= 0; i--) waiting.push(list[i]);
}

function readFeature(feature: unknown, draft: AnnotationDraft): void {
  const whole = field(feature, "type") === "Feature";
  const properties = whole ? field(feature, "properties") : undefined;
  const kind = objectKind(feature, properties);
  if (kind === null) return;
  const polygons = readGeometry(whole ? field(feature, "geometry") : feature, draft);
  if (polygons.length === 0) return;
  const id = field(feature, "id") ?? field(properties, "id");
  draft.add({
    id: typeof id === "string" || typeof id === "number" ? String(id) : null,
    name: textOf(field(properties, "name")),
    kind,
    ...readClass(field(properties, "classification"), field(properties, "color")),
    polygons,
  });
}

/** `null` for QuPath's root object, which is the slide itself. */
function objectKind(feature: unknown, properties: unknown): RegionKind | null {
  const type = String(
    field(properties, "objectType") ?? field(properties, "object_type") ?? field(feature, "id") ?? "",
  );
  if (/^(?:root|PathRootObject)$/.test(type)) return null;
  return /^(?:detection|cell|tile|Path(?:Detection|Cell|Tile)Object)$/.test(type)
    ? "detection"
    : "annotation";
}

/** The class as QuPath writes it: `{name, color}`, `{name, colorRGB}`, `{names, color}` or a text. */
function readClass(value: unknown, own: unknown): Pick<RegionDraft, "label" | "baseLabel" | "colour"> {
  const names = elements(field(value, "names")).filter((name) => typeof name === "string");
  const label = textOf(value) ?? textOf(field(value, "name")) ?? (names.length > 0 ? names.join(": ") : null);
  return {
    label,
    baseLabel: label?.split(": ")[0] ?? null,
    colour: colourOf(field(value, "color") ?? field(value, "colorRGB")) ?? colourOf(own),
  };
}

/** [r, g, b], or one whole number as Java packs colours. */
function colourOf(value: unknown): Colour | null {
  if (typeof value === "number" && Number.isInteger(value))
    return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
  const [red, green, blue] = elements(value);
  const isByte = (part: unknown): part is number =>
    Number.isInteger(part) && Number(part) >= 0 && Number(part) < 256;
  return isByte(red) && isByte(green) && isByte(blue) ? [red, green, blue] : null;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** The polygons of a geometry in order; what encloses nothing is counted and left out. */
function readGeometry(geometry: unknown, draft: AnnotationDraft): Polygon[] {
  const polygons: Polygon[] = [];
  const waiting: unknown[] = [geometry];
  while (waiting.length > 0) {
    const next = waiting.pop();
    const type = field(next, "type");
    const coordinates = field(next, "coordinates");
    if (type === "Polygon") polygons.push(readPolygon(coordinates, draft));
    else if (type === "MultiPolygon")
      for (const rings of elements(coordinates)) polygons.push(readPolygon(rings, draft));
    else if (type === "GeometryCollection") pushAll(waiting, field(next, "geometries"));
    else draft.skip(isObject(next) ? nameOf(next) : "object without geometry");
  }
  return polygons;
}

function nameOf(geometry: JsonObject): string {
  const type = field(geometry, "type");
  return typeof type === "string" ? type : "geometry without type";
}

function readPolygon(rings: unknown, draft: AnnotationDraft): Polygon {
  const [outer, ...holes] = elements(rings).map((ring) => ringOfPositions(ring, draft));
  return { outer: outer ?? new Float64Array(0), holes };
}
