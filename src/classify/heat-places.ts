// Where the pixels of a picture lie among the cells of an activation map, along one side.

/** Things of one size in a row. */
export interface Spaced {
  readonly count: number;
  /** Where the first begins, in pixels of level 0. */
  readonly start: number;
  /** From one to the next. */
  readonly step: number;
}

/** For each pixel inside a map along one side: its cell, and between which centres it lies. */
export interface Places {
  /** So many pixels from `from` on. */
  readonly from: number;
  readonly count: number;
  readonly cell: Int32Array;
  readonly before: Int32Array;
  readonly after: Int32Array;
  /** How far it is from the centre before to the one after, 0 to 1. */
  readonly share: Float64Array;
}

/**
 * The places of a picture's pixels along one side.
 *
 * @param picture its pixels, and where they start and how far they are apart in pixels of level 0.
 * @param map its cells, likewise.
 * @param reach how far the last cell is taken to go on past its end, in pixels of level 0.
 */
export function placesOf(picture: Spaced, map: Spaced, reach: number): Places {
  const { count: pixels, start, step } = picture;
  const { count: cells, start: mapStart, step: cellSize } = map;
  const first = (mapStart - start) / step - 0.5;
  const from = Math.min(pixels, Math.max(0, Math.ceil(first)));
  const to = Math.min(pixels, Math.max(from, Math.ceil(first + (cells * cellSize + reach) / step)));
  const places = emptyPlaces(from, to - from);
  for (let i = 0; i < places.count; i++) {
    const place = (start + (from + i + 0.5) * step - mapStart) / cellSize;
    const between = Math.floor(place - 0.5);
    places.cell[i] = Math.min(cells - 1, Math.max(0, Math.floor(place)));
    places.before[i] = Math.min(cells - 1, Math.max(0, between));
    places.after[i] = Math.min(cells - 1, Math.max(0, between + 1));
    places.share[i] = place - 0.5 - between;
  }
  return places;
}

function emptyPlaces(from: number, count: number): Places {
  return {
    from,
    count,
    cell: new Int32Array(count),
    before: new Int32Array(count),
    after: new Int32Array(count),
    share: new Float64Array(count),
  };
}
