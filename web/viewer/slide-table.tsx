// The table itself: sortable heads, one row per slide, more rows as one scrolls.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ModelView, SlideRow } from "../library.ts";
import { type Address, formatAddress, type SortKey } from "./address.ts";
import { Sentence } from "./sentence.tsx";
import { Cell } from "./slide-cell.tsx";
import { Thumbnail, type Thumbnails } from "./thumbnail.tsx";
import type { UpdateAddress } from "./use-address.ts";

/** Rows drawn at first, and added whenever the end comes into sight. */
const BATCH = 100;

export interface SlideTableProps {
  readonly rows: readonly SlideRow[];
  readonly models: readonly ModelView[];
  readonly model: ModelView | null;
  readonly address: Address;
  readonly update: UpdateAddress;
  readonly thumbnails: Thumbnails;
  /** Id of the slide one comes back from. */
  readonly last: string | null;
}

interface Column {
  readonly key: SortKey;
  readonly name: string;
  /** Numbers: to the right, and highest first when first sorted. */
  readonly number: boolean;
}

export function SlideTable(props: SlideTableProps): JSX.Element {
  const { rows } = props;
  const columns = columnsOf(props);
  const [count, setCount] = useState(BATCH);
  const end = useRef<HTMLDivElement>(null);
  const table = useRef<HTMLTableElement>(null);
  useEffect(() => {
    // Back from a slide one finds one's place again.
    const links = table.current?.querySelectorAll<HTMLAnchorElement>("a.open") ?? [];
    for (const link of links) if (link.dataset.slide === props.last) link.focus();
  }, []);
  // Looked at anew when the rows in sight may have changed.
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) setCount((shown) => shown + BATCH);
    });
    if (end.current !== null) observer.observe(end.current);
    return () => observer.disconnect();
  }, [count, rows.length]);
  return (
    <>
      <table ref={table} class="slides" aria-rowcount={rows.length + 1} onKeyDown={walkRows}>
        <thead>
          <tr>
            <th class="picture" scope="col">
              <span class="unseen">Picture</span>
            </th>
            {columns.map((column) => (
              <Head key={column.key} column={column} address={props.address} update={props.update} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, count).map((row) => (
            <Row key={row.id} row={row} columns={columns} table={props} />
          ))}
        </tbody>
      </table>
      {count < rows.length && <div ref={end} class="more" />}
    </>
  );
}

function columnsOf({ rows, models, address }: SlideTableProps): readonly Column[] {
  const columns: readonly (Column | false)[] = [
    { key: "name", name: "Slide", number: false },
    { key: "label", name: "Answer", number: false },
    { key: "probability", name: address.className ?? "Probability", number: true },
    rows.some((row) => row.truth !== null) && { key: "truth", name: "Truth", number: false },
    models.length > 1 && { key: "disagreement", name: "Disagreement", number: true },
    { key: "pieces", name: "Pieces", number: true },
    { key: "area", name: "Tissue", number: true },
  ];
  return columns.filter((column) => column !== false);
}

function Head(props: { column: Column; address: Address; update: UpdateAddress }): JSX.Element {
  const { column, address, update } = props;
  const sorted = address.sort === column.key;
  const direction = address.descending ? "descending" : "ascending";
  const sort = () => update({ sort: column.key, descending: sorted ? !address.descending : column.number });
  return (
    <th
      scope="col"
      class={`${column.key}${column.number ? " number" : ""}`}
      aria-sort={sorted ? direction : "none"}
    >
      <button type="button" onClick={sort}>
        {column.name}
        <span class="arrow" aria-hidden="true">
          {sorted ? (address.descending ? "▼" : "▲") : "▽"}
        </span>
      </button>
    </th>
  );
}

function Row(props: { row: SlideRow; columns: readonly Column[]; table: SlideTableProps }): JSX.Element {
  const { row, columns, table } = props;
  const href = `#${formatAddress({ ...table.address, slide: row.id, place: null, piece: null })}`;
  return (
    <tr>
      <td class="picture">
        <Thumbnail id={row.id} thumbnails={table.thumbnails} />
      </td>
      {columns.map(({ key, name, number }) =>
        key === "name" ? (
          <th key={key} scope="row" class="name">
            <a href={href} class="open" data-slide={row.id}>
              {row.name}
            </a>
            {row.problem !== null && (
              <span class="problem">
                <Sentence text={row.problem} />
              </span>
            )}
          </th>
        ) : (
          <Cell key={key} row={row} column={key} name={name} number={number} table={table} />
        ),
      )}
    </tr>
  );
}

/** Arrow keys walk from row to row. */
function walkRows(event: KeyboardEvent & { readonly currentTarget: HTMLTableElement }): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined || !(event.target instanceof HTMLAnchorElement)) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLAnchorElement>("a.open")];
  const next = links[links.indexOf(event.target) + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}
