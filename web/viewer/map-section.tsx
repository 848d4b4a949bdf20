// The switches of what is drawn over the slide: models, heat map and its opacity, outlines, labels.
import type { JSX } from "preact";
import type { Answer } from "./answers.ts";
import type { SidePanelProps } from "./side-panel.tsx";
import { Choice } from "./table-screen.tsx";

export function MapSection(props: SidePanelProps & { answer: Answer | null }): JSX.Element {
  const { address, update } = props;
  return (
    <section class="map">
      <h2>Map</h2>
      {props.models.length > 1 && <ModelChoices {...props} />}
      <Switch name="Heat map" hint="h" on={address.heat} onChange={(heat) => update({ heat })} />
      <label class="slider">
        <span>Opacity</span>
        <input
          type="range"
          min={0}
          max={100}
          step={5}
          value={address.opacity}
          disabled={!address.heat}
          aria-valuetext={`${address.opacity} percent`}
          onInput={(event) => update({ opacity: Number(event.currentTarget.value) })}
        />
        <output>{`${address.opacity} %`}</output>
      </label>
      <Switch name="Outlines" hint="o" on={address.outlines} onChange={(outlines) => update({ outlines })} />
      <Switch name="Labels" hint="l" on={address.labels} onChange={(labels) => update({ labels })} />
    </section>
  );
}

function ModelChoices({ models, model, second, update }: SidePanelProps): JSX.Element {
  const named = models.map(({ id, name, mpp }) => [id, `${name} · ${mpp} µm/px`] as const);
  const change = (id: string) =>
    update({ model: id, beside: second?.id === id ? null : (second?.id ?? null) });
  return (
    <div class="model-choices">
      <Choice name="Model" value={model?.id ?? ""} options={named} onChange={change} />
      <Choice
        name="Beside it"
        value={second?.id ?? ""}
        options={[["", "none"], ...named.filter(([id]) => id !== model?.id)]}
        onChange={(id) => update({ beside: id === "" ? null : id })}
      />
    </div>
  );
}

function Switch(props: {
  name: string;
  /** The key that does the same. */
  hint: string;
  on: boolean;
  onChange: (on: boolean) => void;
}): JSX.Element {
  return (
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        aria-checked={props.on}
        checked={props.on}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <span>{props.name}</span>
      <kbd title="Key">{props.hint}</kbd>
    </label>
  );
}
