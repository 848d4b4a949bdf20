// A page of pairs of images that show the same tissue, for a person to judge: people look rather than read.
import type { LeakImage, LeakPair, LeakReport } from "../dataset/index.ts";
import { formatCount } from "./format.ts";
import { type Markup, markup } from "./markup.ts";
import { renderFrame } from "./page-frame.ts";
import { detailList } from "./page-head.ts";

/** Two or three pictures side by side in one: the first, the second, the second laid on the first. */
export interface LeakPicture {
  readonly jpeg: Uint8Array;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** What the page is made from: a picture for each of the first pairs of the report. */
export interface LeakPageInput {
  /** Version of lowmag. */
  readonly lowmag: string;
  readonly report: LeakReport;
  readonly pictures: readonly LeakPicture[];
}

const SECTIONS = [
  ["leak", "Leaks", "In two splits: what is measured on one was learned from the other."],
  ["allowed", "Allowed", "In two splits, let pass by name."],
  ["within", "Not in two splits", "No leak, but fewer independent images than files."],
] as const;

/** The whole page as text. */
export function renderLeakPage({ lowmag, report, pictures }: LeakPageInput): string {
  const { checks, pairs, notes } = report;
  const lines = checks.map(({ name, compared }) => `${name}: ${compared}`);
  const shown = pictures.length < pairs.length ? `The first ${formatCount(pictures.length)} of ` : "";
  return renderFrame({
    title: "Pairs of images that belong together",
    lowmag,
    header: markup`<p class="finding">${shown}${formatCount(pairs.length)} ${pairs.length === 1 ? "pair" : "pairs"} found.</p>
${detailList([...lines, ...notes])}
<p class="basis">Of each pair: the first image, the second, and, where pictures were compared, the second laid on the first.</p>`,
    sections: SECTIONS.map(([state, title, lead]) => ({
      id: state,
      title,
      lead,
      body: markup`${pictures.flatMap((picture, i) => (pairs[i]!.state === state ? [drawPair(pairs[i]!, picture)] : []))}`,
    })),
    footer: `Made by lowmag ${lowmag}.`,
    hasFiles: false,
  });
}

function drawPair(pair: LeakPair, { jpeg, width, height }: LeakPicture): Markup {
  const { kind, first, second, score, how } = pair;
  const data = `data:image/jpeg;base64,${Buffer.from(jpeg).toString("base64")}`;
  const likeness = kind === "near-duplicate" ? `, likeness ${score.toFixed(2)}` : "";
  return markup`<figure><img src="${data}" width="${width}" height="${height}" alt="${first.id} beside ${second.id}"><figcaption>${nameOf(first)}<br>${nameOf(second)}<br><span class="quiet">${kind}${likeness}: ${how}</span></figcaption></figure>\n`;
}

function nameOf({ id, label, patient, split }: LeakImage): Markup {
  const facts = [
    split ?? "no split",
    label ?? "unlabelled",
    ...(patient === null ? [] : [`patient ${patient}`]),
  ];
  return markup`<span class="name">${id}</span> <span class="quiet">${facts.join(" · ")}</span>`;
}
