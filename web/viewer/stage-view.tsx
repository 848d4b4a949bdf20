// One stage with what stands on it: the slide, the drawing above it, scale, legend, the name of the model.
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { SlideLibrary, SlideView } from "../library.ts";
import { type Place, samePlace } from "./address.ts";
import { paintCross } from "./cross.ts";
import type { Drawing, DrawingOptions } from "./drawing.ts";
import { Hud, type Pointed } from "./hud.tsx";
import { Legend } from "./legend.tsx";
import { Moving } from "./moving.ts";
import { SlideStage } from "./stage.ts";
import { cameByKeys } from "./use-keys.ts";

/** A place in pixels of level 0 that the pointer is over, and the stage on which it is. */
export interface Cursor {
  readonly index: number;
  readonly x: number;
  readonly y: number;
}

export interface StageViewProps {
  readonly library: SlideLibrary;
  readonly slide: SlideView;
  /** Where to look; `null` for the whole slide, or for staying where one is. */
  readonly place: Place | null;
  readonly drawing: Drawing | null;
  readonly options: DrawingOptions;
  /** The class whose map is shown; `null` where this model has no such class. */
  readonly className: string | null;
  /** The model's name and answer where two are shown; `null` for one. */
  readonly caption: string | null;
  /** What the pointer is over, on this stage or on the one beside it. */
  readonly cursor: Moving<Cursor | null>;
  /** Tells the two stages apart. */
  readonly index: number;
  onStage(stage: SlideStage | null): void;
  onMove(place: Place): void;
  onRest(place: Place): void;
  onGrip(): void;
  onPick(piece: number | null): void;
}

export function StageView(props: StageViewProps): JSX.Element {
  const { library, slide, drawing, options, className } = props;
  const element = useRef<HTMLDivElement>(null);
  const stage = useRef<SlideStage | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const place = useMemo(() => new Moving<Place | null>(null), []);
  const pointed = useMemo(() => new Moving<Pointed | null>(null), []);
  const [failure, setFailure] = useState<string | null>(null);

  // A stage lives as long as its slide; the rest it reads when it needs it.
  useEffect(() => {
    const made = new SlideStage(element.current!, library, slide, latest.current.place, {
      onMove: (now) => {
        place.set(now);
        latest.current.onMove(now);
      },
      onRest: (now) => latest.current.onRest(now),
      onPointer: (at) => {
        const { cursor, index } = latest.current;
        cursor.set(at === null ? null : { ...at, index });
      },
      onPick: ({ x, y }) => latest.current.onPick(latest.current.drawing?.pieceAt(x, y) ?? null),
      onGrip: () => latest.current.onGrip(),
      onTileFailure: setFailure,
    });
    stage.current = made;
    latest.current.onStage(made);
    // Who comes by keys goes on by keys.
    if (latest.current.index === 0 && cameByKeys() && document.activeElement === document.body) {
      element.current!.focus({ preventScroll: true });
    }
    return () => {
      latest.current.onStage(null);
      made.destroy();
    };
  }, [library, slide.id]);

  useEffect(() => {
    stage.current?.paintWith((context, at, width, height) => {
      drawing?.paint(context, at, width, height, options);
      const { cursor, index } = latest.current;
      if (cursor.value !== null && cursor.value.index !== index) {
        paintCross(context, cursor.value, at, width, height);
      }
    });
  });
  useEffect(
    () =>
      props.cursor.watch((at) => {
        pointed.set(at === null ? null : { ...at, probability: probabilityAt(latest.current, at) });
        if (at?.index !== latest.current.index) stage.current?.repaint();
      }),
    [props.cursor, pointed],
  );
  useEffect(() => {
    const now = stage.current?.place() ?? null;
    if (props.place !== null && now !== null && !samePlace(props.place, now))
      stage.current?.goTo(props.place);
  }, [props.place]);

  const retry = () => {
    setFailure(null);
    stage.current?.reload();
  };
  return (
    <div class="stage">
      <div
        ref={element}
        class="slide"
        role="application"
        aria-label={`${slide.name}: arrow keys move, plus and minus zoom, 0 shows the whole slide`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: role application takes keys
        tabIndex={0}
        onKeyDown={(event) => moveByKey(event, stage.current)}
      />
      {props.caption !== null && <p class="caption">{props.caption}</p>}
      <Hud slide={slide} place={place} pointed={pointed} className={options.heat ? className : null} />
      {options.heat && drawing !== null && className !== null && <Legend className={className} />}
      {failure !== null && <TileFailure message={failure} onRetry={retry} />}
    </div>
  );
}

function TileFailure({ message, onRetry }: { message: string; onRetry: () => void }): JSX.Element {
  return (
    <div class="toast" role="alert">
      <p>{`Some of the slide could not be read: ${message}`}</p>
      <button type="button" class="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}

function probabilityAt({ drawing, options }: StageViewProps, at: { x: number; y: number }): number | null {
  return options.classIndex < 0 ? null : (drawing?.probabilityAt(at.x, at.y, options.classIndex) ?? null);
}

const ARROWS: Readonly<Record<string, readonly [right: number, down: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function moveByKey(event: KeyboardEvent, stage: SlideStage | null): void {
  const arrow = ARROWS[event.key];
  if (arrow === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const far = event.shiftKey ? 4 : 1;
  stage?.pan(far * arrow[0], far * arrow[1]);
}
