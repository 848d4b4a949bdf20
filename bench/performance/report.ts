// The report, made from the record alone: tables, and sentences that say which targets are met and which are not. What a
// person has to explain stands in results/performance-notes.md, which the report links to.

import { meets, type Target } from "./ratios.ts";
import type { PerformanceRecord, RecordFacts, Row, SkippedRow } from "./record.ts";
import { SECTIONS, type Section } from "./rows.ts";

/** What a section is called, what its numbers are, and what one has to know to read them. */
interface SectionText {
  readonly title: string;
  readonly own: string | null;
  readonly other: string | null;
  readonly value: string;
  readonly sentence: string;
}

const MILLISECONDS = { own: "lowmag, ms/image", other: "PyTorch, ms/image", value: "times as fast (range)" };

const TEXTS: Readonly<Record<Section, SectionText>> = {
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
    title: "The same for tiles, 64 in a step",
    ...MILLISECONDS,
    sentence: "Images of tile data sets.",
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
  memory: {
    title: "Peak memory of a training step",
    own: "lowmag",
    other: "beside",
    value: "share (range)",
    sentence: "Megabytes of the whole process, one core; beside it PyTorch, but for the last row.",
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

/** Two decimals; more where two would put the figure on the other side of its target. */
function judgedText({ value, target }: Row): string {
  const isTold = (decimals: number): boolean =>
    target === null || meets(Number(value.toFixed(decimals)), target) === meets(value, target);
  return value.toFixed([2, 3, 4].find(isTold) ?? 5);
}

function valueText(row: Row): string {
  const { values } = row;
  if (values.length === 1) return judgedText(row);
  return `${judgedText(row)} (${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)})`;
}

/** What a row is, in words: "1024², 16 images, two cores". */
export const workText = ({ work, cores }: Pick<Row, "work" | "cores">): string =>
  cores === null ? work : `${work}, ${cores === 1 ? "one core" : "two cores"}`;

function cells(row: Row | SkippedRow, text: SectionText): readonly string[] {
  const cores = row.cores === null ? "" : `${row.cores}`;
  const figures = [...(text.own === null ? [] : [""]), ...(text.other === null ? [] : [""])];
  if ("skipped" in row) return [row.work, cores, ...figures, "not measured", targetText(row.target), ""];
  const met = row.met === null ? "" : row.met ? "yes" : "**no**";
  const sides = [row.own, row.other]
    .slice(0, figures.length)
    .map((side) => (side === null ? "" : figureText(side)));
  return [row.work, cores, ...sides, valueText(row), targetText(row.target), met];
}

/** The table of one section. */
export function sectionTable(rows: readonly (Row | SkippedRow)[], section: Section): string {
  const text = TEXTS[section];
  const own = rows.filter((row) => row.section === section);
  const heads = [
    own.some(({ cores }) => cores !== null) ? "work (px)" : "what",
    "cores",
    text.own,
    text.other,
    text.value,
    "target",
    "met",
  ];
  const head = heads.filter((cell) => cell !== null);
  // A section whose rows are not about cores has no such column.
  const kept = own.some(({ cores }) => cores !== null) ? head : head.filter((cell) => cell !== "cores");
  const line = (row: readonly string[]): string =>
    `| ${(kept === head ? row : row.filter((_, column) => column !== 1)).join(" | ")} |`;
  return [
    `| ${kept.join(" | ")} |`,
    `|${"---|".repeat(kept.length)}`,
    ...own.map((row) => line(cells(row, text))),
  ].join("\n");
}

/** Sentences on what is met, what is not, and what was not measured. */
export function verdict(rows: readonly (Row | SkippedRow)[]): string {
  const judged = rows.filter((row): row is Row => !("skipped" in row) && row.met !== null);
  const missed = judged.filter(({ met }) => met === false);
  const skipped = rows.filter((row): row is SkippedRow => "skipped" in row);
  const missedTexts = missed.map(
    (row) =>
      `- ${TEXTS[row.section].title}, ${workText(row)}: ${judgedText(row)}, target ${targetText(row.target)}.`,
  );
  const skippedTexts = skipped.map(
    (row) => `- ${TEXTS[row.section].title}, ${workText(row)}: ${row.skipped}.`,
  );
  return [
    `${judged.length - missed.length} of ${judged.length} targets are met${missed.length === 0 ? "." : "; not met:\n"}`,
    ...missedTexts,
    ...(skipped.length === 0 ? [] : ["\nNot measured:\n", ...skippedTexts]),
  ].join("\n");
}

function where(facts: RecordFacts & { readonly rounds: number }): string {
  const { machine, versions, commit, dirty, date, load, node, rounds } = facts;
  const instructions = machine.instructions === null ? "" : ` (${machine.instructions.join(", ")})`;
  const peer =
    versions.pytorch === null ? "no PyTorch" : `PyTorch ${versions.pytorch}, Python ${versions.python}`;
  const busy =
    load > 0.5 ? " **Others were at work on the machine: times on the clock are worth little.**" : "";
  return [
    `Measured ${date.slice(0, 10)} at commit ${commit.slice(0, 10)}${dirty ? " with uncommitted changes" : ""}, on ${machine.cpu}, ${machine.cores} cores${instructions}, ${machine.memoryGigabytes} GB;`,
    `Node ${node.replace(/^v/, "")}, ONNX Runtime ${versions.onnxruntime}, ${peer}. ${rounds === 1 ? "One round" : `${rounds} rounds, programs in turns`};`,
    `load before the start ${load.toFixed(2)}.${busy}`,
  ].join("\n");
}

/** The whole of results/performance.md. */
export function report(record: PerformanceRecord): string {
  const sections = SECTIONS.filter((section) => record.rows.some((row) => row.section === section));
  return [
    "# Speed and memory beside PyTorch",
    "<!-- Made from performance.json by `npm run bench`: change bench/performance or performance-notes.md, not this file. -->",
    "The network of the paper (ResNet-10-thin with group normalisation), float32. A ratio is made within a round; the table has the median of the rounds and their range. On one core CPU time counts, on two the clock, each program at its best threading. How it is measured, and why it is as it is: [performance-notes.md](performance-notes.md). Every round: [performance.json](performance.json). Command: `npm run bench`.",
    where(record),
    ...(record.partial ? ["**Partial: the run was broken off.**"] : []),
    verdict(record.rows),
    ...sections.flatMap((section) => [
      `## ${TEXTS[section].title}`,
      TEXTS[section].sentence,
      sectionTable(record.rows, section),
    ]),
  ]
    .join("\n\n")
    .concat("\n");
}
