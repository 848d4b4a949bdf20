// The tables of the report, one for each section, and how figures are written.
import { meets, type Target } from "./ratios.ts";
import type { Row, SkippedRow } from "./record.ts";
import type { Section } from "./rows.ts";

/** What a section is called, what its numbers are, and what one has to know to read them. */
interface SectionText {
  readonly title: string;
  readonly own: string | null;
  readonly other: string | null;
  readonly value: string;
  readonly sentence: string;
}

const MILLISECONDS = { own: "lowmag, ms/image", other: "PyTorch, ms/image", value: "times as fast (range)" };

export const TEXTS: Readonly<Record<Section, SectionText>> = {
  forward: {
    title: "Frozen teacher, forward",
    ...MILLISECONDS,
    sentence:
      "A batch goes whole or image by image, as each program is faster; lowmag's goes image by image.",
  },
  rate: {
    title: "The teacher's rate beside a large matrix product",
    own: "teacher, GFLOP/s",
    other: "product, GFLOP/s",
    value: "share (range)",
    sentence:
      "The product is of two float32 matrices of 1024 x 1024, on the same core in the same run; the faster one of ONNX Runtime's and PyTorch's counts.",
  },
  training: {
    title: "Training step: forward, backward and Adam",
    ...MILLISECONDS,
    sentence:
      "lowmag's step is that of the training loop of `lowmag train`. lowmag shares images out among cores, so on two cores a step of one image becomes a step of two images, for both programs.",
  },
  tiles: {
    title: "Training step on tiles",
    ...MILLISECONDS,
    sentence: "Batches as tile data sets have them.",
  },
  distillation: {
    title: "Distillation step, teacher run each time",
    ...MILLISECONDS,
    sentence: "The teacher's forward pass, then the student's step with Adam.",
  },
  cached: {
    title: "Distillation step, teacher's outputs cached",
    ...MILLISECONDS,
    sentence:
      "lowmag is handed what the teacher put out (`--cache-teacher`); PyTorch runs the teacher each time, and that is the point.",
  },
  tuned: {
    title: "Beside PyTorch with the teacher in channels-last layout",
    ...MILLISECONDS,
    sentence:
      "PyTorch's forward pass is faster when images and weights lie in memory channel by channel within a pixel, which is not its default and not the yardstick. Training gains nothing from it. There is no target, but whoever writes a PyTorch program can have this.",
  },
  memory: {
    title: "Peak memory of a training step",
    own: "lowmag",
    other: "beside",
    value: "share (range)",
    sentence:
      "Megabytes of the whole process, one core; beside it PyTorch, but for the row about time. The step at 8192² is taken once.",
  },
  cores: {
    title: "Two cores against one",
    own: "two cores, ms/image",
    other: "one core, ms/image",
    value: "times as fast (range)",
    sentence: "lowmag alone, the same work, wall time.",
  },
  command: {
    title: "The command line on real tissue",
    own: null,
    other: null,
    value: "figure (range)",
    sentence: "`lowmag train` on whole images of osteosarcoma at 1 µm/px, cache warm, two epochs.",
  },
};

/** Three digits, without an exponent. */
export function figureText(value: number): string {
  const digits = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  return value.toFixed(Math.min(4, Math.max(0, 2 - digits)));
}

export const targetText = (target: Target | null): string => {
  if (target === null) return "";
  return "atLeast" in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`;
};

/** A ratio with two decimals; more where two would put it on the other side of its target. Other figures with three digits. */
export function judgedText({ value, target, isRatio }: Row): string {
  if (!isRatio) return figureText(value);
  const isTold = (decimals: number): boolean =>
    target === null || meets(Number(value.toFixed(decimals)), target) === meets(value, target);
  return value.toFixed([2, 3, 4].find(isTold) ?? 5);
}

function valueText(row: Row): string {
  const { values } = row;
  if (values.length === 1) return judgedText(row);
  const text = (value: number): string => (row.isRatio ? value.toFixed(2) : figureText(value));
  return `${judgedText(row)} (${text(Math.min(...values))}–${text(Math.max(...values))})`;
}

/** What a row is, in words: "1024², 16 images, two cores". */
export const workText = ({ work, cores }: Pick<Row, "work" | "cores">): string =>
  cores === null ? work : `${work}, ${cores === 1 ? "one core" : "two cores"}`;

/** A table's columns: the head, and the cell of a row. A section lacks those that it has no name for. */
function columns(
  text: SectionText,
  aboutCores: boolean,
): readonly (readonly [string, (row: Row | SkippedRow) => string])[] {
  const measured = (tell: (row: Row) => string) => (row: Row | SkippedRow) =>
    "skipped" in row ? "" : tell(row);
  const known = (figure: number | null): string => (figure === null ? "" : figureText(figure));
  const side = (head: string | null, cell: (row: Row | SkippedRow) => string) =>
    head === null ? [] : [[head, cell] as const];
  return [
    [aboutCores ? "work (px)" : "what", ({ work }) => work],
    ...(aboutCores ? [["cores", ({ cores }: Row | SkippedRow) => `${cores}`] as const] : []),
    ...side(text.own, ({ own }) => known(own)),
    ...side(
      text.other,
      measured(({ other }) => known(other)),
    ),
    [text.value, (row) => ("skipped" in row ? "not measured" : valueText(row))],
    ["target", ({ target }) => targetText(target)],
    ["met", measured(({ met }) => (met === null ? "" : met ? "yes" : "**no**"))],
  ];
}

/** The table of one section. */
export function sectionTable(rows: readonly (Row | SkippedRow)[], section: Section): string {
  const own = rows.filter((row) => row.section === section);
  const shown = columns(
    TEXTS[section],
    own.some(({ cores }) => cores !== null),
  );
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    line(shown.map(([head]) => head)),
    `|${"---|".repeat(shown.length)}`,
    ...own.map((row) => line(shown.map(([, cell]) => cell(row)))),
  ].join("\n");
}
