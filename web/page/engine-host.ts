// Starts the worker in which the network computes, and joins it with the worker that reads slides. One at a time: another
// engine is another worker, so that nothing of the former is left in memory.
import { type Caller, callerOf } from "./calls.ts";
import { type Abilities, type EngineChoice, planEngine } from "./engine.ts";
import type { OpenReply, OpenRequest } from "./network-worker.ts";
import type { ModelFile, RuntimeFacts } from "./site.ts";

/** What an engine is opened with. */
export interface EngineSite {
  readonly base: string;
  readonly model: ModelFile;
  readonly runtime: RuntimeFacts;
  readonly abilities: Abilities;
}

/** The engine in use. */
export class EngineHost {
  #worker: Worker | null = null;

  constructor(
    readonly site: EngineSite,
    /** To the worker that reads slides. */
    readonly slides: Caller,
    /** Called when the worker dies of something that no call answers for. */
    readonly onDeath: (reason: string) => void,
  ) {}

  /** Opens the model with another engine; the one before is gone. */
  async open(choice: EngineChoice): Promise<OpenReply> {
    this.#worker?.terminate();
    const worker = new Worker(new URL("./network-worker.ts", import.meta.url), {
      type: "module",
      name: "lowmag network",
    });
    this.#worker = worker;
    const died = new Promise<never>((_, reject) => {
      worker.addEventListener("error", ({ message }) => {
        reject(new Error(`The network's worker stopped: ${message}`));
        if (this.#worker === worker) this.onDeath(message);
      });
    });
    const channel = new MessageChannel();
    const { base, model, runtime, abilities } = this.site;
    const plan = planEngine(choice, abilities);
    const request: OpenRequest = {
      plan,
      fastest: choice === "auto",
      model,
      runtime,
      base,
      port: channel.port1,
    };
    const call = callerOf(worker);
    const opened = await Promise.race([
      call<OpenReply>("open", request, { transfer: [channel.port1] }),
      died,
    ]);
    const network = { port: channel.port2, model: model.facts, engine: opened.engine };
    await this.slides("network", network, { transfer: [channel.port2] });
    return opened;
  }
}
