// Text on several rows, for drawings: SVG does not break lines by itself.
import { textWidth } from "../drawing.ts";
import { shorten } from "../markup.ts";

/** Rows of at most `width` px at a size; a word that is too long is shortened. */
export function wrapText(content: string, width: number, size: number, rows = 4): string[] {
  const room = Math.max(4, Math.floor(width / textWidth("x", size)));
  const lines: string[] = [];
  let current = "";
  for (const word of content.replace(/\s+/g, " ").trim().split(" ")) {
    const own = shorten(word, room);
    const longer = current === "" ? own : `${current} ${own}`;
    if ([...longer].length <= room) current = longer;
    else {
      lines.push(current);
      current = own;
    }
  }
  lines.push(current);
  if (lines.length <= rows) return lines;
  return [...lines.slice(0, rows - 1), `${shorten(lines[rows - 1]!, room - 1)}…`];
}
