// Colours. Roles and classes follow Okabe and Ito's palette (safe for the common kinds of colour blindness), darkened
// where it would be too pale on white. A figure is written with the light colours, so that its file stands alone; the
// page's style sheet replaces each of them in the dark.
import { CLASS_COLOURS } from "../annotation/index.ts";

/** The colours of figures on a light ground, by purpose. Every value is unique: the dark style is keyed by it. */
export const COLOURS = {
  ink: "#1b1f24",
  muted: "#5c6670",
  axis: "#b4bbc2",
  rule: "#e4e7eb",
  paper: "#ffffff",
  teacher: "#22262c",
  student: "#0072b2",
  baseline: "#c4500a",
  fineTuned: "#00845f",
  model: "#9c4a86",
  heat: "#1a5690",
  heatText: "#fdfeff",
} as const;

const DARK: Readonly<Record<keyof typeof COLOURS, string>> = {
  ink: "#e8ebee",
  muted: "#a3adb7",
  axis: "#5a646e",
  rule: "#2b3138",
  paper: "#15181c",
  teacher: "#f2f4f6",
  student: "#5ab8f0",
  baseline: "#ff9a52",
  fineTuned: "#35d3a4",
  model: "#e49bce",
  heat: "#2f79bd",
  heatText: "#fdfeff",
};

/** The same colours for a dark ground. */
const DARK_CLASS_COLOURS = ["#5bb9f1", "#ff9b53", "#36d4a5", "#e59ccf", "#e0be3c", "#a0a5ff", "#b9c0c7"];

/** Colours for classes, first to last, light and dark; with more classes they repeat with another dash. */
const CLASS_PAIRS: readonly (readonly [light: string, dark: string])[] = CLASS_COLOURS.map((colour, i) => [
  `#${colour.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`,
  DARK_CLASS_COLOURS[i]!,
]);

/** Colours of an ordered quantity such as µm/px, from low to high: dark to pale on white, the other way round in the dark. */
const ORDERED_COLOURS: readonly (readonly [light: string, dark: string])[] = [
  ["#46206f", "#cbb0f7"],
  ["#2f5aa3", "#86b4f4"],
  ["#1a7f86", "#4fcfd2"],
  ["#4d8a2b", "#9fdb78"],
  ["#a07a00", "#f0cf5b"],
  ["#b0471e", "#ffa27c"],
];

/** The colour of the step at an index of an ordered quantity of `count` steps. */
export function orderedColour(index: number, count: number): string {
  const last = ORDERED_COLOURS.length - 1;
  const place = count <= last + 1 ? index : Math.round((index * last) / (count - 1));
  return ORDERED_COLOURS[place]![0];
}

/** The colour of the class at an index. */
export function classColour(index: number): string {
  return CLASS_PAIRS[index % CLASS_PAIRS.length]![0];
}

/** The colours that classes take in turn, on a light and on a dark ground. */
export function classColours(): readonly (readonly [light: string, dark: string])[] {
  return CLASS_PAIRS;
}

/** The dash of the class at an index: neighbours differ, and so do classes that share a colour. */
export function classDash(index: number): string {
  return ["", "6 3", "2 3"][(index + Math.floor(index / CLASS_PAIRS.length)) % 3]!;
}

/** The rules that repaint figures for the dark: one per colour, on fills and strokes. */
export function darkFigureRules(): string {
  const keys = Object.keys(COLOURS) as (keyof typeof COLOURS)[];
  const pairs = [
    ...keys.map((key) => [COLOURS[key], DARK[key]] as const),
    ...CLASS_PAIRS,
    ...ORDERED_COLOURS,
  ];
  return pairs
    .filter(([light, dark]) => light !== dark)
    .map(([light, dark]) => `svg [fill="${light}"]{fill:${dark}}svg [stroke="${light}"]{stroke:${dark}}`)
    .join("\n");
}
