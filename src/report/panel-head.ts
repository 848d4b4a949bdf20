// The heading that all small drawings of one model share.
import type { ModelEvaluation } from "../evaluate/index.ts";
import { roleMark, text } from "./drawing.ts";
import { formatMpp } from "./format.ts";
import { type Markup, markup, shorten } from "./markup.ts";
import { COLOURS } from "./palette.ts";
import { ROLES } from "./roles.ts";

/** Height that {@link panelHead} takes, in px. */
export const HEAD_HEIGHT = 40;

/** A model's mark, name, role and resolution at the top left of a panel. */
export function panelHead(model: ModelEvaluation, width: number): Markup {
  const role = ROLES[model.role];
  return markup`<g><title>${model.name}</title>${roleMark(7, 10, role, 5)}${text(19, 14.5, shorten(model.name, Math.floor((width - 24) / 8)), { size: 14, bold: true })}${text(19, 31, `${role.one}, ${formatMpp(model.mpp)}`, { size: 11.5, colour: COLOURS.muted })}</g>`;
}
