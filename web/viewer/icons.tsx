// The few signs on buttons, drawn in the colour of their text.
import type { JSX } from "preact";

const PATHS = {
  plus: "M10 4v12M4 10h12",
  minus: "M4 10h12",
  whole: "M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4",
  left: "M12.5 4 6.5 10l6 6",
  right: "M7.5 4l6 6-6 6",
  table: "M3 4h14v12H3zM3 8h14M8 8v8",
  moon: "M16 11.5A6.5 6.5 0 1 1 8.5 4a5.2 5.2 0 0 0 7.5 7.5z",
  sun: "M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M4.3 15.7l1.1-1.1M14.6 5.4l1.1-1.1",
  question: "M7 7.4a3 3 0 1 1 4.3 2.7c-.9.5-1.3 1-1.3 2M10 15.2v.3",
  save: "M10 3v9M6 8.5l4 4 4-4M4 16.5h12",
} as const;

export type IconName = keyof typeof PATHS;

/** A sign without a meaning of its own: the button that holds it must have a name. */
export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
