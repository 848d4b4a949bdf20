// The slide's answer: its label, and a bar for each class, which is at once the choice of the map's class.
import type { JSX } from "preact";
import type { SlideRule } from "../../src/classify/index.ts";
import type { Answer } from "./answers.ts";
import { classColour } from "./colours.ts";
import { LabelChip, ShareBar } from "./label-chip.tsx";
import { areaText, percentText } from "./scale.ts";
import type { SidePanelProps } from "./side-panel.tsx";

interface AnswerSectionProps extends SidePanelProps {
  readonly answer: Answer;
  /** The answer of the model beside it. */
  readonly other: Answer | null;
}

export function AnswerSection(props: AnswerSectionProps): JSX.Element {
  const { answer, other, row } = props;
  const { prediction, model } = answer;
  return (
    <section class="answer">
      <h2>Answer</h2>
      <p class="label" aria-live="polite">
        <LabelChip label={prediction.answer.label} model={model} />
      </p>
      <p class="quiet">{summary(answer)}</p>
      {other !== null && (
        <p class="quiet">
          {`Upper bar: ${model.name}. Lower bar: ${other.model.name}.`}
          {row?.disagreement != null && ` They disagree by ${row.disagreement.toFixed(3)} (total variation).`}
        </p>
      )}
      <fieldset class="classes">
        <legend>Class on the map</legend>
        {prediction.model.classes.map((name, index) => (
          <ClassRow key={name} name={name} index={index} {...props} />
        ))}
      </fieldset>
    </section>
  );
}

function ClassRow(props: AnswerSectionProps & { name: string; index: number }): JSX.Element {
  const { name, index, answer, other, className, update } = props;
  const shares = [answer, other].flatMap((one) =>
    one === null
      ? []
      : [one.prediction.answer.probabilities[one.prediction.model.classes.indexOf(name)] ?? null],
  );
  return (
    <label class="class-row">
      <input
        type="radio"
        name="map-class"
        checked={className === name}
        onChange={() => update({ className: name })}
      />
      <span class="class-name">{name}</span>
      <span class="class-shares">
        {shares.map((share, place) => (
          <span class="share" key={place}>
            <ShareBar share={share ?? 0} colour={classColour(index)} />
            <span class="percent">{share === null ? "–" : percentText(share)}</span>
          </span>
        ))}
      </span>
    </label>
  );
}

function summary({ prediction, isTiled }: Answer): string {
  const { pieces, tissueArea, slideRule } = prediction;
  const word = isTiled ? "tile" : "piece";
  const count = `${pieces.length} ${word}${pieces.length === 1 ? "" : "s"}`;
  return `${count}, ${areaText(tissueArea)} of tissue. ${ruleText(slideRule, `${word}s`)}`;
}

function ruleText(rule: SlideRule, parts: string): string {
  if (rule.kind === "mean") return `Mean of the ${parts}, weighted by their tissue.`;
  if (rule.kind === "max") return `The highest probability of ${rule.positive} among the ${parts} decides.`;
  return `${rule.positive} where one of the ${parts} reaches ${percentText(rule.threshold)}.`;
}
