// A slide on the screen: OpenSeadragon with our tiles and a canvas above it. Speaks of places in pixels of level 0 and of
// points of the screen, and knows nothing of models or addresses. The canvas is painted by whoever is given to `paintWith`.
import OpenSeadragon from "openseadragon";
import type { SlideLibrary, SlideView } from "../library.ts";
import { type Place, samePlace } from "./address.ts";
import { stageSettings } from "./stage-settings.ts";
import { SlideTiles } from "./tile-source.ts";

/** Draws over the slide. The context is in points of the screen; `place` is shown in its centre. */
export type Painter = (
  context: CanvasRenderingContext2D,
  place: Place,
  width: number,
  height: number,
) => void;

/** What happens on a stage. */
export interface StageEvents {
  /** The view has moved, be it by a hair; called for every picture that is drawn. */
  onMove(place: Place): void;
  /** The view has come to rest. */
  onRest(place: Place): void;
  /** The pointer is over a place in pixels of level 0, or over nothing. */
  onPointer(at: { readonly x: number; readonly y: number } | null): void;
  /** A place was clicked or tapped. */
  onPick(at: { readonly x: number; readonly y: number }): void;
  /** The person has taken hold of this stage. */
  onGrip(): void;
  /** A tile could not be read. */
  onTileFailure(message: string): void;
}

/** Points that the view moves by one press of an arrow key. */
const STRIDE = 90;
/** How long after its last move a view counts as at rest, in ms. */
const REST = 220;

export class SlideStage {
  readonly #viewer: OpenSeadragon.Viewer;
  readonly #canvas: HTMLCanvasElement;
  readonly #element: HTMLElement;
  readonly #events: StageEvents;
  readonly #control = new AbortController();
  readonly #sizes: ResizeObserver;
  #painter: Painter | null = null;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #wanted: Place | null;
  #last: Place | null = null;
  /** Where the pointer is, in points from the upper left corner. */
  #pointer: { readonly left: number; readonly top: number } | null = null;

  constructor(
    element: HTMLElement,
    library: SlideLibrary,
    slide: SlideView,
    place: Place | null,
    events: StageEvents,
  ) {
    this.#element = element;
    this.#events = events;
    this.#wanted = place;
    this.#viewer = OpenSeadragon({ element, ...stageSettings(slide) });
    this.#canvas = document.createElement("canvas");
    this.#canvas.className = "drawing";
    this.#canvas.setAttribute("aria-hidden", "true");
    // Above the slide, below the small picture of the whole.
    this.#viewer.canvas.after(this.#canvas);
    const small: OpenSeadragon.Navigator | null = this.#viewer.navigator;
    if (small !== null) small.element.style.margin = "12px";
    this.#sizes = new ResizeObserver(() => this.repaint());
    this.#sizes.observe(element);
    this.#listen();
    this.#viewer.open({ tileSource: new SlideTiles(library, slide) });
  }

  /** Where one looks now; `null` until the slide is open. */
  place(): Place | null {
    const { viewport } = this.#viewer;
    if (!this.#viewer.isOpen() || this.#viewer.world.getItemCount() === 0) return null;
    const { x, y } = viewport.viewportToImageCoordinates(viewport.getCenter(true));
    return { x, y, step: 1 / viewport.viewportToImageZoom(viewport.getZoom(true)) };
  }

  /** Goes there, at once or gliding. Before the slide is open it is kept for then. */
  goTo(place: Place, glide = false): void {
    this.#wanted = place;
    if (this.place() === null) return;
    const { viewport } = this.#viewer;
    viewport.zoomTo(viewport.imageToViewportZoom(1 / place.step), undefined, !glide);
    viewport.panTo(viewport.imageToViewportCoordinates(place.x, place.y), !glide);
  }

  /** Shows a box of level-0 pixels with a margin around it. */
  goToBox(box: { left: number; top: number; width: number; height: number }): void {
    const { clientWidth, clientHeight } = this.#element;
    const step = 1.25 * Math.max(box.width / clientWidth, box.height / clientHeight, 1e-3);
    this.goTo({ x: box.left + box.width / 2, y: box.top + box.height / 2, step }, true);
  }

  /** Shows the whole slide. */
  goHome(): void {
    if (this.place() !== null) this.#viewer.viewport.goHome();
  }

  /** @param factor above 1 shows more detail */
  zoomBy(factor: number): void {
    if (this.place() === null) return;
    this.#viewer.viewport.zoomBy(factor).applyConstraints();
  }

  /** Moves the view by strides to the right and down. */
  pan(right: number, down: number): void {
    if (this.place() === null) return;
    const { viewport } = this.#viewer;
    const delta = new OpenSeadragon.Point(right * STRIDE, down * STRIDE);
    viewport.panBy(viewport.deltaPointsFromPixels(delta)).applyConstraints();
  }

  /** Reads the tiles anew, those too that have failed. */
  reload(): void {
    if (this.place() !== null) this.#viewer.world.getItemAt(0).reset();
  }

  paintWith(painter: Painter): void {
    this.#painter = painter;
    this.repaint();
  }

  /** Draws the canvas anew: after what is drawn has changed. */
  repaint(): void {
    const place = this.place();
    const { clientWidth: width, clientHeight: height } = this.#element;
    if (place === null || width === 0 || height === 0) return;
    const ratio = window.devicePixelRatio;
    resize(this.#canvas, Math.round(width * ratio), Math.round(height * ratio));
    const context = this.#canvas.getContext("2d")!;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#painter?.(context, place, width, height);
  }

  destroy(): void {
    clearTimeout(this.#rest);
    this.#control.abort();
    this.#sizes.disconnect();
    this.#viewer.destroy();
    this.#canvas.remove();
  }

  #listen(): void {
    const viewer = this.#viewer;
    viewer.addHandler("open", () => this.#opened());
    viewer.addHandler("update-viewport", () => this.#moved());
    viewer.addHandler("canvas-click", (event) => {
      const at = event.quick ? this.#placeUnder(event.position.x, event.position.y) : null;
      if (at !== null) this.#events.onPick(at);
    });
    viewer.addHandler("tile-load-failed", ({ message }) => {
      if (message !== "Image load aborted.") this.#events.onTileFailure(message);
    });
    const { signal } = this.#control;
    for (const grip of ["pointerdown", "wheel", "focusin", "keydown"]) {
      this.#element.addEventListener(grip, () => this.#events.onGrip(), {
        signal,
        passive: true,
        capture: true,
      });
    }
    const point = ({ clientX, clientY }: PointerEvent) => {
      const { left, top } = this.#element.getBoundingClientRect();
      this.#pointer = { left: clientX - left, top: clientY - top };
      this.#point();
    };
    const leave = () => {
      this.#pointer = null;
      this.#point();
    };
    this.#element.addEventListener("pointermove", point, { signal, passive: true });
    this.#element.addEventListener("pointerleave", leave, { signal });
  }

  #opened(): void {
    if (this.#wanted !== null) this.goTo(this.#wanted);
    this.#moved();
  }

  #moved(): void {
    const place = this.place();
    if (place === null) return;
    this.repaint();
    // Tiles that arrive are drawn too; the view has not moved then.
    if (this.#last !== null && samePlace(place, this.#last, 1e-9)) return;
    this.#last = place;
    this.#events.onMove(place);
    if (this.#pointer !== null) this.#point();
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      const now = this.place();
      if (now !== null) this.#events.onRest(now);
    }, REST);
  }

  /** Tells what the pointer is over: it may rest while the view moves. */
  #point(): void {
    const pointer = this.#pointer;
    this.#events.onPointer(pointer === null ? null : this.#placeUnder(pointer.left, pointer.top));
  }

  #placeUnder(left: number, top: number): { x: number; y: number } | null {
    const place = this.place();
    if (place === null) return null;
    const { clientWidth, clientHeight } = this.#element;
    return {
      x: place.x + (left - clientWidth / 2) * place.step,
      y: place.y + (top - clientHeight / 2) * place.step,
    };
  }
}

function resize(canvas: HTMLCanvasElement, width: number, height: number): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}
