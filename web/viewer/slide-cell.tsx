// One cell of the table: what a model answered, in words, numbers and bars.
import type { JSX } from "preact";
import type { SlideRow } from "../library.ts";
import type { SortKey } from "./address.ts";
import { classColour } from "./colours.ts";
import { LabelChip, ShareBar } from "./label-chip.tsx";
import { answerOf, probabilityOf } from "./rows.ts";
import { areaText, percentText } from "./scale.ts";
import type { SlideTableProps } from "./slide-table.tsx";

export function Cell(props: {
  row: SlideRow;
  column: SortKey;
  name: string;
  number: boolean;
  table: SlideTableProps;
}) {
  const content = contentOf(props.row, props.column, props.table);
  const kind = `${props.column}${props.number ? " number" : ""}${content === null ? " none" : ""}`;
  return (
    <td class={kind} data-name={props.name}>
      {content ?? "–"}
    </td>
  );
}

function contentOf(row: SlideRow, column: SortKey, table: SlideTableProps): JSX.Element | string | null {
  const answer = answerOf(row, table.model);
  if (column === "truth") return row.truth;
  if (column === "disagreement") return row.disagreement?.toFixed(3) ?? null;
  if (column === "label" && row.answers.length > 0) {
    return <Answer row={row} table={table} label={answer?.label ?? null} />;
  }
  if (answer === undefined) return null;
  if (column === "pieces") return String(answer.pieces);
  if (column === "area") return areaText(answer.tissueArea);
  const { className } = table.address;
  const share = probabilityOf(answer, table.model, className);
  if (share === null) return null;
  const colour = classColour(table.model?.classes.indexOf(className ?? answer.label) ?? 0);
  return (
    <span class="share">
      <ShareBar share={share} colour={colour} />
      {percentText(share)}
    </span>
  );
}

/** The label, and below it the other models' labels where they differ. */
function Answer(props: { row: SlideRow; table: SlideTableProps; label: string | null }): JSX.Element {
  const { models, model } = props.table;
  const others = props.row.answers.filter(({ label }) => label !== props.label);
  return (
    <>
      {props.label === null ? "–" : <LabelChip label={props.label} model={model} />}
      {others.map((other) => (
        <span key={other.model} class="other">
          {`${models.find(({ id }) => id === other.model)?.name ?? "another"}: ${other.label}`}
        </span>
      ))}
    </>
  );
}
