// What is known of an open slide, beside it: the answer, the map's switches, the pieces, facts, files to keep.
import type { JSX } from "preact";
import type { ModelView, SlideView } from "../library.ts";
import { AnswerSection } from "./answer-section.tsx";
import { type Answer, readyAnswer } from "./answers.ts";
import { Downloads } from "./downloads.tsx";
import { FactsSection } from "./facts-section.tsx";
import { MapSection } from "./map-section.tsx";
import { Ready } from "./message.tsx";
import { PiecesSection } from "./pieces-section.tsx";
import { Sentence } from "./sentence.tsx";
import type { SlideScreenProps } from "./slide-screen.tsx";
import type { Loaded } from "./use-loaded.ts";

export interface SidePanelProps extends SlideScreenProps {
  readonly slide: SlideView;
  readonly loaded: Loaded<Answer | null>;
  readonly second: ModelView | null;
  readonly loadedSecond: Loaded<Answer | null>;
  readonly className: string | null;
  onPiece(number: number): void;
}

export function SidePanel(props: SidePanelProps): JSX.Element {
  const { library, slide, loaded, model, row } = props;
  return (
    <aside class="panel" aria-label="Answer and map">
      <Ready loaded={loaded} waiting="Reading the answer …" failed="The answer cannot be shown">
        {(answer) =>
          answer === null ? (
            <>
              <section>
                <h2>No answer</h2>
                <p>
                  <Sentence text={row?.problem ?? noAnswer(model)} />
                </p>
              </section>
              {props.models.length > 1 && <MapSection {...props} answer={null} />}
            </>
          ) : (
            <>
              <AnswerSection {...props} answer={answer} other={readyAnswer(props.loadedSecond)} />
              <MapSection {...props} answer={answer} />
              <PiecesSection {...props} answer={answer} />
              <Downloads downloads={library.downloads(slide.id, answer.model.id)} />
            </>
          )
        }
      </Ready>
      <FactsSection slide={slide} answer={readyAnswer(loaded)} />
    </aside>
  );
}

function noAnswer(model: ModelView | null): string {
  return model === null
    ? "No model has looked at this slide."
    : `${model.name} has no answer for this slide yet.`;
}
