// The name of a class with a dot in its colour.
import type { JSX } from "preact";
import type { ModelView } from "../library.ts";
import { classColour } from "./colours.ts";

/** @param model whose classes give the colours */
export function LabelChip({ label, model }: { label: string; model: ModelView | null }): JSX.Element {
  const index = model?.classes.indexOf(label) ?? -1;
  return (
    <span class="chip">
      <span
        class="dot"
        style={{ background: index < 0 ? "transparent" : classColour(index) }}
        aria-hidden="true"
      />
      {label}
    </span>
  );
}

/** A bar for a share from 0 to 1. */
export function ShareBar({ share, colour }: { share: number; colour: string }): JSX.Element {
  return (
    <span class="bar" aria-hidden="true">
      <span style={{ width: `${100 * Math.min(1, Math.max(0, share))}%`, background: colour }} />
    </span>
  );
}
