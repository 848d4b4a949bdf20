// A figure of a study: panels of a column's width, the key that they share, and the numbers behind them.
import { type MarkStyle, type Panel, roleMark, sheetSvg, text, textWidth } from "../drawing.ts";
import type { ReportFigure } from "../input.ts";
import { type Markup, markup, NOTHING, shorten } from "../markup.ts";

/**
 * Width of a panel in px: two of them side by side fill a page of a journal (about 180 mm), one a column, with text of
 * 7 to 8 points; one alone fills a phone.
 */
export const COLUMN = 352;

/** Width of a small panel: three of them side by side fill the page. */
export const THIRD = 226;

// Families that programs for print know; the last is always there.
const PRINT_FONT = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif";

/** Width of a sheet: a page of a journal. */
const PAGE = 3 * THIRD + 2 * 28;

/** An entry of a figure's key. */
export interface KeyEntry {
  readonly label: string;
  readonly style: MarkStyle & { readonly dash: string };
  /** A line is drawn with the mark. */
  readonly line: boolean;
}

/** A figure. */
export interface Figure {
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  readonly panels: readonly Panel[];
  readonly size: "third" | "column" | "page";
  readonly key: readonly KeyEntry[];
  readonly csv: string;
}

/** A figure as files. */
export function studyFigureFile({ name, title, panels, key, csv }: Figure): ReportFigure {
  const legend = key.length === 0 ? {} : { legend: keyPanel(key, PAGE) };
  const svg = sheetSvg(title, panels, { width: PAGE, font: PRINT_FONT, ...legend }).text;
  return { name, svg, csv };
}

/** The mark of an entry, on its line. */
export function keyMark({ style, line }: KeyEntry, x: number, y: number): Markup {
  const dash = style.dash === "" ? NOTHING : markup` stroke-dasharray="${style.dash}"`;
  const stroke = line
    ? markup`<path d="M${x} ${y}h26" fill="none" stroke="${style.colour}" stroke-width="1.75"${dash}/>`
    : NOTHING;
  return markup`${stroke}${roleMark(x + 13, y, style, 4.5)}`;
}

/** The entries in as many rows as they need. */
function keyPanel(key: readonly KeyEntry[], width: number): Panel {
  const size = 11.5;
  let x = 0;
  let y = 8;
  const drawn = key.map((entry) => {
    const label = shorten(entry.label, 60);
    const taken = 32 + textWidth(label, size) + 20;
    if (x > 0 && x + taken > width) {
      x = 0;
      y += 18;
    }
    const own = markup`<g><title>${entry.label}</title>${keyMark(entry, x, y)}${text(x + 32, y + 4, label, { size })}</g>`;
    x += taken;
    return own;
  });
  return { width, height: y + 10, description: "Key", body: markup`${drawn}` };
}
