// The page's state: the engine, the dropped slides and what came of each. Slides are opened as they come and classified one
// after the other. Nothing here draws; whoever draws subscribes.
import { type Caller, callerOf, RemoteError } from "./calls.ts";
import type { EngineChoice } from "./engine.ts";
import { EngineHost, type EngineSite } from "./engine-host.ts";
import type { FileGroup } from "./group-files.ts";
import { isUnderWay, type Job, type JobState } from "./jobs.ts";
import type { OpenReply } from "./network-worker.ts";
import type { Picked } from "./picked-files.ts";
import type { SlideCard } from "./shelf.ts";
import type { ClassifyReply, ClassifyRequest } from "./slide-worker.ts";

/** What computes, or why nothing does. */
export type EngineState =
  | { readonly kind: "loading" }
  | { readonly kind: "ready"; readonly opened: OpenReply }
  | { readonly kind: "failed"; readonly message: string };

/** What an ordinary image is taken for: one piece of tissue, as those that a model learns from, or something to search. */
export type PictureUse = "whole" | "cut";

/** Everything that happens on the page. */
export class Session {
  /** To the worker that reads slides. */
  readonly slides: Caller;
  readonly #host: EngineHost;
  readonly #listeners = new Set<() => void>();
  readonly #controls = new Map<string, AbortController>();
  #jobs: readonly Job[] = [];
  #last = 0;
  #working = false;
  engine: EngineState = { kind: "loading" };
  choice: EngineChoice = "auto";
  pictures: PictureUse = "whole";
  /** Files of the last folder that are no slides by their names. */
  passedOver = 0;

  constructor(readonly site: EngineSite) {
    const worker = new Worker(new URL("./slide-worker.ts", import.meta.url), {
      type: "module",
      name: "lowmag slides",
    });
    this.slides = callerOf(worker);
    worker.addEventListener("error", ({ message }) => this.#dead(`The reader's worker stopped: ${message}`));
    this.#host = new EngineHost(site, this.slides, (message) =>
      this.#dead(`The network's worker stopped: ${message}`),
    );
  }

  get jobs(): readonly Job[] {
    return this.#jobs;
  }

  job(id: string): Job | undefined {
    return this.#jobs.find((job) => job.id === id);
  }

  get busy(): boolean {
    return this.#working;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Loads decoders and engine; slides may be dropped meanwhile. */
  async start(): Promise<void> {
    await this.slides("start", { base: this.site.base });
    await this.useEngine(this.choice);
  }

  /** Computes with another engine from now on. */
  async useEngine(choice: EngineChoice): Promise<void> {
    this.choice = choice;
    await this.#reopen();
    void this.#work();
  }

  usePictures(use: PictureUse): void {
    this.pictures = use;
    this.#tell();
  }

  /** Takes dropped or chosen files: what cannot be read is a failed job. */
  async take(picked: Picked | Promise<Picked>): Promise<void> {
    const { files, passedOver } = await picked;
    this.passedOver = passedOver;
    const groups = await this.slides<readonly FileGroup[]>("group", files);
    const added = groups.map((group) => {
      const job: Job = { id: `${++this.#last}`, name: group.name, card: null, state: { kind: "opening" } };
      this.#jobs = [...this.#jobs, job];
      return { job, group };
    });
    this.#tell();
    for (const { job, group } of added) await this.#open(job.id, group);
  }

  /** States a slide's µm/px, of one slide or of all that ask. */
  async state(id: string, mpp: number, all: boolean): Promise<void> {
    for (const { id: asked, card, state } of this.#jobs) {
      if (card === null || state.kind !== "asking" || !(all || asked === id)) continue;
      try {
        const stated = await this.slides<SlideCard>("state", { id: card.id, mpp });
        this.#set(asked, { card: stated, state: { kind: "waiting" } });
      } catch (error) {
        this.#set(asked, { state: failed(error, card.name) });
      }
    }
    void this.#work();
  }

  cancel(id: string): void {
    const job = this.job(id);
    if (job === undefined || !isUnderWay(job)) return;
    this.#controls.get(id)?.abort();
    if (job.state.kind !== "running") this.#set(id, { state: { kind: "cancelled" } });
  }

  /** Classifies a slide again, after a failure, a cancellation, or with another engine. */
  again(id: string): void {
    const job = this.job(id);
    if (job?.card == null || isUnderWay(job)) return;
    this.#set(id, { state: { kind: job.card.mpp === null ? "asking" : "waiting" } });
    void this.#work();
  }

  /** Forgets a slide and all that came of it. */
  async remove(id: string): Promise<void> {
    const job = this.job(id);
    this.#controls.get(id)?.abort();
    this.#jobs = this.#jobs.filter((other) => other.id !== id);
    this.#tell();
    if (job?.card != null) await this.slides("close", { id: job.card.id });
  }

  async #open(id: string, group: FileGroup): Promise<void> {
    try {
      const card = await this.slides<SlideCard>("open", group);
      const cancelled = this.job(id)?.state.kind !== "opening";
      const next: JobState = { kind: card.mpp === null ? "asking" : "waiting" };
      this.#set(id, cancelled ? { card } : { card, state: next });
    } catch (error) {
      this.#set(id, { state: failed(error, group.name) });
    }
    void this.#work();
  }

  /** Classifies what waits, one slide at a time. */
  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    try {
      for (;;) {
        const next = this.engine.kind === "ready" && this.#jobs.find(({ state }) => state.kind === "waiting");
        if (!next) return;
        await this.#classify(next);
      }
    } finally {
      this.#working = false;
      this.#tell();
    }
  }

  async #classify({ id, card }: Job): Promise<void> {
    const control = new AbortController();
    this.#controls.set(id, control);
    const since = performance.now();
    const running = (done: number, total: number) =>
      this.#set(id, { state: { kind: "running", since, done, total } });
    running(0, 0);
    const how = card!.picture && this.pictures === "whole" ? "whole" : "cut";
    const request: ClassifyRequest = { id: card!.id, how, slideRule: { kind: "mean" } };
    try {
      const reply = await this.slides<ClassifyReply>("classify", request, {
        signal: control.signal,
        onProgress: (progress) => {
          const { done, total } = progress as { done: number; total: number };
          running(done, total);
        },
      });
      this.#set(id, { state: { kind: "done", ...reply } });
    } catch (error) {
      this.#set(id, { state: control.signal.aborted ? { kind: "cancelled" } : failed(error, card!.name) });
      // A runtime that ran out of memory is not to be trusted again.
      if (error instanceof RemoteError && error.code === "out-of-memory") await this.#reopen();
    } finally {
      this.#controls.delete(id);
    }
  }

  async #reopen(): Promise<void> {
    this.#setEngine({ kind: "loading" });
    try {
      this.#setEngine({ kind: "ready", opened: await this.#host.open(this.choice) });
    } catch (error) {
      this.#setEngine({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
    }
  }

  #dead(message: string): void {
    this.#setEngine({ kind: "failed", message: `${message}. Load the page again.` });
    for (const { id, state } of this.#jobs)
      if (state.kind === "running" || state.kind === "opening")
        this.#set(id, { state: { kind: "failed", message } });
  }

  #set(id: string, change: Partial<Pick<Job, "card" | "state">>): void {
    this.#jobs = this.#jobs.map((job) => (job.id === id ? { ...job, ...change } : job));
    this.#tell();
  }

  #setEngine(engine: EngineState): void {
    this.engine = engine;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The message without the slide's name, which stands beside it. */
function failed(error: unknown, name: string): JobState {
  const message = error instanceof Error ? error.message : String(error);
  const rest = message.startsWith(`${name}: `) ? message.slice(name.length + 2) : message;
  return { kind: "failed", message: rest.charAt(0).toUpperCase() + rest.slice(1) };
}
