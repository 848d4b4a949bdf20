// The network as the slide's worker knows it: images go through a port to the worker that computes.
import type { ModelFacts, NetworkAnswer, SlideNetwork } from "../../src/classify/index.ts";
import { callerOf } from "./calls.ts";

/** Opens the network at the other end of a port. */
export function openWebNetwork(port: MessagePort, model: ModelFacts, engine: string): SlideNetwork {
  const call = callerOf(port);
  port.start();
  return {
    model,
    engine,
    // Images are copied, not handed over: they stay the caller's.
    run: (images) => call<readonly NetworkAnswer[]>("run", images),
    close: async () => port.close(),
  };
}
