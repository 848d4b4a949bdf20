// The viewer as one function: an element, a library, a few words.
import { type ComponentChildren, render } from "preact";
import type { SlideLibrary } from "../library.ts";
import { formatAddress, START } from "./address.ts";
import { App } from "./app.tsx";
import "./viewer.css";

/** What the two programs word differently. */
export interface ViewerOptions {
  /** Stands at the upper left: "lowmag". */
  readonly title: string;
  /** What to do where there are no slides, in a sentence or two. */
  readonly empty: string;
  /** Stands above the table of slides: a field to drop files on, progress. Drawn anew with the table. */
  readonly start?: () => ComponentChildren;
}

/** A viewer in its element. */
export interface MountedViewer {
  /** Opens a slide as if its row had been chosen. */
  open(slide: string): void;
  destroy(): void;
}

/**
 * Shows a library of slides in `element`, which it fills and whose `data-theme` and class it sets. What is looked at stands
 * in the address behind "#".
 */
export function mountViewer(
  element: HTMLElement,
  library: SlideLibrary,
  options: ViewerOptions,
): MountedViewer {
  element.classList.add("lowmag");
  render(<App library={library} options={options} root={document.documentElement} />, element);
  return {
    open: (slide) => {
      location.hash = formatAddress({ ...START, slide });
    },
    destroy: () => render(null, element),
  };
}
