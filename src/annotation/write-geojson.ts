// Regions to GeoJSON that QuPath imports: closed rings, a class with its colour (QuPath 0.5 refuses a class without one),
// measurements as an object, numbers to a hundredth of a pixel.
import { fail } from "../base/index.ts";
import { ringOf, signedArea } from "./ring.ts";
import { enclosesArea } from "./self-crossing.ts";
import type { Colour, Point, Polygon, RegionKind, Ring } from "./types.ts";

/** What is written as one QuPath object. */
export interface GeoJsonFeature {
  /** A UUID, which QuPath keeps; without one it makes its own. */
  readonly id?: string | null | undefined;
  /** In level-0 pixels. */
  readonly polygons: readonly Polygon[];
  /** QuPath's class. */
  readonly label?: string | null | undefined;
  readonly name?: string | null | undefined;
  /** Colour of the class; one that depends on its name alone where it is not given. */
  readonly colour?: Colour | null | undefined;
  /** `detection` is lighter to draw: for thousands of tiles. Default `annotation`. */
  readonly kind?: RegionKind | undefined;
  /** Numbers by name, shown and searched in QuPath; finite. */
  readonly measurements?: Readonly<Record<string, number>> | undefined;
  /** Keeps QuPath's mouse from moving it. */
  readonly locked?: boolean | undefined;
}

export interface WriteGeoJsonOptions {
  /** Level-0 position of the file's (0, 0), subtracted from every point: the inverse of reading with it. */
  readonly origin?: Point | undefined;
}

/**
 * A FeatureCollection, one feature per line.
 *
 * Outer rings run counter-clockwise and holes clockwise in the numbers as written (RFC 7946, 3.1.6). Holes that vanish
 * when rounded are left out.
 *
 * @throws LowmagError `invalid-argument` for a feature without area after rounding, or a measurement that is not finite.
 */
export function writeGeoJson(features: readonly GeoJsonFeature[], options: WriteGeoJsonOptions = {}): string {
  const { origin = { x: 0, y: 0 } } = options;
  const lines = features.map((feature, index) => JSON.stringify(featureOf(feature, index, origin)));
  return `{"type":"FeatureCollection","features":[${lines.length === 0 ? "" : `\n${lines.join(",\n")}\n`}]}\n`;
}

function featureOf(feature: GeoJsonFeature, index: number, origin: Point): object {
  const { id, label, name, kind = "annotation", measurements = {}, locked = false } = feature;
  const where = `feature ${index + 1}`;
  const polygons = feature.polygons.map((polygon) => coordinatesOf(polygon, origin, where));
  if (polygons.length === 0) throw noArea(where);
  checkMeasurements(measurements, where);
  return {
    type: "Feature",
    ...(id ? { id } : {}),
    geometry:
      polygons.length === 1
        ? { type: "Polygon", coordinates: polygons[0] }
        : { type: "MultiPolygon", coordinates: polygons },
    properties: {
      objectType: kind,
      ...(name ? { name } : {}),
      ...(label ? { classification: { name: label, color: feature.colour ?? colourOf(label) } } : {}),
      ...(locked ? { isLocked: true } : {}),
      ...(Object.keys(measurements).length === 0 ? {} : { measurements }),
    },
  };
}

function coordinatesOf({ outer, holes }: Polygon, origin: Point, where: string): number[][][] {
  const outline = rounded(outer, origin);
  if (!enclosesArea(outline)) throw noArea(where);
  const kept = holes.map((hole) => rounded(hole, origin)).filter((hole) => enclosesArea(hole));
  return [positions(outline, 1), ...kept.map((hole) => positions(hole, -1))];
}

/** To hundredths; adding 0 turns -0 into 0. */
function rounded(ring: Ring, { x, y }: Point): Ring {
  return ringOf(ring.map((value, i) => Math.round((value - (i % 2 === 0 ? x : y)) * 100) / 100 + 0));
}

/** Positions of a closed ring whose signed area has the sign wanted. */
function positions(ring: Ring, sign: 1 | -1): number[][] {
  const points: number[][] = [];
  for (let i = 0; i < ring.length; i += 2) points.push([ring[i]!, ring[i + 1]!]);
  if (Math.sign(signedArea(ring)) !== sign) points.reverse();
  return [...points, points[0]!];
}

/**
 * Seven colours for classes, in turn, after the palette of Okabe and Ito (2008), which the colour-blind can tell apart; darkened
 * so that they are read on white as well as over tissue. Pages, pictures and QuPath show a class alike.
 */
export const CLASS_COLOURS: readonly Colour[] = [
  [1, 115, 179],
  [197, 81, 11],
  [1, 133, 94],
  [157, 75, 135],
  [138, 109, 0],
  [74, 79, 168],
  [107, 113, 120],
];

function colourOf(label: string): Colour {
  let hash = 0;
  for (const letter of label) hash = (Math.imul(hash, 31) + letter.codePointAt(0)!) >>> 0;
  return CLASS_COLOURS[hash % CLASS_COLOURS.length]!;
}

function checkMeasurements(measurements: Readonly<Record<string, number>>, where: string): void {
  for (const [name, value] of Object.entries(measurements))
    if (!Number.isFinite(value))
      throw fail("invalid-argument", {
        where: `${where}, measurement \`${name}\``,
        expected: "a finite number, which is all that JSON can hold",
        got: `${value}`,
      });
}

function noArea(where: string): Error {
  return fail("invalid-argument", {
    where,
    expected: "outlines with an area of at least a hundredth of a pixel on a side",
    got: "one without",
  });
}
