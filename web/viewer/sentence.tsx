// Sentences for a person in which options and commands stand between backticks.
import type { JSX } from "preact";

/** The sentence with its commands as such. */
export function Sentence({ text }: { text: string }): JSX.Element {
  const parts = text.split("`").map((part, place) => ({ part, place }));
  return <>{parts.map(({ part, place }) => (place % 2 === 1 ? <code key={place}>{part}</code> : part))}</>;
}
