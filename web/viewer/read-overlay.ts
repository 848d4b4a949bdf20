// An overlay as the server sends it: arrays of bytes as base64, rings as numbers.
import type { SlideOverlay } from "../../src/classify/index.ts";

interface Sent {
  readonly classes: readonly string[];
  readonly maps: readonly (Omit<SlideOverlay["maps"][number], "covered" | "values"> & {
    readonly covered: string;
    readonly values: string;
  })[];
  readonly outlines: readonly {
    readonly piece: number;
    readonly polygons: readonly {
      readonly outer: readonly number[];
      readonly holes: readonly (readonly number[])[];
    }[];
  }[];
}

/** Reads what the server sent. */
export function readOverlay(sent: unknown): SlideOverlay {
  const { classes, maps, outlines } = sent as Sent;
  return {
    classes,
    maps: maps.map((map) => ({ ...map, covered: bytes(map.covered), values: bytes(map.values) })),
    outlines: outlines.map(({ piece, polygons }) => ({
      piece,
      polygons: polygons.map(({ outer, holes }) => ({
        outer: Float64Array.from(outer),
        holes: holes.map((hole) => Float64Array.from(hole)),
      })),
    })),
  };
}

function bytes(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
