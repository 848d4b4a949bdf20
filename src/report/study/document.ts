// The report as a document: sections of blocks, made once and written twice, as HTML and as Markdown, so that both say the
// same. Text is plain; whoever writes it escapes it.
import type { ExampleTissue } from "../input.ts";
import type { Figure } from "./figure.ts";

/** A cell of a table: text, a quieter second line, and why it is missing where it is. */
export interface TextCell {
  readonly main: string;
  readonly sub?: string;
  /** Why the value is not available; `main` is then "n/a". */
  readonly missing?: string;
}

/** A row; its first cell is its heading. */
export type TableRow = readonly (TextCell | string)[];

/** Rows under a common heading of their own, or under none (""). */
export interface TablePart {
  readonly title: string;
  readonly rows: readonly TableRow[];
}

/** A part of a section. */
export type Block =
  | { readonly kind: "text"; readonly text: string; readonly tone?: "quiet" }
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly string[] }
  | { readonly kind: "facts"; readonly facts: readonly (readonly [name: string, value: string])[] }
  | {
      readonly kind: "table";
      readonly label: string;
      readonly caption: string;
      readonly heading: readonly string[];
      readonly parts: readonly TablePart[];
      /** Columns of words, aligned to the left, by index. */
      readonly words?: readonly number[];
      /** What a reader opens to see it; shown at once without. */
      readonly folded?: string;
    }
  | {
      readonly kind: "figure";
      readonly figure: Figure;
      /** The section's heading is the figure's. */
      readonly untitled?: boolean;
    }
  | { readonly kind: "tissue"; readonly examples: readonly ExampleTissue[]; readonly figure: Figure }
  | { readonly kind: "code"; readonly text: string; readonly folded?: string };

/** A section; left out without blocks. */
export interface Section {
  /** Of lower-case letters. */
  readonly id: string;
  readonly title: string;
  readonly lead: string;
  readonly blocks: readonly Block[];
}

/** What the head of the report says. */
export interface Headline {
  readonly sentence: string;
  readonly details: readonly string[];
  readonly basis: string;
  /** The table of the answer, where there is one. */
  readonly numbers: Block | null;
  readonly facts: readonly (readonly [name: string, value: string])[];
}

/** The whole report, unwritten. */
export interface StudyDocument {
  readonly title: string;
  readonly lowmag: string;
  readonly headline: Headline;
  /** What must not be overlooked, after "Research use only." */
  readonly warning: string;
  readonly sections: readonly Section[];
  readonly footer: string;
}

/** A cell as an object. */
export function textCell(cell: TextCell | string): TextCell {
  return typeof cell === "string" ? { main: cell } : cell;
}

/** A table of one part. */
export function simpleTable(
  label: string,
  caption: string,
  heading: readonly string[],
  rows: readonly TableRow[],
  more: { words?: readonly number[]; folded?: string } = {},
): Block {
  return { kind: "table", label, caption, heading, parts: [{ title: "", rows }], ...more };
}
