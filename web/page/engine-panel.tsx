// What computes, and a choice of another; whether the page works without a network.
import type { JSX } from "preact";
import { type EngineChoice, possibleChoices } from "./engine.ts";
import type { Shelter } from "./isolation.ts";
import type { EngineState, Session } from "./session.ts";

const NAMES: Readonly<Record<EngineChoice, string>> = {
  auto: "the fastest that is right",
  webgpu: "WebGPU",
  threads: "WebAssembly, several threads",
  wasm: "WebAssembly, one thread",
};

export function EnginePanel({ session, shelter }: { session: Session; shelter: Shelter }): JSX.Element {
  const { engine, choice, site } = session;
  const choices = possibleChoices(site.abilities);
  return (
    <div class="engine">
      <h2>Computed by</h2>
      <p role="status" data-engine={engine.kind}>
        {engineText(engine)}
      </p>
      {engine.kind === "ready" && engine.opened.note !== "" && <p class="quiet">{engine.opened.note}</p>}
      {engine.kind === "ready" && engine.opened.check !== null && engine.opened.provider === "webgpu" && (
        <p class="quiet">
          {`Checked against WebAssembly: probabilities differ by at most ${engine.opened.check.difference.toExponential(0)}.`}
        </p>
      )}
      {engine.kind === "ready" && !engine.opened.checked && (
        <p class="quiet">The model's hash was not checked: browsers do so only for https and localhost.</p>
      )}
      <label>
        Use{" "}
        <select
          value={choice}
          disabled={session.busy || engine.kind === "loading"}
          onChange={(event) => void session.useEngine(event.currentTarget.value as EngineChoice)}
        >
          {choices.map((one) => (
            <option key={one} value={one}>
              {NAMES[one]}
            </option>
          ))}
        </select>
      </label>
      <p class="quiet" data-offline={shelter.offline}>
        {shelter.offline
          ? "Kept in this browser: the page works without a network."
          : `Without a network the page does not load: ${shelter.note}.`}
      </p>
    </div>
  );
}

function engineText(engine: EngineState): string {
  if (engine.kind === "loading") return "Loading the network …";
  return engine.kind === "failed" ? engine.message : engine.opened.engine;
}
