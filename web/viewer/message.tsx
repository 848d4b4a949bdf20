// What is said in place of something: that it is on its way, that it failed, that there is nothing.
import type { ComponentChildren, JSX } from "preact";
import { Sentence } from "./sentence.tsx";
import type { Loaded } from "./use-loaded.ts";

/** Something is being loaded. */
export function Waiting({ what }: { what: string }): JSX.Element {
  return (
    <div class="message" role="status">
      <span class="spinner" aria-hidden="true" />
      <p>{what}</p>
    </div>
  );
}

/** Something failed; `retry` tries again. */
export function Failure(props: { title: string; message: string; retry?: () => void }): JSX.Element {
  return (
    <div class="message failure" role="alert">
      <h2>
        <Sentence text={props.title} />
      </h2>
      <p>
        <Sentence text={props.message} />
      </p>
      {props.retry !== undefined && (
        <button type="button" class="button" onClick={props.retry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Shows what was loaded, or that it is on its way, or why it failed. */
export function Ready<T>(props: {
  loaded: Loaded<T>;
  waiting: string;
  failed: string;
  children: (value: T) => ComponentChildren;
}): JSX.Element {
  const { loaded } = props;
  if (loaded.state === "loading") return <Waiting what={props.waiting} />;
  if (loaded.state === "failed") {
    return <Failure title={props.failed} message={loaded.message} retry={loaded.retry} />;
  }
  return <>{props.children(loaded.value)}</>;
}
