// The buttons at the upper left of a slide.
import type { JSX } from "preact";
import { Icon, type IconName } from "./icons.tsx";
import type { StageActions } from "./slide-screen.tsx";

export function ZoomButtons({ actions }: { actions: StageActions }): JSX.Element {
  const button = (name: string, icon: IconName, act: () => void) => (
    <button type="button" class="round" aria-label={name} title={name} onClick={act}>
      <Icon name={icon} />
    </button>
  );
  return (
    <fieldset class="zoom" aria-label="Zoom">
      {button("Zoom in", "plus", () => actions.zoom(2))}
      {button("Zoom out", "minus", () => actions.zoom(0.5))}
      {button("Whole slide", "whole", () => actions.home())}
    </fieldset>
  );
}
