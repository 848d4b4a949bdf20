// Markup that is escaped by construction. Every string that goes through the `markup` tag is escaped, for HTML and for
// SVG alike; only the literal parts of a template and other `Markup` are taken as they are. Class names, file names and
// patient identifiers are hostile, so nothing else in this room may join strings into tags.

/** Text that is safe to place in a page. Made by {@link markup}; the constructor is for constant style and data only. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** What a template takes: text and numbers are escaped, markup is kept, lists are joined, null is left out. */
export type Piece = string | number | Markup | null | readonly Piece[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

// Control characters are not allowed in XML; bidirectional controls can make a name read as another.
const UNSAFE_CHARACTERS = /(?![\t\n\r])[\p{Surrogate}\p{Cc}\p{Bidi_Control}\ufffe\uffff]/gu;

/** Replaces characters that cannot be shown honestly (controls, bidirectional overrides, lone surrogates). */
export function cleanText(text: string): string {
  return text.replace(UNSAFE_CHARACTERS, "\ufffd");
}

/** Escapes text for element content and for double-quoted attributes. */
export function escapeText(text: string): string {
  return cleanText(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/**
 * The tag that makes markup: ``markup`<td>${className}</td>` ``. Attributes must be written in double quotes.
 * Numbers are taken for geometry and rounded to a hundredth; a number to be read goes through `format.ts` first.
 */
export function markup(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  let text = parts[0]!;
  for (const [index, piece] of pieces.entries()) text += render(piece) + parts[index + 1]!;
  return new Markup(text);
}

/** Nothing, where a piece is optional. */
export const NOTHING = new Markup("");

function render(piece: Piece): string {
  if (piece === null) return "";
  if (piece instanceof Markup) return piece.text;
  if (typeof piece === "number") return `${Number(piece.toFixed(2))}`;
  if (typeof piece === "string") return escapeText(piece);
  return piece.map(render).join("");
}

/** Cuts text to at most `length` characters, with an ellipsis in the middle: the two ends of a name tell most. */
export function shorten(text: string, length: number): string {
  const characters = [...text];
  if (characters.length <= length) return text;
  const tail = Math.floor((length - 1) / 3);
  const head = length - 1 - tail;
  return `${characters.slice(0, head).join("")}…${tail > 0 ? characters.slice(-tail).join("") : ""}`;
}
