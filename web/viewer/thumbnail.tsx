// A slide's thumbnail, asked for when it comes into sight; a few at a time, so that a long table does not flood a server.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { SlideLibrary } from "../library.ts";

/** How many thumbnails are asked for at once. */
const AT_ONCE = 4;
/** How many are kept. */
const KEPT = 500;

/** Thumbnails of a library, each asked for once. */
export class Thumbnails {
  readonly #library: SlideLibrary;
  readonly #kept = new Map<string, Promise<ImageBitmap>>();
  readonly #waiting: (() => void)[] = [];
  #busy = 0;

  constructor(library: SlideLibrary) {
    this.#library = library;
  }

  get(id: string): Promise<ImageBitmap> {
    const kept = this.#kept.get(id);
    if (kept !== undefined) return kept;
    const picture = this.#take().then(() => this.#library.thumbnail(id).finally(() => this.#give()));
    this.#kept.set(id, picture);
    // One that failed is asked for again when it is next in sight.
    picture.catch(() => this.#kept.delete(id));
    const oldest = this.#kept.keys().next().value;
    if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return picture;
  }

  #take(): Promise<void> {
    if (this.#busy < AT_ONCE) {
      this.#busy++;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #give(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#busy--;
    else next();
  }
}

/** The picture of a slide; a grey field until it is there. */
export function Thumbnail({ id, thumbnails }: { id: string; thumbnails: Thumbnails }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    let wanted = true;
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        thumbnails.get(id).then(
          (picture) => wanted && draw(element, picture),
          () => wanted && setFailed(true),
        );
      },
      { rootMargin: "200px" },
    );
    observer.observe(element);
    return () => {
      wanted = false;
      observer.disconnect();
    };
  }, [id, thumbnails]);
  return <canvas ref={canvas} class={failed ? "thumbnail none" : "thumbnail"} />;
}

/** Twice the size in points at which it is shown. */
const SIDE = 144;

function draw(canvas: HTMLCanvasElement, picture: ImageBitmap): void {
  const scale = Math.min(SIDE / picture.width, SIDE / picture.height);
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext("2d")!;
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
}
