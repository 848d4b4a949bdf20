// A slide with the maps of one or two models, and what is known of it at its side. Two stages move as one: the one that
// the person has taken hold of leads.
import type { JSX } from "preact";
import { useCallback, useMemo, useRef } from "preact/hooks";
import type { ModelView, SlideLibrary, SlideRow, SlideView } from "../library.ts";
import type { Address, Place } from "./address.ts";
import { type Answer, readyAnswer, shownClass, useAnswer } from "./answers.ts";
import type { DrawingOptions } from "./drawing.ts";
import { Ready } from "./message.tsx";
import { Moving } from "./moving.ts";
import { percentText } from "./scale.ts";
import { SidePanel } from "./side-panel.tsx";
import { SlideBar } from "./slide-bar.tsx";
import { useSlideKeys, useWalkKeys } from "./slide-keys.ts";
import type { SlideStage } from "./stage.ts";
import { type Cursor, StageView } from "./stage-view.tsx";
import type { UpdateAddress } from "./use-address.ts";
import { type Loaded, useLoaded } from "./use-loaded.ts";
import { ZoomButtons } from "./zoom-buttons.tsx";

export interface SlideScreenProps {
  readonly library: SlideLibrary;
  /** Id of the slide. */
  readonly id: string;
  readonly row: SlideRow | null;
  /** All slides in the order of the table. */
  readonly rows: readonly SlideRow[];
  readonly models: readonly ModelView[];
  readonly model: ModelView | null;
  readonly address: Address;
  readonly update: UpdateAddress;
}

/** What the keys and buttons do to the stages. */
export interface StageActions {
  zoom(factor: number): void;
  home(): void;
  show(piece: number): void;
}

export function SlideScreen(props: SlideScreenProps): JSX.Element {
  useWalkKeys(props);
  const view = useLoaded(() => props.library.slide(props.id), ["slide", props.id]);
  return (
    <div class="slide-screen">
      <SlideBar {...props} name={view.state === "ready" ? view.value.name : (props.row?.name ?? "")} />
      <Ready
        loaded={view}
        waiting="Opening the slide …"
        failed={props.row?.problem ?? "This slide cannot be shown"}
      >
        {(slide) => <Opened key={slide.id} {...props} slide={slide} />}
      </Ready>
    </div>
  );
}

function Opened(props: SlideScreenProps & { slide: SlideView }): JSX.Element {
  const { library, slide, row, model, models, address, update } = props;
  const second = models.find(({ id }) => id === address.beside && id !== model?.id) ?? null;
  const loaded = useAnswer(library, row, slide.id, model);
  const loadedSecond = useAnswer(library, row, slide.id, second);
  const first = readyAnswer(loaded);
  const className = shownClass(first, address.className);
  const stages = useRef<(SlideStage | null)[]>([null, null]);
  const leader = useRef(0);
  const cursor = useMemo(() => new Moving<Cursor | null>(null), []);
  const actions = useActions(stages, leader, first, update);
  useSlideKeys({ ...props, second, className, actions, answer: first });

  const show = (index: 0 | 1, shown: Loaded<Answer | null>) => {
    const answer = readyAnswer(shown);
    const options = drawingOptions(address, answer, className, index);
    return (
      <StageView
        key={index}
        library={library}
        slide={slide}
        place={address.place}
        drawing={answer?.drawing ?? null}
        options={options}
        className={options.classIndex < 0 ? null : className}
        cursor={cursor}
        index={index}
        caption={second === null ? null : captionOf(index === 0 ? model : second, shown)}
        onStage={(stage) => {
          stages.current[index] = stage;
          if (stage === null && leader.current === index) leader.current = 0;
        }}
        onMove={(place) => {
          if (leader.current === index) stages.current[1 - index]?.goTo(place);
        }}
        onRest={(place) => {
          if (leader.current === index) update({ place: round(place) });
        }}
        onGrip={() => {
          leader.current = index;
        }}
        onPick={(piece) => index === 0 && update({ piece })}
      />
    );
  };
  return (
    <div class="slide-body">
      <div class={second === null ? "stages" : "stages two"}>
        {show(0, loaded)}
        {second !== null && show(1, loadedSecond)}
        <ZoomButtons actions={actions} />
      </div>
      <SidePanel
        {...props}
        loaded={loaded}
        second={second}
        loadedSecond={loadedSecond}
        className={className}
        onPiece={actions.show}
      />
    </div>
  );
}

function useActions(
  stages: { readonly current: readonly (SlideStage | null)[] },
  leader: { readonly current: number },
  answer: Answer | null,
  update: UpdateAddress,
): StageActions {
  const led = useCallback(
    () => stages.current[leader.current] ?? stages.current[0] ?? null,
    [stages, leader],
  );
  return {
    zoom: (factor) => led()?.zoomBy(factor),
    home: () => led()?.goHome(),
    show: (number) => {
      const piece = answer?.prediction.pieces.find((one) => one.number === number);
      if (piece !== undefined) led()?.goToBox(piece.box);
      update({ piece: number });
    },
  };
}

function drawingOptions(
  address: Address,
  answer: Answer | null,
  className: string | null,
  index: number,
): DrawingOptions {
  const { heat, outlines, labels, opacity, piece } = address;
  const classIndex = className === null ? -1 : (answer?.overlay?.classes.indexOf(className) ?? -1);
  return { heat, outlines, labels, opacity: opacity / 100, classIndex, marked: index === 0 ? piece : null };
}

function captionOf(model: ModelView | null, shown: Loaded<Answer | null>): string {
  if (shown.state === "loading") return `${model?.name ?? ""} …`;
  const answer = readyAnswer(shown);
  if (answer === null) return `${model?.name ?? ""}: no answer`;
  const { label, probabilities } = answer.prediction.answer;
  const share = probabilities[answer.prediction.model.classes.indexOf(label)] ?? 0;
  return `${model?.name ?? ""}: ${label} ${percentText(share)}`;
}

/** As precise as the address holds it, so that reading the address back moves nothing. */
function round({ x, y, step }: Place): Place {
  return { x: Number(x.toFixed(2)), y: Number(y.toFixed(2)), step: Number(step.toPrecision(6)) };
}
