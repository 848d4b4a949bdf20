// The table of slides with what narrows it down.
import type { JSX } from "preact";
import type { ModelView, SlideRow } from "../library.ts";
import type { Address } from "./address.ts";
import { labelsIn, shownRows } from "./rows.ts";
import { Sentence } from "./sentence.tsx";
import { SlideTable } from "./slide-table.tsx";
import type { Thumbnails } from "./thumbnail.tsx";
import type { UpdateAddress } from "./use-address.ts";

export interface TableScreenProps {
  readonly rows: readonly SlideRow[];
  readonly models: readonly ModelView[];
  readonly model: ModelView | null;
  readonly address: Address;
  readonly update: UpdateAddress;
  readonly thumbnails: Thumbnails;
  /** Id of the slide one comes back from; `null` at first. */
  readonly last: string | null;
  /** What to do where there are no slides, in a sentence. */
  readonly empty: string;
}

/** The slides as a table. */
export function TableScreen(props: TableScreenProps): JSX.Element {
  const { rows, address, model, update } = props;
  if (rows.length === 0) {
    return (
      <div class="message">
        <h2>No slides yet</h2>
        <p>
          <Sentence text={props.empty} />
        </p>
      </div>
    );
  }
  const shown = shownRows(rows, address, model);
  return (
    <section class="table-screen" aria-label="Slides">
      <Tools {...props} />
      <p class="count" role="status">
        {shown.length === rows.length
          ? `${rows.length} ${rows.length === 1 ? "slide" : "slides"}`
          : `${shown.length} of ${rows.length} slides`}
      </p>
      {shown.length === 0 ? (
        <div class="message">
          <p>No slide matches.</p>
          <button type="button" class="button" onClick={() => update({ filter: "", only: null })}>
            Show all slides
          </button>
        </div>
      ) : (
        <SlideTable {...props} rows={shown} />
      )}
    </section>
  );
}

function Tools({ rows, models, model, address, update }: TableScreenProps): JSX.Element {
  return (
    <search class="tools">
      <label class="field grow">
        <span>Find</span>
        <input
          id="find"
          type="search"
          value={address.filter}
          placeholder="name, answer, truth"
          onInput={(event) => update({ filter: event.currentTarget.value })}
        />
      </label>
      {models.length > 1 && (
        <Choice
          name="Model"
          value={model?.id ?? ""}
          options={models.map(({ id, name }) => [id, name])}
          onChange={(id) => update({ model: id })}
        />
      )}
      <Choice
        name="Answer"
        value={address.only ?? ""}
        options={[["", "all"], ...labelsIn(rows, model).map((label) => [label, label] as const)]}
        onChange={(label) => update({ only: label === "" ? null : label })}
      />
      <Choice
        name="Probability of"
        value={address.className ?? ""}
        options={[["", "the answer"], ...(model?.classes ?? []).map((name) => [name, name] as const)]}
        onChange={(name) => update({ className: name === "" ? null : name })}
      />
    </search>
  );
}

/** A labelled choice of one. */
export function Choice(props: {
  name: string;
  value: string;
  options: readonly (readonly [value: string, text: string])[];
  onChange: (value: string) => void;
}): JSX.Element {
  return (
    <label class="field">
      <span>{props.name}</span>
      <select value={props.value} onChange={(event) => props.onChange(event.currentTarget.value)}>
        {props.options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
