// The colours of the heat map and what they mean.
import type { JSX } from "preact";
import { heatLegend } from "../../src/classify/index.ts";
import { cssColour } from "./colours.ts";

const RAMP = heatLegend()
  .map(({ colour }) => cssColour(colour))
  .join(", ");

/** A bar from 0 to 100 % in the colours of the map of a class. */
export function Legend({ className }: { className: string }): JSX.Element {
  return (
    <div
      class="legend"
      role="img"
      aria-label={`Colours of the map: probability of ${className}, from 0 to 100 percent`}
    >
      <span class="legend-name">{`Probability of ${className}`}</span>
      <span class="ramp" style={{ backgroundImage: `linear-gradient(to right, ${RAMP})` }} />
      <span class="ticks" aria-hidden="true">
        <span>0</span>
        <span>50</span>
        <span>100 %</span>
      </span>
    </div>
  );
}
