// What lies over a slide: the heat map of a class, outlines of the pieces and their labels. Drawn onto a canvas at a place;
// pictures and paths are made once for an overlay and kept.
import {
  type ActivationMap,
  heatPicture,
  type SlideOverlay,
  type SlidePrediction,
} from "../../src/classify/index.ts";
import type { Place } from "./address.ts";
import { classColour, textColourOn } from "./colours.ts";
import { type PieceLabel, paintLabels } from "./piece-labels.ts";

/** What is to be seen of an overlay. */
export interface DrawingOptions {
  readonly heat: boolean;
  /** 0 to 1. */
  readonly opacity: number;
  /** Place of the class among the overlay's classes; -1 for none. */
  readonly classIndex: number;
  readonly outlines: boolean;
  readonly labels: boolean;
  /** Number of the marked piece; `null` for none. */
  readonly marked: number | null;
}

interface DrawnPiece {
  readonly number: number;
  readonly path: Path2D;
  readonly colour: string;
  /** Lies around the line, so that it is seen on tissue and on glass. */
  readonly halo: string;
}

/** An overlay that can be drawn, and asked what lies at a place. */
export class Drawing {
  readonly #overlay: SlideOverlay;
  readonly #pieces: readonly DrawnPiece[];
  readonly #labels: readonly PieceLabel[];
  readonly #pictures = new Map<number, readonly HTMLCanvasElement[]>();

  constructor(prediction: SlidePrediction, overlay: SlideOverlay) {
    this.#overlay = overlay;
    this.#pieces = drawnPieces(prediction, overlay);
    this.#labels = overlay.outlines.length === 0 ? [] : pieceLabels(prediction);
  }

  /** Draws with `place` in the middle of `width` x `height` points. */
  paint(
    context: CanvasRenderingContext2D,
    place: Place,
    width: number,
    height: number,
    options: DrawingOptions,
  ): void {
    const scale = 1 / place.step;
    const left = width / 2 - place.x * scale;
    const top = height / 2 - place.y * scale;
    context.save();
    context.transform(scale, 0, 0, scale, left, top);
    if (options.heat && options.classIndex >= 0) this.#paintHeat(context, options);
    if (options.outlines || options.marked !== null) this.#paintOutlines(context, place.step, options);
    context.restore();
    if (options.labels)
      paintLabels(context, this.#labels, { scale, left, top, width, height }, options.marked);
  }

  /** Number of the piece at a place in pixels of level 0; `null` where there is none. */
  pieceAt(x: number, y: number): number | null {
    const context = measuring();
    return this.#pieces.find(({ path }) => context.isPointInPath(path, x, y, "evenodd"))?.number ?? null;
  }

  /** Probability of a class at a place, 0 to 1; `null` where the map shows nothing. */
  probabilityAt(x: number, y: number, classIndex: number): number | null {
    for (const map of this.#overlay.maps) {
      const column = Math.floor((x - map.left) / map.cellWidth);
      const row = Math.floor((y - map.top) / map.cellHeight);
      if (column < 0 || row < 0 || column >= map.columns || row >= map.rows) continue;
      const cell = row * map.columns + column;
      if (map.covered[cell] === 1) return (map.values[classIndex * map.columns * map.rows + cell] ?? 0) / 255;
    }
    return null;
  }

  #paintHeat(context: CanvasRenderingContext2D, { classIndex, opacity }: DrawingOptions): void {
    const pictures = this.#picturesOf(classIndex);
    context.globalAlpha = opacity;
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    for (const [index, map] of this.#overlay.maps.entries()) {
      const picture = pictures[index];
      const { left, top, width, height } = boxOf(map);
      if (picture !== undefined) context.drawImage(picture, left, top, width, height);
    }
    context.globalAlpha = 1;
  }

  #paintOutlines(context: CanvasRenderingContext2D, step: number, options: DrawingOptions): void {
    context.lineJoin = "round";
    for (const { number, path, colour, halo } of this.#pieces) {
      const marked = number === options.marked;
      if (!options.outlines && !marked) continue;
      context.lineWidth = (marked ? 5.5 : 3.4) * step;
      context.strokeStyle = halo;
      context.stroke(path);
      context.lineWidth = (marked ? 3.6 : 1.9) * step;
      context.strokeStyle = colour;
      context.stroke(path);
    }
  }

  #picturesOf(classIndex: number): readonly HTMLCanvasElement[] {
    const kept = this.#pictures.get(classIndex);
    if (kept !== undefined) return kept;
    const pictures = this.#overlay.maps.map((map) => pictureOf(this.#overlay, map, classIndex));
    this.#pictures.set(classIndex, pictures);
    return pictures;
  }
}

/** Pixels of a cell's side in a map's picture, and how many a picture may have before it is drawn coarser. */
const CELL = 8;
const MOST = 2 ** 21;

/** A map as a picture, fine enough for the edges of its cells. */
function pictureOf(overlay: SlideOverlay, map: ActivationMap, classIndex: number): HTMLCanvasElement {
  const fine = Math.max(1, Math.min(CELL, Math.floor(Math.sqrt(MOST / (map.columns * map.rows)))));
  const size = { width: map.columns * fine, height: map.rows * fine };
  const { data, width, height } = heatPicture({ ...overlay, maps: [map] }, classIndex, boxOf(map), size);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")!.putImageData(new ImageData(data, width, height), 0, 0);
  return canvas;
}

function boxOf(map: ActivationMap): { left: number; top: number; width: number; height: number } {
  const { left, top } = map;
  return { left, top, width: map.columns * map.cellWidth, height: map.rows * map.cellHeight };
}

function drawnPieces(prediction: SlidePrediction, overlay: SlideOverlay): readonly DrawnPiece[] {
  const labels = new Map(prediction.pieces.map((piece) => [piece.number, piece.label]));
  return overlay.outlines.map(({ piece, polygons }) => {
    const path = new Path2D();
    for (const { outer, holes } of polygons) for (const ring of [outer, ...holes]) addRing(path, ring);
    const index = prediction.model.classes.indexOf(labels.get(piece) ?? "");
    return { number: piece, path, colour: classColour(index), halo: textColourOn(index) };
  });
}

function addRing(path: Path2D, ring: Float64Array): void {
  for (let i = 0; i + 1 < ring.length; i += 2) {
    if (i === 0) path.moveTo(ring[0]!, ring[1]!);
    else path.lineTo(ring[i]!, ring[i + 1]!);
  }
  path.closePath();
}

function pieceLabels(prediction: SlidePrediction): readonly PieceLabel[] {
  const { classes } = prediction.model;
  return prediction.pieces.map((piece) => {
    const index = classes.indexOf(piece.label);
    const share = Math.round(100 * (piece.probabilities[index] ?? 0));
    const text = `${piece.number}  ${piece.label} ${share} %`;
    return {
      number: piece.number,
      box: piece.box,
      text,
      colour: classColour(index),
      textColour: textColourOn(index),
    };
  });
}

let measure: CanvasRenderingContext2D | null = null;

/** A context for asking about paths only. */
function measuring(): CanvasRenderingContext2D {
  measure ??= document.createElement("canvas").getContext("2d");
  return measure!;
}
