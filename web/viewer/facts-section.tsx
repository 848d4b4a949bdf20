// What is known of the slide's file, of the model and of how the answer came about.
import type { JSX } from "preact";
import type { SlideView } from "../library.ts";
import type { Answer } from "./answers.ts";

interface Fact {
  readonly name: string;
  readonly value: string;
}

export function FactsSection(props: { slide: SlideView; answer: Answer | null }): JSX.Element {
  const notes = props.answer?.prediction.notes ?? [];
  return (
    <>
      {notes.length > 0 && (
        <section>
          <h2>Notes</h2>
          <ul class="notes">
            {notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </section>
      )}
      <details class="facts">
        <summary>Slide</summary>
        <Facts facts={props.slide.facts} />
      </details>
      {props.answer !== null && (
        <details class="facts">
          <summary>Model and run</summary>
          <Facts facts={modelFacts(props.answer)} />
        </details>
      )}
    </>
  );
}

function Facts({ facts }: { facts: readonly Fact[] }): JSX.Element {
  return (
    <dl>
      {facts.map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function modelFacts({ prediction }: Answer): readonly Fact[] {
  const { model, engine, seconds } = prediction;
  return [
    { name: "Model", value: model.name },
    { name: "Architecture", value: model.architecture },
    { name: "Resolution", value: `${model.mpp} µm/px` },
    { name: "Classes", value: model.classes.join(", ") },
    { name: "Weights (SHA-256)", value: `${model.hash.slice(0, 16)}…` },
    { name: "Engine", value: engine },
    {
      name: "Time",
      value: `${seconds.total.toFixed(1)} s, of which ${seconds.computing.toFixed(1)} s computing`,
    },
  ];
}
