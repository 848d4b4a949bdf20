// Slides and answers from a lowmag server, over HTTP. Errors are sentences that say what to do.
import {
  parseOverlay,
  parsePrediction,
  type SlideOverlay,
  type SlidePrediction,
} from "../../src/classify/index.ts";
import type { Download, ModelView, SlideLibrary, SlideRow, SlideView } from "../library.ts";
import { answerDownloads } from "./answer-downloads.ts";

/** How often the table is asked for anew while it is looked at, in ms. */
const REFRESH = 20_000;

/** A library behind `api/` of a server. */
export class HttpLibrary implements SlideLibrary {
  readonly kind = "server";
  readonly #base: string;

  /** @param base address of the API with "/" at its end */
  constructor(base = "api/") {
    this.#base = base;
  }

  async models(): Promise<readonly ModelView[]> {
    return this.#json<readonly ModelView[]>("models");
  }

  async slides(): Promise<readonly SlideRow[]> {
    return this.#json<readonly SlideRow[]>("slides");
  }

  async slide(id: string): Promise<SlideView> {
    return this.#json<SlideView>(slidePath(id));
  }

  async tile(
    id: string,
    level: number,
    column: number,
    row: number,
    signal: AbortSignal,
  ): Promise<ImageBitmap> {
    return this.#picture(`${slidePath(id)}/tiles/${level}/${column}_${row}.jpg`, signal);
  }

  async thumbnail(id: string): Promise<ImageBitmap> {
    return this.#picture(`${slidePath(id)}/thumbnail.jpg`);
  }

  async prediction(slide: string, model: string): Promise<SlidePrediction | null> {
    const text = await this.#textOrNull(answerPath(slide, model));
    return text === null ? null : parsePrediction(text, "the server's answer");
  }

  async overlay(slide: string, model: string): Promise<SlideOverlay | null> {
    const text = await this.#textOrNull(`${answerPath(slide, model)}/overlay`);
    return text === null ? null : parseOverlay(text, "the server's map");
  }

  downloads(slide: string, model: string): readonly Download[] {
    return answerDownloads(`lowmag-${slide.slice(0, 8)}`, async () => {
      const [prediction, overlay] = await Promise.all([
        this.prediction(slide, model),
        this.overlay(slide, model),
      ]);
      if (prediction === null || overlay === null) {
        throw new Error("The server no longer has this model's answer for this slide.");
      }
      return { prediction, overlay };
    });
  }

  subscribe(listener: () => void): () => void {
    const call = () => {
      if (!document.hidden) listener();
    };
    const timer = setInterval(call, REFRESH);
    document.addEventListener("visibilitychange", call);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", call);
    };
  }

  async #json<T>(path: string): Promise<T> {
    return (await (await this.#get(path)).json()) as T;
  }

  async #picture(path: string, signal?: AbortSignal): Promise<ImageBitmap> {
    const response = await this.#get(path, signal);
    return createImageBitmap(await response.blob(), { colorSpaceConversion: "none" });
  }

  /** `null` where the server has nothing at the address. */
  async #textOrNull(path: string): Promise<string | null> {
    try {
      return await (await this.#get(path)).text();
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) return null;
      throw error;
    }
  }

  async #get(path: string, signal?: AbortSignal): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(this.#base + path, { signal: signal ?? null, credentials: "same-origin" });
    } catch (error) {
      if (signal?.aborted === true) throw error;
      throw new Error(
        "The server does not answer. See that `lowmag serve` is still running, then try again.",
      );
    }
    if (!response.ok) throw new Refusal(response.status, await reasonOf(response));
    return response;
  }
}

/** The server has answered, but not with what was asked for. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

async function reasonOf(response: Response): Promise<string> {
  try {
    const body = (await response.json()) as { error?: { message?: unknown } };
    if (typeof body.error?.message === "string") return body.error.message;
  } catch {
    // Not one of the server's own errors; the status says what there is to say.
  }
  return `The server answered ${response.status} ${response.statusText}.`;
}

function slidePath(id: string): string {
  return `slides/${encodeURIComponent(id)}`;
}

function answerPath(slide: string, model: string): string {
  return `${slidePath(slide)}/predictions/${encodeURIComponent(model)}`;
}
