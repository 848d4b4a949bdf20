// `overlay.json`: what is drawn over a slide, as text and back. Arrays of bytes stand as base64, outlines to a hundredth of
// a pixel.
import type { Polygon, Ring } from "../annotation/index.ts";
import { fromBase64, toBase64 } from "./base64.ts";
import { CheckedJson, LONGEST_TEXT } from "./checked-json.ts";
import { JSON_LIMITS, readClasses } from "./prediction-json.ts";
import type { ActivationMap, SlideOverlay } from "./types.ts";

const FORMAT = "lowmag-overlay-1";

/** An overlay as text, one map or outline per line. */
export function overlayJson({ classes, maps, outlines }: SlideOverlay): string {
  const lines = (values: readonly object[]) =>
    values.length === 0 ? "[]" : `[\n${values.map((value) => JSON.stringify(value)).join(",\n")}\n]`;
  const mapLines = maps.map((map) => ({
    ...map,
    covered: toBase64(map.covered),
    values: toBase64(map.values),
  }));
  const outlineLines = outlines.map(({ piece, polygons }) => ({
    piece,
    polygons: polygons.map(({ outer, holes }) => ({
      outer: hundredths(outer),
      holes: holes.map(hundredths),
    })),
  }));
  return `{"format":"${FORMAT}",\n"classes":${JSON.stringify(classes)},\n"maps":${lines(mapLines)},\n"outlines":${lines(outlineLines)}}\n`;
}

function hundredths(ring: Ring): number[] {
  return Array.from(ring, (value) => Math.round(value * 100) / 100 + 0); // adding 0 turns -0 into 0
}

/**
 * An overlay from its text, which may come from anywhere.
 *
 * @param where the file, for messages.
 * @throws LowmagError `corrupt-data` naming the first value that cannot be.
 */
export function parseOverlay(text: string, where: string): SlideOverlay {
  const json = CheckedJson.parse(text, where);
  json.key("format").word([FORMAT]);
  const classes = readClasses(json.key("classes"));
  return {
    classes,
    maps: json.key("maps").list(JSON_LIMITS.pieces, (map) => readMap(map, classes.length)),
    outlines: json.key("outlines").list(JSON_LIMITS.pieces, (outline) => ({
      piece: outline.key("piece").whole(1, JSON_LIMITS.pieces),
      polygons: outline.key("polygons").list(JSON_LIMITS.rings, readPolygon),
    })),
  };
}

function readMap(map: CheckedJson, classes: number): ActivationMap {
  const columns = map.key("columns").whole(1, JSON_LIMITS.cells);
  const rows = map.key("rows").whole(1, Math.floor(JSON_LIMITS.cells / columns));
  const covered = readBytes(map.key("covered"), columns * rows);
  if (covered.some((value) => value > 1)) throw map.key("covered").wrong("bytes of 0 and 1");
  return {
    piece: map.key("piece").orNull((piece) => piece.whole(1, JSON_LIMITS.pieces)),
    left: map.key("left").number(),
    top: map.key("top").number(),
    cellWidth: map.key("cellWidth").number(1e-6),
    cellHeight: map.key("cellHeight").number(1e-6),
    columns,
    rows,
    covered,
    values: readBytes(map.key("values"), classes * columns * rows),
  };
}

/** The text bounds what is made of it: its length is checked against that of the bytes before anything is allocated. */
function readBytes(json: CheckedJson, length: number): Uint8Array {
  const bytes = fromBase64(json.text(LONGEST_TEXT), length);
  if (bytes === null) throw json.wrong(`base64 of ${length} bytes`);
  return bytes;
}

function readPolygon(polygon: CheckedJson): Polygon {
  return {
    outer: readRing(polygon.key("outer")),
    holes: polygon.key("holes").list(JSON_LIMITS.rings, readRing),
  };
}

function readRing(ring: CheckedJson): Ring {
  const numbers = ring.numbers(JSON_LIMITS.numbers);
  if (numbers.length < 6 || numbers.length % 2 !== 0) throw ring.wrong("x and y of at least three points");
  return Float64Array.from(numbers);
}
