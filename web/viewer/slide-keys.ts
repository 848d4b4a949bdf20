// What keys do while a slide is open. The help dialog lists them.
import type { ModelView } from "../library.ts";
import type { Answer } from "./answers.ts";
import { neighbours } from "./slide-bar.tsx";
import type { SlideScreenProps, StageActions } from "./slide-screen.tsx";
import { useKeys } from "./use-keys.ts";

interface SlideKeysProps extends SlideScreenProps {
  readonly second: ModelView | null;
  readonly className: string | null;
  readonly actions: StageActions;
  readonly answer: Answer | null;
}

/** Keys that leave a slide; they work too while it is on its way, and where it cannot be shown. */
export function useWalkKeys(props: SlideScreenProps): void {
  const { before, after } = neighbours(props);
  const open = (slide: string | null) => props.update({ slide, place: null, piece: null }, "push");
  useKeys({
    "[": () => before !== null && open(before),
    "]": () => after !== null && open(after),
    Escape: () => open(null),
  });
}

/** Keys for the view, the map and the pieces. */
export function useSlideKeys(props: SlideKeysProps): void {
  useKeys({ ...viewKeys(props), ...mapKeys(props), ...answerKeys(props) });
}

function viewKeys({ actions }: SlideKeysProps): Record<string, () => void> {
  const closer = () => actions.zoom(1.5);
  const farther = () => actions.zoom(1 / 1.5);
  return { "+": closer, "=": closer, "-": farther, _: farther, "0": () => actions.home() };
}

function mapKeys({ address, update, ...props }: SlideKeysProps): Record<string, () => void> {
  const classes = props.answer?.prediction.model.classes ?? [];
  const opacity = (change: number) => () =>
    update({ opacity: Math.min(100, Math.max(0, address.opacity + change)) });
  const next = (classes.indexOf(props.className ?? "") + 1) % Math.max(1, classes.length);
  const numbered = classes
    .slice(0, 9)
    .map((name, index) => [String(index + 1), () => update({ className: name })]);
  return {
    ...Object.fromEntries(numbered),
    h: () => update({ heat: !address.heat }),
    o: () => update({ outlines: !address.outlines }),
    l: () => update({ labels: !address.labels }),
    ",": opacity(-10),
    ".": opacity(10),
    c: () => update({ className: classes[next] ?? null }),
  };
}

function answerKeys(props: SlideKeysProps): Record<string, () => void> {
  const { address, update, models, model, second, answer, actions } = props;
  const others = models.filter(({ id }) => id !== model?.id);
  const nextModel = models[(models.findIndex(({ id }) => id === model?.id) + 1) % models.length];
  const piece = (step: number) => () => {
    const numbers = answer?.prediction.pieces.map(({ number }) => number) ?? [];
    const at = numbers.indexOf(address.piece ?? -1);
    const next = at < 0 ? (step > 0 ? 0 : numbers.length - 1) : at + step;
    const number = numbers[(next + numbers.length) % Math.max(1, numbers.length)];
    if (number !== undefined) actions.show(number);
  };
  return {
    n: piece(1),
    p: piece(-1),
    m: () => nextModel !== undefined && update({ model: nextModel.id, beside: null }, "push"),
    b: () => others[0] !== undefined && update({ beside: second === null ? others[0].id : null }, "push"),
  };
}
