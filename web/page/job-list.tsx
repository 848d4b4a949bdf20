// What is under way or went wrong, slide by slide: progress, a way to stop, the question for µm/px.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { PLAUSIBLE_MPP } from "../../src/pixels/index.ts";
import { isUnderWay, type Job, secondsText, stateText } from "./jobs.ts";
import type { Session } from "./session.ts";

export function JobList({ session }: { session: Session }): JSX.Element | null {
  const jobs = session.jobs.filter(({ state }) => state.kind !== "done");
  const done = session.jobs.filter(({ state }) => state.kind === "done");
  if (session.jobs.length === 0) return null;
  const seconds = done.reduce(
    (sum, { state }) => sum + (state.kind === "done" ? state.prediction.seconds.total : 0),
    0,
  );
  return (
    <div class="jobs">
      {jobs.length > 0 && (
        <ul>
          {jobs.map((job) => (
            <JobRow key={job.id} job={job} session={session} />
          ))}
        </ul>
      )}
      {done.length > 0 && (
        <p role="status" class="quiet" data-done={done.length}>
          {`${done.length} ${done.length === 1 ? "slide" : "slides"} classified in ${secondsText(seconds)}.`}
        </p>
      )}
    </div>
  );
}

function JobRow({ job, session }: { job: Job; session: Session }): JSX.Element {
  const { id, name, state, card } = job;
  const again = card !== null && !isUnderWay(job);
  return (
    <li data-state={state.kind}>
      <span class="name">{name}</span>
      <span
        class={state.kind === "failed" ? "state bad" : "state"}
        role={state.kind === "failed" ? "alert" : "status"}
      >
        {stateText(state)}
        {state.kind === "running" && <Elapsed since={state.since} />}
      </span>
      <span class="spring" />
      {again && (
        <button type="button" class="button" onClick={() => session.again(id)}>
          Again
        </button>
      )}
      {isUnderWay(job) ? (
        <button type="button" class="button" onClick={() => session.cancel(id)} aria-label={`Cancel ${name}`}>
          Cancel
        </button>
      ) : (
        <button
          type="button"
          class="button"
          onClick={() => void session.remove(id)}
          aria-label={`Remove ${name}`}
        >
          Remove
        </button>
      )}
      {state.kind === "running" && (
        <progress max={Math.max(1, state.total)} {...(state.done === 0 ? {} : { value: state.done })} />
      )}
      {state.kind === "asking" && <AskMpp job={job} session={session} />}
    </li>
  );
}

function Elapsed({ since }: { since: number }): JSX.Element {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 250);
    return () => clearInterval(timer);
  }, []);
  return <>{` · ${secondsText(Math.max(0, now - since) / 1000)}`}</>;
}

/** The file does not say how large its pixels are; only a person can know. */
function AskMpp({ job, session }: { job: Job; session: Session }): JSX.Element {
  const model = session.site.model.facts.mpp;
  const [text, setText] = useState(job.card?.picture === true ? String(model) : "");
  const [all, setAll] = useState(false);
  const others = session.jobs.filter(({ state }) => state.kind === "asking").length - 1;
  const mpp = Number(text.replace(",", "."));
  const { low: min, high: max } = PLAUSIBLE_MPP;
  const sound = text.trim() !== "" && mpp >= min && mpp <= max;
  return (
    <form
      class="ask"
      onSubmit={(event) => {
        event.preventDefault();
        if (sound) void session.state(job.id, mpp, all);
      }}
    >
      <label>
        The file does not say how large its pixels are. One pixel is{" "}
        <input
          name="mpp"
          inputMode="decimal"
          size={6}
          value={text}
          aria-invalid={text.trim() !== "" && !sound}
          onInput={(event) => setText(event.currentTarget.value)}
        />{" "}
        µm wide
      </label>
      <span class="quiet">{`${min} to ${max}; 40x is about 0.25, 20x 0.5, 10x 1; the model's images have ${model}`}</span>
      {others > 0 && (
        <label>
          <input type="checkbox" checked={all} onChange={(event) => setAll(event.currentTarget.checked)} />
          {` the ${others} other${others === 1 ? "" : "s"} as well`}
        </label>
      )}
      <button type="submit" class="button" disabled={!sound}>
        Classify
      </button>
    </form>
  );
}
