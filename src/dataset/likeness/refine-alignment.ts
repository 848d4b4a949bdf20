// Moves an alignment in ever smaller steps to where the pictures agree best: spots give it to a pixel or two, and fine
// texture agrees only within half a pixel. Besides shift, turn and size the sides may change apart (a picture squeezed).
import type { Affine } from "./affine.ts";
import { type AlignedLikeness, compareAligned } from "./compare-aligned.ts";
import type { GreyPicture } from "./grey-picture.ts";

/** Pixels at the picture's rim that the first and the last step move by. */
const FIRST_STEP = 2;
const LAST_STEP = 0.2;

/** The best map near to one, and the likeness there. */
export function refineAlignment(
  first: GreyPicture,
  second: GreyPicture,
  start: Affine,
): { readonly map: Affine; readonly likeness: AlignedLikeness } {
  let map = start;
  let likeness = compareAligned(first, second, map);
  const [cx, cy] = [(first.width - 1) / 2, (first.height - 1) / 2];
  for (let step = FIRST_STEP; step >= LAST_STEP; step /= 2)
    for (let improved = true, rounds = 0; improved && rounds < 4; rounds++) {
      improved = false;
      for (const move of moves(step, Math.max(cx, cy, 1))) {
        const next = moved(map, move, cx, cy);
        const found = compareAligned(first, second, next);
        if (found.score <= likeness.score || found.blocks < 0.9 * likeness.blocks) continue;
        [map, likeness, improved] = [next, found, true];
      }
    }
  return { map, likeness };
}

/** A small change: of shift in pixels, and of the four coefficients. */
interface Move {
  readonly x?: number;
  readonly y?: number;
  readonly turn?: number;
  readonly size?: number;
  readonly stretch?: number;
}

function moves(step: number, radius: number): Move[] {
  const part = step / radius;
  return [step, -step].flatMap((shift) => {
    const change = (part * shift) / step;
    return [{ x: shift }, { y: shift }, { turn: change }, { size: change }, { stretch: change }];
  });
}

/** The map after a move about the picture's middle. */
function moved(map: Affine, move: Move, cx: number, cy: number): Affine {
  const { x = 0, y = 0, turn = 0, size = 0, stretch = 0 } = move;
  const [across, down] = [1 + size + stretch, 1 + size - stretch];
  const xx = map.xx * across - map.yx * turn;
  const xy = map.xy * down - map.yy * turn;
  const yx = map.yx * across + map.xx * turn;
  const yy = map.yy * down + map.xy * turn;
  const middleX = map.xx * cx + map.xy * cy + map.x0 + x;
  const middleY = map.yx * cx + map.yy * cy + map.y0 + y;
  return { xx, xy, yx, yy, x0: middleX - xx * cx - xy * cy, y0: middleY - yx * cx - yy * cy };
}
