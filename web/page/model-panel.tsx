// Which model answers, and what it is for.
import type { JSX } from "preact";
import type { ModelFile } from "./site.ts";

export function ModelPanel({ file }: { file: ModelFile }): JSX.Element {
  const { facts, card } = file;
  const more: readonly (readonly [string, string | undefined])[] = [
    ["Architecture", facts.architecture],
    ["Parameters", card.parameters === undefined ? undefined : Number(card.parameters).toLocaleString("en")],
    ["Weights", file.weights],
    ["Training", card.training],
    ["Trained at", card.trainedAt],
    ["Weights' SHA-256", facts.hash],
    ["ONNX file's SHA-256", file.sha256],
    ["Data's hash", card.dataHash],
  ];
  return (
    <div class="model">
      <h2>Model</h2>
      <p class="name">{facts.name}</p>
      <p>
        Tells <b>{facts.classes.join(", ")}</b> at {facts.mpp} µm/px.
      </p>
      <p class="intended">
        {card.intendedUse ?? "Research use only. Not a medical device; not validated for diagnosis."}
      </p>
      <details>
        <summary>More about it</summary>
        <dl>
          {more.map(([name, value]) =>
            value === undefined ? null : (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
          )}
        </dl>
      </details>
    </div>
  );
}
