// The heading that all small drawings of one network share.
import type { ModelEvaluation } from "../evaluate/index.ts";
import { roleMark, text } from "./drawing.ts";
import { formatMpp } from "./format.ts";
import { type Markup, markup, shorten } from "./markup.ts";
import { COLOURS } from "./palette.ts";
import { ROLES, type RoleStyle } from "./roles.ts";

/** Height that {@link panelHead} takes, in px. */
export const HEAD_HEIGHT = 40;

/** What a small drawing is about: a name over a quieter line, and the mark it has in all figures. */
export interface Topic {
  readonly name: string;
  readonly detail: string;
  readonly style: Omit<RoleStyle, "one" | "many">;
}

/** A model as the topic of a drawing. */
export function modelTopic(model: ModelEvaluation): Topic {
  const style = ROLES[model.role];
  return { name: model.name, detail: `${style.one}, ${formatMpp(model.mpp)}`, style };
}

/** A topic's mark, name and detail at the top left of a panel. */
export function panelHead({ name, detail, style }: Topic, width: number): Markup {
  return markup`<g><title>${name}</title>${roleMark(7, 10, style, 5)}${text(19, 14.5, shorten(name, Math.floor((width - 24) / 8)), { size: 14, bold: true })}${text(19, 31, shorten(detail, Math.floor((width - 19) / 6.2)), { size: 11.5, colour: COLOURS.muted })}</g>`;
}
