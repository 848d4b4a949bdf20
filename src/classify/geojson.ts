// A slide's answer as objects for QuPath: pieces as annotations of the class they were given, cells of class activation or
// tiles as detections whose measurements QuPath's measurement maps show as a heat map.
import { CLASS_COLOURS, type Colour, type GeoJsonFeature, writeGeoJson } from "../annotation/index.ts";
import { fail } from "../base/index.ts";
import type { PixelWindow } from "../codec/index.ts";
import { rectangle } from "../cutting/index.ts";
import { cellBox } from "./activation-map.ts";
import { objectId } from "./object-id.ts";
import { largest } from "./slide-rule.ts";
import type { ActivationMap, PiecePrediction, SlideOverlay, SlidePrediction } from "./types.ts";

/** How objects are written. */
export interface PredictionGeoJsonOptions {
  /**
   * Where the file's (0, 0) lies: at the corner of level 0 (default), or of the slide's scanned part, as QuPath counts for
   * slides that are larger than what was scanned (MRXS). The same for slides that know no scanned part.
   */
  readonly origin?: "slide" | "bounds";
  /** Default `pieces`. Tiles are written once whichever is asked for. */
  readonly objects?: "pieces" | "cells" | "both";
}

/** More objects than this fit neither a text nor QuPath. */
const MOST_OBJECTS = 500_000;

/**
 * GeoJSON of a prediction.
 *
 * Measurements: "probability: CLASS" for every class, from 0 to 1, and of pieces and tiles "tissue area mm^2". Identifiers
 * depend on slide, model and place alone.
 *
 * @throws LowmagError `invalid-argument` for more than half a million objects.
 */
export function predictionGeoJson(
  prediction: SlidePrediction,
  overlay: SlideOverlay,
  { origin = "slide", objects = "pieces" }: PredictionGeoJsonOptions = {},
): string {
  const isTiled = overlay.maps.some(({ piece }) => piece === null);
  const wantsPieces = isTiled || objects !== "cells";
  const wantsCells = !isTiled && objects !== "pieces";
  checkCount(prediction, overlay, wantsPieces, wantsCells);
  const features: GeoJsonFeature[] = [
    ...(wantsPieces ? pieceFeatures(prediction, overlay, isTiled) : []),
    ...(wantsCells ? overlay.maps.flatMap((map) => cellFeatures(prediction, map)) : []),
  ];
  const { bounds } = prediction.facts;
  const corner = origin === "bounds" && bounds !== null ? { x: bounds.left, y: bounds.top } : undefined;
  return writeGeoJson(features, { origin: corner });
}

/** The colour of a model's class by its place: neighbours never share one, and the colour-blind can tell them apart. */
export function classColour(index: number): Colour {
  return CLASS_COLOURS[index % CLASS_COLOURS.length]!;
}

function pieceFeatures(
  prediction: SlidePrediction,
  overlay: SlideOverlay,
  isTiled: boolean,
): GeoJsonFeature[] {
  const outlines = new Map(overlay.outlines.map(({ piece, polygons }) => [piece, polygons]));
  return prediction.pieces.flatMap((piece) => {
    const box = insideSlide(prediction, piece.box);
    const polygons = outlines.get(piece.number) ?? (box === null ? [] : [rectangle(box)]);
    if (polygons.length === 0) return [];
    const word = isTiled ? "tile" : "piece";
    return [
      {
        id: idOf(prediction, word, piece.number, piece.box),
        polygons,
        name: `${word} ${piece.number}`,
        kind: isTiled ? ("detection" as const) : ("annotation" as const),
        ...classified(prediction, piece.probabilities),
        measurements: {
          ...probabilitiesByName(prediction, piece.probabilities),
          "tissue area mm^2": rounded(piece.tissueArea),
        },
      },
    ];
  });
}

function cellFeatures(prediction: SlidePrediction, map: ActivationMap): GeoJsonFeature[] {
  const { columns, rows, covered, values } = map;
  const features: GeoJsonFeature[] = [];
  for (let cell = 0; cell < covered.length; cell++) {
    const whole = cellBox(map, cell % columns, Math.floor(cell / columns));
    const box = covered[cell] === 1 ? insideSlide(prediction, whole) : null;
    if (box === null) continue;
    const probabilities = prediction.model.classes.map((_, k) => values[k * columns * rows + cell]! / 255);
    features.push({
      id: idOf(prediction, `cell of ${map.piece}`, cell, whole),
      polygons: [rectangle(box)],
      kind: "detection",
      ...classified(prediction, probabilities),
      measurements: probabilitiesByName(prediction, probabilities),
    });
  }
  return features;
}

function classified(
  { model }: SlidePrediction,
  probabilities: PiecePrediction["probabilities"],
): Pick<GeoJsonFeature, "label" | "colour"> {
  const index = largest(probabilities);
  return { label: model.classes[index]!, colour: classColour(index) };
}

/** How a class's probability is called among an object's measurements and a table's columns. */
export function probabilityName(name: string): string {
  return `probability: ${name}`;
}

function probabilitiesByName({ model }: SlidePrediction, probabilities: readonly number[]) {
  return Object.fromEntries(
    model.classes.map((name, k) => [probabilityName(name), rounded(probabilities[k]!)]),
  );
}

const rounded = (value: number): number => Number(value.toFixed(6));

/** The part of a box that lies on the slide; `null` for less than a hundredth of a pixel, which the file cannot hold. */
function insideSlide({ facts }: SlidePrediction, box: PixelWindow): PixelWindow | null {
  const left = Math.max(0, box.left);
  const top = Math.max(0, box.top);
  const width = Math.min(facts.width, box.left + box.width) - left;
  const height = Math.min(facts.height, box.top + box.height) - top;
  return width >= 0.02 && height >= 0.02 ? { left, top, width, height } : null;
}

function idOf({ slide, model }: SlidePrediction, kind: string, number: number, box: PixelWindow): string {
  return objectId(JSON.stringify([slide, model.hash, model.mpp, kind, number, box.left, box.top]));
}

function checkCount(
  { slide, pieces }: SlidePrediction,
  { maps }: SlideOverlay,
  wantsPieces: boolean,
  wantsCells: boolean,
): void {
  let count = wantsPieces ? pieces.length : 0;
  if (wantsCells) for (const { covered } of maps) for (const value of covered) count += value;
  if (count <= MOST_OBJECTS) return;
  throw fail("invalid-argument", {
    where: slide,
    expected: `at most ${MOST_OBJECTS} objects for QuPath`,
    got: `${count}`,
    fix: wantsPieces && !wantsCells ? "Use a larger stride." : "Write its pieces alone.",
  });
}
