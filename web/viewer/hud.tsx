// What stands on the slide: the scale bar, the magnification, the place under the pointer.
import type { JSX } from "preact";
import type { SlideView } from "../library.ts";
import type { Place } from "./address.ts";
import { type Moving, useMoving } from "./moving.ts";
import { magnificationText, percentText, positionText, scaleBar } from "./scale.ts";

/** What the pointer is over. */
export interface Pointed {
  /** In pixels of level 0. */
  readonly x: number;
  readonly y: number;
  /** Of the shown class; `null` where the map shows nothing. */
  readonly probability: number | null;
}

export interface HudProps {
  readonly slide: SlideView;
  readonly place: Moving<Place | null>;
  readonly pointed: Moving<Pointed | null>;
  /** The class whose probability is said; `null` for none. */
  readonly className: string | null;
}

/** Longest scale bar in points. */
const LONGEST = 140;

export function Hud({ slide, place, pointed, className }: HudProps): JSX.Element | null {
  const now = useMoving(place);
  if (now === null) return null;
  return (
    <div class="hud">
      <PointedText slide={slide} pointed={pointed} className={className} />
      {slide.mpp === null ? (
        <span class="scale-text">{`${Number((100 / now.step).toPrecision(3))} % of full size · µm/px not known`}</span>
      ) : (
        <>
          <span class="scale-text">{magnificationText(now.step * slide.mpp.x)}</span>
          <Scale micrometresPerPoint={now.step * slide.mpp.x} />
        </>
      )}
    </div>
  );
}

function Scale({ micrometresPerPoint }: { micrometresPerPoint: number }): JSX.Element {
  const { points, text, micrometres } = scaleBar(micrometresPerPoint, LONGEST);
  return (
    <span class="scale-bar" role="img" aria-label={`Scale bar: ${text}`} data-micrometres={micrometres}>
      <span class="scale-text">{text}</span>
      <span class="rule" style={{ width: `${points}px` }} />
    </span>
  );
}

function PointedText(props: Pick<HudProps, "slide" | "pointed" | "className">): JSX.Element | null {
  const at = useMoving(props.pointed);
  const { mpp, width, height } = props.slide;
  if (at === null || at.x < 0 || at.y < 0 || at.x > width || at.y > height) return null;
  const where =
    mpp === null
      ? `x ${Math.floor(at.x)} px, y ${Math.floor(at.y)} px`
      : positionText(at.x * mpp.x, at.y * mpp.y);
  const share =
    at.probability === null || props.className === null
      ? ""
      : ` · ${props.className} ${percentText(at.probability)}`;
  return <span class="pointed">{where + share}</span>;
}
