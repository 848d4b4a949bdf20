// Draws on a picture: rectangles, lines and numbers, for a person to look at. What lies outside is not drawn.
import type { PixelWindow } from "../codec/index.ts";
import type { RgbImage } from "../pixels/index.ts";
import { DIGIT_HEIGHT, DIGIT_WIDTH, digitRows } from "./digits.ts";

/** Red, green and blue, 0 to 255. */
export type CanvasColour = readonly [red: number, green: number, blue: number];

const INK: CanvasColour = [0, 0, 0];
const PAPER: CanvasColour = [255, 255, 255];

/** Draws on the picture that it is given. Coordinates are in pixels and whole, but for those of lines. */
export class Canvas {
  constructor(readonly image: RgbImage) {}

  paint(x: number, y: number, [red, green, blue]: CanvasColour): void {
    const { width, height, data } = this.image;
    if (x < 0 || y < 0 || x >= width || y >= height) return;
    const at = 3 * (y * width + x);
    data[at] = red;
    data[at + 1] = green;
    data[at + 2] = blue;
  }

  /** The rim of a window, `thickness` pixels wide, inside it. */
  frame({ left, top, width, height }: PixelWindow, colour: CanvasColour, thickness = 1): void {
    this.rectangle(left, top, width, thickness, colour);
    this.rectangle(left, top + height - thickness, width, thickness, colour);
    this.rectangle(left, top, thickness, height, colour);
    this.rectangle(left + width - thickness, top, thickness, height, colour);
  }

  rectangle(left: number, top: number, width: number, height: number, colour: CanvasColour): void {
    const [right, bottom] = [
      Math.min(left + width, this.image.width),
      Math.min(top + height, this.image.height),
    ];
    for (let y = Math.max(0, top); y < bottom; y++)
      for (let x = Math.max(0, left); x < right; x++) this.paint(x, y, colour);
  }

  /** Makes a window grey and mixes a colour into it: `share` 1 covers it. A stain's own colour would spoil the mixture. */
  tint({ left, top, width, height }: PixelWindow, colour: CanvasColour, share: number): void {
    const { data, width: across, height: down } = this.image;
    for (let y = Math.max(0, top); y < Math.min(top + height, down); y++)
      for (let x = Math.max(0, left); x < Math.min(left + width, across); x++) {
        const at = 3 * (y * across + x);
        const grey = 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
        for (let c = 0; c < 3; c++) data[at + c] = Math.round(grey + (colour[c]! - grey) * share);
      }
  }

  /** A line of square dots; its ends may lie outside or be fractional. */
  line(
    from: readonly [x: number, y: number],
    to: readonly [x: number, y: number],
    colour: CanvasColour,
    thickness = 1,
  ): void {
    const part = this.#visiblePart(from, to, thickness);
    if (part === null) return;
    const [start, end] = part;
    const across = (end - start) * (to[0] - from[0]);
    const down = (end - start) * (to[1] - from[1]);
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(across), Math.abs(down))));
    const half = thickness / 2;
    for (let step = 0; step <= steps; step++) {
      const at = start + ((end - start) * step) / steps;
      const x = Math.round(from[0] + at * (to[0] - from[0]) - half);
      const y = Math.round(from[1] + at * (to[1] - from[1]) - half);
      this.rectangle(x, y, thickness, thickness, colour);
    }
  }

  /** Between which shares of its length a line can touch the picture (Liang and Barsky 1984). */
  #visiblePart(
    from: readonly [number, number],
    to: readonly [number, number],
    rim: number,
  ): readonly [number, number] | null {
    if (![...from, ...to].every(Number.isFinite)) return null;
    let [start, end] = [0, 1];
    for (const [axis, size] of [this.image.width, this.image.height].entries()) {
      const step = to[axis]! - from[axis]!;
      const [low, high] = [-rim - from[axis]!, size + rim - from[axis]!];
      if (step === 0 && (low > 0 || high < 0)) return null;
      if (step === 0) continue;
      start = Math.max(start, Math.min(low / step, high / step));
      end = Math.min(end, Math.max(low / step, high / step));
    }
    return start <= end ? [start, end] : null;
  }

  /** Digits on a ground of their own; `scale` pixels per dot. Black on white unless told otherwise. */
  number(value: number, left: number, top: number, scale: number, ink = INK, ground = PAPER): void {
    const digits = [...String(value)];
    const step = (DIGIT_WIDTH + 1) * scale;
    const { width, height } = numberSize(value, scale);
    this.rectangle(left, top, width, height, ground);
    for (const [i, digit] of digits.entries())
      for (const [row, dots] of digitRows(digit).entries())
        for (const [column, dot] of [...dots].entries())
          if (dot === "#") {
            const [x, y] = [left + i * step + (column + 1) * scale, top + (row + 1) * scale];
            this.rectangle(x, y, scale, scale, ink);
          }
  }
}

/** Pixels that a number takes with its ground. */
export function numberSize(value: number, scale: number): { width: number; height: number } {
  return {
    width: String(value).length * (DIGIT_WIDTH + 1) * scale + scale,
    height: (DIGIT_HEIGHT + 2) * scale,
  };
}
