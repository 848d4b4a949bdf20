// The pointer's place on the other of two stages.
import type { Place } from "./address.ts";

const ARM = 11;
const GAP = 3;

/** Draws a cross with an open middle, dark on light, at a place in pixels of level 0. */
export function paintCross(
  context: CanvasRenderingContext2D,
  at: { readonly x: number; readonly y: number },
  place: Place,
  width: number,
  height: number,
): void {
  const x = width / 2 + (at.x - place.x) / place.step;
  const y = height / 2 + (at.y - place.y) / place.step;
  context.beginPath();
  for (const [right, down] of [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ] as const) {
    context.moveTo(x + GAP * right, y + GAP * down);
    context.lineTo(x + ARM * right, y + ARM * down);
  }
  context.lineWidth = 4;
  context.strokeStyle = "#ffffff";
  context.stroke();
  context.lineWidth = 1.8;
  context.strokeStyle = "#000000";
  context.stroke();
}
