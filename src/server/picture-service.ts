// Pictures of slides, made in processes of their own. Who asks for what is being made waits for it; what nobody waits for
// any more is stopped; what is too much at once is refused, so that a queue cannot grow without end.
import { setMaxListeners } from "node:events";
import { ProcessPool, workerFile } from "../machine/index.ts";
import { ByteCache } from "./byte-cache.ts";
import type {
  OpenFacts,
  PictureOptions,
  PictureReply,
  PictureRequest,
  PictureWork,
  SlideSource,
} from "./picture-protocol.ts";

/** How much is made at a time. */
export interface PictureServiceOptions extends PictureOptions {
  readonly processes: number;
  /** Pictures in hand or waiting, at most. */
  readonly pictures: number;
  readonly pictureMs: number;
  readonly cacheBytes: number;
}

/** The answer, or that there is too much to do. */
export type Made<T> = { readonly busy: false; readonly value: T } | { readonly busy: true };

interface Flight {
  readonly reply: Promise<PictureReply>;
  readonly stop: AbortController;
  waiting: number;
}

/** Facts of slides that are remembered. */
const MOST_FACTS = 1000;

/** Makes tiles, thumbnails and facts. */
export class PictureService {
  readonly #pool: ProcessPool<PictureRequest, PictureReply>;
  readonly #options: PictureServiceOptions;
  readonly #cache: ByteCache;
  readonly #facts = new Map<string, OpenFacts>();
  readonly #flights = new Map<string, Flight>();

  constructor(options: PictureServiceOptions) {
    this.#options = options;
    this.#cache = new ByteCache(options.cacheBytes);
    const script = workerFile(import.meta.url, "./picture-worker.ts");
    this.#pool = new ProcessPool(script, { count: options.processes });
  }

  /** Process ids of the readers that are alive. */
  get pids(): readonly number[] {
    return this.#pool.pids;
  }

  /** What is known of a slide. @throws LowmagError as every opening of a slide. */
  async facts(source: SlideSource, signal: AbortSignal): Promise<Made<OpenFacts>> {
    const key = keyOf(source, { kind: "facts" });
    const known = this.#facts.get(key);
    if (known !== undefined) return { busy: false, value: known };
    const made = await this.#make(source, { kind: "facts" }, signal);
    if (made.busy) return made;
    const facts = made.value as OpenFacts;
    this.#facts.set(key, facts);
    for (const oldest of this.#facts.keys()) if (this.#facts.size > MOST_FACTS) this.#facts.delete(oldest);
    return { busy: false, value: facts };
  }

  /** A JPEG; `null` for a tile that is not there. @throws LowmagError as every reading of a slide. */
  async picture(
    source: SlideSource,
    work: Exclude<PictureWork, { kind: "facts" }>,
    signal: AbortSignal,
  ): Promise<Made<Uint8Array | null>> {
    const key = keyOf(source, work);
    const kept = this.#cache.get(key);
    if (kept !== undefined) return { busy: false, value: kept };
    const made = await this.#make(source, work, signal);
    if (made.busy) return made;
    const bytes = made.value as Uint8Array | null;
    if (bytes !== null) this.#cache.set(key, bytes);
    return { busy: false, value: bytes };
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #make(source: SlideSource, work: PictureWork, signal: AbortSignal): Promise<Made<PictureReply>> {
    const key = keyOf(source, work);
    const flight = this.#flights.get(key) ?? this.#start(key, source, work);
    if (flight === null) return { busy: true };
    flight.waiting++;
    const leave = () => {
      flight.waiting--;
      if (flight.waiting === 0) {
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
        flight.stop.abort();
      }
    };
    signal.addEventListener("abort", leave, { once: true });
    if (signal.aborted) leave();
    try {
      return { busy: false, value: await flight.reply };
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  #start(key: string, source: SlideSource, work: PictureWork): Flight | null {
    if (this.#flights.size >= this.#options.pictures) return null;
    const stop = new AbortController();
    setMaxListeners(0, stop.signal);
    const { backend, decoder, quality, reencode, pictureMs } = this.#options;
    const request = { source, options: { backend, decoder, quality, reencode }, work };
    const reply = this.#pool.run(request, {
      where: source.path,
      signal: stop.signal,
      timeoutMs: pictureMs,
    });
    const flight: Flight = { reply, stop, waiting: 0 };
    const land = () => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    };
    reply.then(land, land);
    this.#flights.set(key, flight);
    return flight;
  }
}

function keyOf({ path, state }: SlideSource, work: PictureWork): string {
  const what =
    work.kind === "tile"
      ? `${work.level}/${work.column}_${work.row}`
      : work.kind === "thumbnail"
        ? `thumbnail ${work.side}`
        : "facts";
  return `${path}\n${state}\n${what}`;
}
