// What lies over a slide: the heat map of a class, outlines of the pieces and their labels. Drawn onto a canvas at a place;
// pictures and paths are made once for an overlay and kept.
import {
  type ActivationMap,
  heatPicture,
  type SlideOverlay,
  type SlidePrediction,
} from "../../src/classify/index.ts";
import type { Place } from "./address.ts";
import { type DrawnPiece, drawnPieces, holdsPoint, pieceLabels, strokePiece } from "./drawn-pieces.ts";
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

/** An overlay that can be drawn, and asked what lies at a place. */
export class Drawing {
  readonly #overlay: SlideOverlay;
  readonly #pieces: readonly DrawnPiece[];
  readonly #byNumber: ReadonlyMap<number | null, DrawnPiece>;
  readonly #labels: readonly PieceLabel[];
  readonly #pictures = new Map<number, readonly HTMLCanvasElement[]>();

  constructor(prediction: SlidePrediction, overlay: SlideOverlay) {
    this.#overlay = overlay;
    this.#pieces = drawnPieces(prediction, overlay);
    this.#byNumber = new Map(this.#pieces.map((piece) => [piece.number, piece]));
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
    return this.#pieces.find((piece) => holdsPoint(piece, x, y))?.number ?? null;
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
      const outline = this.#byNumber.get(map.piece)?.outline;
      const { left, top, width, height } = boxOf(map);
      context.save();
      // Cells reach over the edge of the tissue; what lies there says nothing of the glass.
      if (outline !== undefined && outline !== null) context.clip(outline, "evenodd");
      context.drawImage(pictures[index]!, left, top, width, height);
      context.restore();
    }
    context.globalAlpha = 1;
  }

  #paintOutlines(context: CanvasRenderingContext2D, step: number, options: DrawingOptions): void {
    context.lineJoin = "round";
    for (const piece of this.#pieces) {
      const marked = piece.number === options.marked;
      if (marked || (options.outlines && piece.outline !== null)) strokePiece(context, piece, step, marked);
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
const CELLS = { within: "cells" } as const;

/** A map as a picture, fine enough for the edges of its cells. */
function pictureOf(overlay: SlideOverlay, map: ActivationMap, classIndex: number): HTMLCanvasElement {
  const fine = Math.max(1, Math.min(CELL, Math.floor(Math.sqrt(MOST / (map.columns * map.rows)))));
  const size = { width: map.columns * fine, height: map.rows * fine };
  const { data, width, height } = heatPicture(
    { ...overlay, maps: [map] },
    classIndex,
    boxOf(map),
    size,
    CELLS,
  );
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
