// The few shapes that figures are made of, as SVG markup, and panels: drawings of a known size.

import { type Markup, markup, NOTHING, type Piece } from "./markup.ts";
import { COLOURS } from "./palette.ts";
import type { RoleStyle } from "./roles.ts";

/** A drawing of a known size; several make a figure. */
export interface Panel {
  readonly width: number;
  readonly height: number;
  /** What the drawing shows, for a reader who cannot see it. */
  readonly description: string;
  readonly body: Markup;
}

// Only fonts that a system names itself; the last word is always "sans-serif".
export const FONT_FAMILY =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif";

/** How text is set. */
export interface TextStyle {
  readonly size?: number;
  readonly colour?: string;
  readonly anchor?: "start" | "middle" | "end";
  readonly bold?: boolean;
  /** Degrees, around the text's own point. */
  readonly rotate?: number;
  /** Paints the ground around the letters, so that they stay readable over lines. */
  readonly halo?: boolean;
}

/** Text; `y` is its base line. */
export function text(x: number, y: number, content: Piece, style: TextStyle = {}): Markup {
  const { size = 12, colour = COLOURS.ink, anchor = "start", bold = false, rotate, halo = false } = style;
  const turn = rotate === undefined ? NOTHING : markup` transform="rotate(${rotate} ${x} ${y})"`;
  const ground = halo
    ? markup` stroke="${COLOURS.paper}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"`
    : NOTHING;
  const weight = bold ? markup` font-weight="600"` : NOTHING;
  return markup`<text x="${x}" y="${y}" font-size="${size}" fill="${colour}" text-anchor="${anchor}"${weight}${turn}${ground}>${content}</text>`;
}

/** A rough width of text in px; generous, since the font is not known. */
export function textWidth(content: string, size: number): number {
  return [...content].length * size * 0.56;
}

/** How a line is drawn. */
export interface LineStyle {
  readonly colour?: string;
  readonly width?: number;
  readonly dash?: string;
  readonly opacity?: number;
}

/** A line through points, left out with fewer than two. */
export function line(points: readonly (readonly [number, number])[], style: LineStyle = {}): Markup {
  const { colour = COLOURS.axis, width = 1, dash = "", opacity = 1 } = style;
  if (points.length < 2) return NOTHING;
  const path = points.map(([x, y], index) => `${index === 0 ? "M" : "L"}${round(x)} ${round(y)}`).join("");
  const dashes = dash === "" ? NOTHING : markup` stroke-dasharray="${dash}"`;
  const faint = opacity === 1 ? NOTHING : markup` stroke-opacity="${opacity}"`;
  return markup`<path d="${path}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linejoin="round"${dashes}${faint}/>`;
}

/** A filled rectangle. */
export function rectangle(
  x: number,
  y: number,
  width: number,
  height: number,
  colour: string,
  opacity = 1,
): Markup {
  return markup`<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${colour}" fill-opacity="${opacity}"/>`;
}

/** What of a role its mark shows. */
export type MarkStyle = Pick<RoleStyle, "colour" | "mark" | "hollow">;

/** The mark of a role, centred, with a rim of the ground's colour so that overlapping marks stay apart. */
export function roleMark(x: number, y: number, role: MarkStyle, radius = 6): Markup {
  if (role.hollow === true)
    return markup`<path d="${markPath(x, y, role.mark, radius - 0.75)}" fill="${COLOURS.paper}" stroke="${role.colour}" stroke-width="1.75"/>`;
  return markup`<path d="${markPath(x, y, role.mark, radius)}" fill="${role.colour}" stroke="${COLOURS.paper}" stroke-width="1.5" paint-order="stroke"/>`;
}

function markPath(x: number, y: number, mark: RoleStyle["mark"], r: number): string {
  const at = (dx: number, dy: number) => `${round(x + dx)} ${round(y + dy)}`;
  const t = r / 2.6;
  if (mark === "circle") return `M${at(-r, 0)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
  if (mark === "square") return `M${at(-r, -r)}h${2 * r}v${2 * r}h${-2 * r}z`;
  if (mark === "triangle") return `M${at(0, -1.15 * r)}L${at(1.1 * r, 0.85 * r)}L${at(-1.1 * r, 0.85 * r)}z`;
  if (mark === "down") return `M${at(0, 1.15 * r)}L${at(1.1 * r, -0.85 * r)}L${at(-1.1 * r, -0.85 * r)}z`;
  if (mark === "pentagon") {
    const corner = (turn: number) => at(1.15 * r * Math.sin(turn), -1.15 * r * Math.cos(turn));
    return `M${[0, 1, 2, 3, 4].map((index) => corner((index * 2 * Math.PI) / 5)).join("L")}z`;
  }
  if (mark === "diamond")
    return `M${at(0, -1.3 * r)}L${at(1.3 * r, 0)}L${at(0, 1.3 * r)}L${at(-1.3 * r, 0)}z`;
  return `M${at(-r, -t)}L${at(-t, -t)}L${at(-t, -r)}L${at(t, -r)}L${at(t, -t)}L${at(r, -t)}L${at(r, t)}L${at(t, t)}L${at(t, r)}L${at(-t, r)}L${at(-t, t)}L${at(-r, t)}z`;
}

/** Wraps marks with a text that shows on hovering. */
export function withTitle(title: string, ...content: readonly Markup[]): Markup {
  return markup`<g><title>${title}</title>${content}</g>`;
}

/** A panel as an SVG element for the page. */
export function panelSvg(panel: Panel): Markup {
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${panel.width} ${panel.height}" width="${panel.width}" height="${panel.height}" role="img" aria-label="${panel.description}" font-family="${FONT_FAMILY}">${panel.body}</svg>`;
}

/** How a sheet is laid out. */
export interface SheetStyle {
  /** Panels are set side by side as far as they fit; 1120 px by default. */
  readonly width?: number;
  /** A family that the programs that print the file know. */
  readonly font?: string;
  /** Drawn once, under the title. */
  readonly legend?: Panel;
}

/** Panels in a grid as one SVG file that stands alone, on its own ground. */
export function sheetSvg(title: string, panels: readonly Panel[], style: SheetStyle = {}): Markup {
  const { width: sheetWidth = 1120, font = FONT_FAMILY, legend } = style;
  const gap = 28;
  const cell = Math.max(...panels.map((panel) => panel.width));
  const columns = Math.max(1, Math.min(panels.length, Math.floor((sheetWidth + gap) / (cell + gap))));
  const width = Math.max(columns * (cell + gap) - gap, legend?.width ?? 0) + 32;
  const top = 48 + (legend === undefined ? 0 : legend.height + 12);
  const starts = [top];
  for (let first = 0; first < panels.length; first += columns)
    starts.push(
      starts.at(-1)! + gap + Math.max(...panels.slice(first, first + columns).map((panel) => panel.height)),
    );
  const height = starts.at(-1)! - gap + 16;
  const placed = panels.map((panel, index) => {
    const x = 16 + (index % columns) * (cell + gap);
    const y = starts[Math.floor(index / columns)]!;
    return markup`<g transform="translate(${x} ${y})">${panel.body}</g>\n`;
  });
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${title}" font-family="${font}">
${rectangle(0, 0, width, height, COLOURS.paper)}${text(16, 28, title, { size: 15, bold: true })}
${legend === undefined ? NOTHING : markup`<g transform="translate(16 44)">${legend.body}</g>`}${placed}</svg>\n`;
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
