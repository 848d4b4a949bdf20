// The pieces of tissue with the shown class's probability; choosing one goes there.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { PiecePrediction } from "../../src/classify/index.ts";
import type { Answer } from "./answers.ts";
import { classColour } from "./colours.ts";
import { LabelChip, ShareBar } from "./label-chip.tsx";
import { areaText, percentText } from "./scale.ts";
import type { SidePanelProps } from "./side-panel.tsx";

/** Pieces listed at first; more on demand. */
const BATCH = 60;

export function PiecesSection(props: SidePanelProps & { answer: Answer }): JSX.Element {
  const { answer, className, address } = props;
  const [byProbability, setByProbability] = useState(false);
  const [count, setCount] = useState(BATCH);
  const { pieces, model } = answer.prediction;
  const index = model.classes.indexOf(className ?? "");
  const shareOf = (piece: PiecePrediction) => piece.probabilities[index] ?? 0;
  const sorted = byProbability ? [...pieces].sort((a, b) => shareOf(b) - shareOf(a)) : pieces;
  const list = useRef<HTMLOListElement>(null);
  const chosen = useRef(false);
  useEffect(() => {
    const marked = list.current?.querySelector('[aria-current="true"]');
    // Where the panel lies below the slide, scrolling to the piece would take the slide out of sight.
    if (chosen.current && window.matchMedia("(min-width: 821px)").matches) {
      marked?.scrollIntoView({ block: "nearest" });
    }
    chosen.current = true;
  }, [address.piece]);
  return (
    <section class="pieces">
      <header>
        <h2>{`${answer.isTiled ? "Tiles" : "Pieces"} (${pieces.length})`}</h2>
        {pieces.length > 1 && (
          <button
            type="button"
            class="link"
            aria-pressed={byProbability}
            onClick={() => setByProbability(!byProbability)}
          >
            {byProbability ? "in order of number" : `most ${className ?? "probable"} first`}
          </button>
        )}
      </header>
      {pieces.length === 0 && <p class="quiet">No tissue was found.</p>}
      <ol ref={list}>
        {sorted.slice(0, count).map((piece) => (
          <li key={piece.number}>
            <button
              type="button"
              aria-current={piece.number === address.piece}
              onClick={() => props.onPiece(piece.number)}
            >
              <span class="number">{piece.number}</span>
              <LabelChip label={piece.label} model={answer.model} />
              <span class="share">
                <ShareBar share={shareOf(piece)} colour={classColour(index)} />
                {percentText(shareOf(piece))}
              </span>
              <span class="quiet">{remarks(piece)}</span>
            </button>
          </li>
        ))}
      </ol>
      {count < sorted.length && (
        <button type="button" class="link" onClick={() => setCount(count + BATCH)}>
          {`Show more (${sorted.length - count} left)`}
        </button>
      )}
    </section>
  );
}

function remarks(piece: PiecePrediction): string {
  const pen = piece.pen > 0.02 ? `, ${percentText(piece.pen)} pen` : "";
  return `${areaText(piece.tissueArea)}${pen}${piece.blurred ? ", blurred" : ""}`;
}
