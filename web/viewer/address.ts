// What is being looked at, and its text in the address behind "#": a link restores it, back and forward walk through it.
// The text comes from anywhere, so everything in it is checked, and what is not understood is left at its default.

/** Where one looks: the centre in pixels of level 0, and how many of them one point of the screen shows. */
export interface Place {
  readonly x: number;
  readonly y: number;
  /** Level-0 pixels per CSS pixel; above 0. */
  readonly step: number;
}

/** What the table can be sorted by. */
export const SORT_KEYS = ["name", "label", "probability", "disagreement", "truth", "pieces", "area"] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** What the viewer shows. */
export interface Address {
  /** Id of the open slide; `null` shows the table. */
  readonly slide: string | null;
  /** Id of the model whose answer is shown; `null` for the first. */
  readonly model: string | null;
  /** Id of the model beside it; `null` for one map. */
  readonly beside: string | null;
  /** Name of the class whose map is shown; `null` for the one answered. */
  readonly className: string | null;
  readonly heat: boolean;
  readonly outlines: boolean;
  readonly labels: boolean;
  /** Of the heat map, 0 to 100. */
  readonly opacity: number;
  /** `null` for the whole slide. */
  readonly place: Place | null;
  /** Number of the piece that is marked. */
  readonly piece: number | null;
  readonly sort: SortKey;
  readonly descending: boolean;
  /** Words that a row must hold. */
  readonly filter: string;
  /** Only slides with this answer; `null` for all. */
  readonly only: string | null;
}

export const START: Address = {
  slide: null,
  model: null,
  beside: null,
  className: null,
  heat: true,
  outlines: true,
  labels: true,
  opacity: 50,
  place: null,
  piece: null,
  sort: "name",
  descending: false,
  filter: "",
  only: null,
};

/** Longest text taken from an address; more is not ours. */
const LONGEST = 300;

/** The address as the text behind "#", without what is at its default: `slide=3f&class=Sprue&at=5120,4096,8`. */
export function formatAddress(address: Address): string {
  const words = new URLSearchParams();
  const put = (name: string, value: string | number | null, start: string | number | null) => {
    if (value !== null && value !== start) words.set(name, String(value));
  };
  const flag = (value: boolean) => (value ? 1 : 0);
  put("slide", address.slide, null);
  put("model", address.model, null);
  put("beside", address.beside, null);
  put("class", address.className, null);
  put("heat", flag(address.heat), flag(START.heat));
  put("outlines", flag(address.outlines), flag(START.outlines));
  put("labels", flag(address.labels), flag(START.labels));
  put("opacity", address.opacity, START.opacity);
  put("at", address.place === null ? null : formatPlace(address.place), null);
  put("piece", address.piece, null);
  put("sort", address.sort, START.sort);
  put("down", flag(address.descending), 0);
  put("find", address.filter, "");
  put("only", address.only, null);
  return words.toString().replaceAll("%2C", ",");
}

/** Reads {@link formatAddress}, with or without "#". */
export function parseAddress(text: string): Address {
  const words = new URLSearchParams(text.replace(/^#/, ""));
  const word = (name: string) => {
    const value = words.get(name);
    return value === null || value === "" || value.length > LONGEST ? null : value;
  };
  const flag = (name: string, start: boolean) => (word(name) === null ? start : word(name) !== "0");
  return {
    slide: word("slide"),
    model: word("model"),
    beside: word("beside"),
    className: word("class"),
    heat: flag("heat", START.heat),
    outlines: flag("outlines", START.outlines),
    labels: flag("labels", START.labels),
    opacity: wholeNumber(word("opacity"), 0, 100) ?? START.opacity,
    place: parsePlace(word("at")),
    piece: wholeNumber(word("piece"), 1, 1e9),
    sort: SORT_KEYS.find((key) => key === word("sort")) ?? START.sort,
    descending: flag("down", false),
    filter: word("find") ?? "",
    only: word("only"),
  };
}

/**
 * Whether two places look the same on a screen.
 *
 * @param slack largest difference of the centres in points, and of the scales as a share. Default: what an address rounds.
 */
export function samePlace(a: Place, b: Place, slack = 1e-2): boolean {
  const apart = Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y)) / Math.min(a.step, b.step);
  return apart <= slack && Math.abs(a.step / b.step - 1) <= slack / 10;
}

function formatPlace({ x, y, step }: Place): string {
  const short = (value: number) => String(Number(value.toFixed(2)));
  return `${short(x)},${short(y)},${Number(step.toPrecision(6))}`;
}

function parsePlace(text: string | null): Place | null {
  const numbers = (text ?? "").split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  const [x = Number.NaN, y = Number.NaN, step = Number.NaN] = numbers;
  const sound = numbers.length === 3 && [x, y, step].every((value) => Math.abs(value) < 1e9);
  return sound && step > 1e-6 ? { x, y, step } : null;
}

function wholeNumber(text: string | null, low: number, high: number): number | null {
  if (text === null || !/^\d{1,10}$/.test(text)) return null;
  const value = Number(text);
  return value >= low && value <= high ? value : null;
}
